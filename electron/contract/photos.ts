// Photos: their order, details, and files that could not be read.
import type { Told } from './facts.ts';
import { z } from 'zod';
import { id, method, none } from './method.ts';
import type { Sentence } from './sentence.ts';

/** Columns, because there may be a million rows. */
export interface Timeline {
  /** Grows by one with each change of the order. */
  version: number;
  /** Newest first; the counts add up to the number of photos. */
  months: { year: number; month: number; count: number }[];
  /** Photo ids, newest first; uint32, little-endian, as base64. */
  ids: string;
  /**
   * Width over height of each photo, newest first, one byte each as base64: aspect = 2^((byte - 128) / 32),
   * so from 1/16 to 16 in steps of 2%.
   */
  aspects: string;
  /** Mean colour of each photo, newest first: red, green and blue, a byte each, as base64. */
  colours: string;
}

/** One step from a version of the order to the next. Places ascend. */
export type TimelineChange =
  /** places: in the order after it; aspects: as bytes, see Timeline; colours: 0xRRGGBB. */
  | { kind: 'added'; places: number[]; ids: number[]; aspects: number[]; colours: number[] }
  /** places: in the order before it. */
  | { kind: 'removed'; places: number[] };

export interface TimelineChanges {
  /** That the changes lead to. */
  version: number;
  /** After all of them. */
  months: Timeline['months'];
  changes: TimelineChange[];
}

export interface PhotoTile {
  photoId: number;
  contentId: number;
  /** File name. */
  name: string;
  /** Mean colour, 0xRRGGBB. */
  colour: number;
  /** Pixels, upright. */
  width: number;
  height: number;
  /** Milliseconds since 1970 by the wall clock where it was taken. */
  takenAt: number;
  favourite: boolean;
  /** 0 to 5; 0 where it was not rated. */
  stars: number;
  /** Seconds of a video; null of a picture. */
  duration: number | null;
}

export interface PhotoDetails extends PhotoTile {
  path: string;
  folder: string;
  /** Bytes. */
  size: number;
  format: string;
  camera: string | null;
  lens: string | null;
  dateFrom: 'camera' | 'file';
  /** What its file tells beside; null of one that has not been asked yet. */
  told: Omit<Told, 'favourite' | 'stars' | 'tags'> | null;
  /** What the decoder complained about while it read it all the same. */
  warning: Sentence | null;
  available: boolean;
  /** Other files with the same content: the first of them by their paths, and how many there are. */
  copies: string[];
  copyCount: number;
  /** Files of the same photo that it shows: RAW files, the original of an edited copy. */
  companions: string[];
  tags: string[];
  /** Albums filled by hand that hold it. */
  albums: { albumId: number; name: string }[];
  /** Itself, whatever becomes of its folder. */
  hidden: boolean;
}

export interface Problem {
  photoId: number;
  path: string;
  reason: Sentence;
}

/** Photos that something is asked of at once. */
export const MOST_SELECTED = 100_000;

export const photoMethods = {
  /** The order and proportions of all photos, newest first. */
  getTimeline: method(none).returning<Timeline>(),
  /** What changed in that order since a version; null where that is not known any more, so that all of it is asked for. */
  getTimelineChanges: method(z.strictObject({ since: z.int().min(0) })).returning<TimelineChanges | null>(),
  /** Those of some photos that are there and have been read, in any order. */
  listPhotos: method(z.strictObject({ photoIds: z.array(id).min(1).max(1000) })).returning<PhotoTile[]>(),
  /** How many of some photos are there, how many files they are with their companions, and the bytes of all. */
  measurePhotos: method(z.strictObject({ photoIds: z.array(id).min(1).max(MOST_SELECTED) })).returning<{
    photos: number;
    files: number;
    bytes: number;
  }>(),
  /** Paths of those of some photos that are there, in the order given. */
  listPaths: method(z.strictObject({ photoIds: z.array(id).min(1).max(MOST_SELECTED) })).returning<{
    paths: string[];
  }>(),
  getPhoto: method(z.strictObject({ photoId: id })).returning<PhotoDetails>(),
  listProblems: method(
    z.strictObject({ start: z.int().min(0).default(0), count: z.int().min(1).max(1000).default(200) }),
  ).returning<{ total: number; problems: Problem[] }>(),
  /** Reads a file again that could not be read; without an id, all of them. */
  retryProblems: method(z.strictObject({ photoId: id.optional() })).returning<null>(),
  /** Opens a photo with the program the system has for it; one that is not named as a picture is shown in its folder. */
  openPhoto: method(z.strictObject({ photoId: id })).returning<null>(),
  /** Shows a photo in the system's file manager. */
  revealPhoto: method(z.strictObject({ photoId: id })).returning<null>(),
} as const;
