// The shapes that pass between faces and engine.
import type { Box } from './query.ts';

/** What the engine is doing now, in order of what is told first. */
export type Doing =
  | 'starting'
  | 'scanning'
  | 'reading'
  | 'changing'
  | 'training'
  | 'encoding'
  | 'comparing'
  | 'measuring'
  | 'merging'
  | 'paused'
  | 'stopped'
  | 'ready';

export interface Activity {
  doing: Doing;
  /** Photos, or epochs while training; done <= total. */
  done: number;
  total: number;
  /** Photos (or epochs) a second over the last seconds; 0 while unknown. */
  perSecond: number;
  /** Seconds; null while unknown. */
  secondsLeft: number | null;
  /** A sentence for the person where something needs saying (a full disk, a watch limit); else null. */
  notice: string | null;
}

export interface FolderInfo {
  folderId: number;
  path: string;
  photos: number;
  /** False while its drive is not there. */
  available: boolean;
  /** A sentence about how it is watched where that is not as usual; else null. */
  notice: string | null;
}

export interface Status {
  libraryPath: string;
  folders: FolderInfo[];
  photos: number;
  indexed: number;
  waiting: number;
  problems: number;
  embedder: EmbedderInUse;
  model: ModelSummary | null;
  /** What scans the codes: an instruction set, or 'typescript' where the native scan was not built. */
  scan: string;
  activity: Activity;
}

export interface EmbedderInUse {
  name: string;
  dimensions: number;
  /** What runs it; null where that is not known (yet). */
  speed: EmbedderSpeed | null;
  /** The one that takes its place once it has seen all photos; null where none does. */
  coming: string | null;
}

/** By what a network runs fastest on this machine, as a short trial found. */
export interface EmbedderSpeed {
  /** As onnxruntime calls it: cpu, webgpu, coreml, dml, cuda. */
  provider: string;
  /** Of one photo. */
  milliseconds: number;
  /** All that were tried; reason: why one could not be used. */
  tried: { provider: string; milliseconds: number | null; reason: string | null }[];
}

/** An embedder that the library holds. */
export interface EmbedderPack {
  name: string;
  dimensions: number;
  licence: string | null;
  /** On disk. */
  bytes: number;
  /** Came with Likeness. */
  builtIn: boolean;
  /** Search answers by it. */
  inUse: boolean;
  /** It looks at all photos now, and takes the other's place then. */
  coming: boolean;
  speed: EmbedderSpeed | null;
  ranking: EmbedderRanking | null;
}

/** How an embedder ranks what the person marked as right, by its features alone. */
export interface EmbedderRanking {
  /** Marks that were looked at. */
  marks: number;
  /** Share of them that come among the first ten, in [0, 1]. */
  share: number;
  /** Photos that they were looked for among: the same for all embedders. */
  among: number;
}

export interface ModelSummary {
  modelId: number;
  /** Came with Likeness, learned from generic pictures. */
  base: boolean;
  /** Photos of this library; the generic ones of a model that came with Likeness. */
  trainedOn: number;
  /** Bits a code. */
  bits: number;
  /** Milliseconds since 1970, UTC. */
  trainedAt: number;
  /** Seconds that training took. */
  seconds: number;
  backend: string;
  /** Mean losses of the last epoch, without their weights; null where there was none. */
  losses: Losses | null;
  quantizationError: number;
  /** What its codes cost in this library; null until it has been measured. */
  operatingPoints: OperatingPoints | null;
}

/** How a search goes: which codes are scanned, and how many of the best are ordered anew by their hidden vectors; 0 for none. */
export interface OperatingPoint {
  /** Of the same size: by 256 centroids a subquantizer, or by 16, which scans faster and tells a little less. */
  codes: '8-bit' | '4-bit';
  rerank: number;
}

export interface MeasuredPoint extends OperatingPoint {
  /** Of the ten that comparing all hidden vectors would find, the share that this finds; in [0, 1]. */
  recall: number;
  /** Of one search, the median. */
  milliseconds: number;
}

/** What was measured of scans and re-rank depths on this library, and what was chosen. */
export interface OperatingPoints {
  /** Photos there were. */
  photos: number;
  /** Photos that recall was measured among; depths in proportion where they are not all. */
  sample: number;
  queries: number;
  /** What scans: an instruction set, or 'typescript'. */
  level: string;
  rows: MeasuredPoint[];
  chosen: OperatingPoint;
}

export interface Losses {
  /** The contrastive loss, or the paper's triplet loss. */
  ranking: number;
  quantization: number;
  manifold: number;
}

/** Share of queries that have what they should find among the first ten, in [0, 1], by the model before and by this one. */
export interface Comparison {
  queries: number;
  before: number;
  after: number;
  /** Of the difference between the two. */
  standardError: number;
}

/** How a model did beside the one before it; null where there was nothing to compare by. */
export interface ModelComparison {
  /** Edited copies of photos that no model learned from, finding their originals. */
  edited: Comparison | null;
  /** Results that the person marked as right. */
  marked: Comparison | null;
}

export interface ModelCard {
  /** How the model did beside the one before it, where it was compared. */
  comparison: ModelComparison | null;
  /** The model before it, which can be gone back to. */
  previous: ModelSummary | null;
  /** New photos' quantization error over that of the older ones, where enough are new. */
  drift: { photos: number; ratio: number } | null;
  model: ModelSummary | null;
  /** Every epoch's mean losses. */
  history: Losses[];
  /** Why there is no model yet, or why the last training failed; else null. */
  reason: string | null;
  /** Photos that a first training waits for. */
  photosNeeded: number;
  training: boolean;
}

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
}

/** One step from a version of the order to the next. Places ascend. */
export type TimelineChange =
  /** places: in the order after it; aspects: as bytes, see Timeline. */
  | { kind: 'added'; places: number[]; ids: number[]; aspects: number[] }
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
}

export interface PhotoDetails extends PhotoTile {
  path: string;
  folder: string;
  /** Bytes. */
  size: number;
  format: string;
  camera: string | null;
  dateFrom: 'camera' | 'file';
  /** What the decoder complained about while it read it all the same. */
  warning: string | null;
  available: boolean;
  /** Other files with the same content: the first of them by their paths, and how many there are. */
  copies: string[];
  copyCount: number;
}

/** A part of a photo that was found, or the whole of it. */
export interface RegionHit {
  kind: 'whole' | 'tile' | 'frame';
  /** Shares of the upright picture's width and height; null for all of it. */
  box: Box | null;
  /** Of a frame: seconds from the beginning. */
  time: number | null;
}

export interface SearchResult extends PhotoTile {
  /** 0 to 1; 1 is the same picture. */
  score: number;
  /** The region of the photo that the query found. */
  hit: RegionHit;
  /** From 1. */
  rank: number;
  /** Whether the person marked it as right for this query. */
  relevant: boolean;
}

export interface SearchAnswer {
  results: SearchResult[];
  /** Whether results can be marked as right: the query is a photo of the library. */
  markable: boolean;
  /** Results from this place on are less alike by a step that stands out; null where there is none. */
  scoreGap: number | null;
  /** Whether learned codes answered, or the features themselves. */
  by: 'codes' | 'features';
  /** Photos that could not be among the results because they are not read yet. */
  unread: number;
  milliseconds: number;
}

export interface Problem {
  photoId: number;
  path: string;
  reason: string;
}

export interface Listing {
  path: string;
  parent: string | null;
  folders: { name: string; path: string }[];
}
