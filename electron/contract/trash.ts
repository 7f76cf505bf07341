// The system's trash.
import { z } from 'zod';
import { id, method } from './method.ts';
import type { Change } from './organise.ts';
import type { Sentence } from './sentence.ts';

export interface Trashed {
  /** Files that are in the trash now. */
  trashed: number;
  failed: { path: string; reason: Sentence }[];
  /** Null where the system does not let files be taken back by a program, and where none was moved. */
  change: Change | null;
}

export const trashMethods = {
  /**
   * Moves the files of some photos into the system's trash. A file that is not any more what was read is left where it is. The page
   * asks before, and says how many there are.
   */
  trashPhotos: method(z.strictObject({ photoIds: z.array(id).min(1).max(10_000) })).returning<Trashed>(),
} as const;
