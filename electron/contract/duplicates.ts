// Photos that are there more than once, of three kinds: the same bytes, the same picture, one moment; and what becomes of them.
import { z } from 'zod';
import { id, method, none, path } from './method.ts';
import type { Change } from './organise.ts';
import type { Trashed } from './trash.ts';

export const duplicateKinds = ['copies', 'same', 'bursts'] as const;

export type DuplicateKind = (typeof duplicateKinds)[number];

/** Why one file is suggested to be kept, each time before all others of its group. */
export type KeepReason =
  /** Its drive is there. */
  | 'there'
  /** Stars, a heart, tags or albums. */
  | 'said'
  /** It lies in a folder that the person prefers. */
  | 'folder'
  /** It has more pixels. */
  | 'pixels'
  /** It is what the camera's sensor saw. */
  | 'raw'
  /** It says which camera took it. */
  | 'camera'
  | 'sharpness'
  /** More bytes for as many pixels. */
  | 'bytes'
  /** Its name does not say that it is a copy. */
  | 'name'
  /** It was there before. */
  | 'older';

export interface DuplicateFile {
  photoId: number;
  contentId: number;
  path: string;
  /** Bytes. */
  bytes: number;
  /** Pixels, upright. */
  width: number;
  height: number;
  /** Mean colour, 0xRRGGBB. */
  colour: number;
  format: string;
  camera: string | null;
  /** Wall-clock milliseconds since 1970. */
  takenAt: number;
  /** Whether its drive is there. */
  available: boolean;
}

export interface DuplicateGroup {
  kind: DuplicateKind;
  /** The one that is suggested to be kept first. */
  files: DuplicateFile[];
  /** Why that one. */
  reasons: KeepReason[];
  /** Bytes of all but the first. */
  gain: number;
}

export interface Duplicates {
  /** Some of them, the largest gain first. */
  groups: DuplicateGroup[];
  /** Of all groups that pass the filter: how many, their files beside the first of each, and the bytes of those. */
  total: number;
  files: number;
  gain: number;
  /** Groups of each kind in the folder that is asked about. */
  counts: Record<DuplicateKind, number>;
  /** Contents of which it is known what belongs to them, of all. */
  looked: number;
  contents: number;
  /** What was collected to go. */
  toGo: { files: number; bytes: number };
  /** Folders in which files are kept rather than elsewhere, the first before the next. */
  preferred: string[];
}

const photoIds = z.array(id).max(1000);

export const duplicateMethods = {
  getDuplicates: method(
    z.strictObject({
      kinds: z
        .array(z.enum(duplicateKinds))
        .min(1)
        .default([...duplicateKinds]),
      /** Groups with a file in it or below it. */
      folder: path.optional(),
      /** Groups with a file on a drive of that name. */
      drive: z.string().min(1).max(1000).optional(),
      start: z.int().min(0).default(0),
      count: z.int().min(1).max(200).default(50),
    }),
  ).returning<Duplicates>(),
  /**
   * Decides of some files of a group. go: are collected, to be moved at the end; verdict: what is remembered of those that stay, by what they
   * hold, so that they are no duplicates any more: they are all wanted ('kept'), or show something else ('different').
   */
  decideDuplicates: method(
    z.strictObject({
      keep: photoIds.min(1),
      go: photoIds.default([]),
      verdict: z.enum(['kept', 'different']).optional(),
    }),
  ).returning<Change>(),
  /**
   * Photos that lie on each other in the grid: copies, and shots of one moment once duplicates were looked for. Each stack by photo ids, the one
   * on top first; no photo is in two.
   */
  getStacks: method(none).returning<{ stacks: number[][] }>(),
  /** What was collected to go, by path. */
  listToGo: method(none).returning<{ files: DuplicateFile[] }>(),
  /** Takes files out of what is to go. */
  keepAfterAll: method(z.strictObject({ photoIds: z.array(id).min(1).max(100_000) })).returning<Change>(),
  setPreferredFolders: method(z.strictObject({ folders: z.array(path).max(20) })).returning<null>(),
  /**
   * Moves the files of some photos into a folder that the person named and that is none of the library's: where there is no trash. Never
   * over a file; a file that is not any more what was read is left where it is.
   */
  movePhotosAway: method(
    z.strictObject({ photoIds: z.array(id).min(1).max(10_000), folder: path }),
  ).returning<Trashed>(),
} as const;
