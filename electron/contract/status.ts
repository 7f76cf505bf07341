// What the page shows around the photos, and what goes on.
import { method, none } from './method.ts';
import type { EmbedderInUse } from './embedders.ts';
import type { FolderInfo } from './folders.ts';
import type { ModelSummary } from './models.ts';
import type { Sentence } from './sentence.ts';

/** What the engine is doing now, in order of what is told first. */
export type Doing =
  | 'starting'
  | 'walking'
  | 'reading'
  | 're-embedding'
  | 'viewing'
  | 'training'
  | 'encoding'
  | 'comparing'
  | 'measuring'
  | 'merging'
  | 'parts'
  | 'duplicates'
  | 'mapping'
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
  /** Videos that wait for a page to look at them, and whose drive is there. */
  videosWaiting: number;
  /** For the person where something needs saying (a full disk, a watch limit); else null. */
  notice: Sentence | null;
}

export interface Status {
  libraryPath: string;
  folders: FolderInfo[];
  photos: number;
  indexed: number;
  waiting: number;
  /** Videos that wait for a page to look at them. */
  videosWaiting: number;
  problems: number;
  embedder: EmbedderInUse;
  model: ModelSummary | null;
  /** What scans the codes: an instruction set, or 'typescript' where the native scan was not built. */
  scan: string;
  activity: Activity;
}

/** What the library takes on disk. */
export interface Storage {
  libraryPath: string;
  /** Bytes, all together. */
  total: number;
  /** About, the largest first; they add up to the total. */
  parts: { kind: 'thumbnails' | 'features' | 'codes' | 'parts' | 'embedders' | 'rest'; bytes: number }[];
}

export const statusMethods = {
  /** Everything the page shows around the photos. */
  getStatus: method(none).returning<Status>(),
  getStorage: method(none).returning<Storage>(),
  /** For somebody who is to help: the program, the library and the last lines of the log, without names of files. */
  getReport: method(none).returning<{ text: string }>(),
  pauseIndexing: method(none).returning<Activity>(),
  resumeIndexing: method(none).returning<Activity>(),
} as const;
