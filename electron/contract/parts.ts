// Parts of photos: found by boxes, and made behind everything else.
import { z } from 'zod';
import { method, none } from './method.ts';

export interface PartsStatus {
  /** Whether parts are made; off until a first box is drawn or it is switched on. */
  on: boolean;
  /** Parts need a model: a library without one has none yet. */
  available: boolean;
  /** Photos that could have parts, counted once however many files hold them, and those that have. */
  photos: number;
  done: number;
  partsOfAPhoto: number;
  /** Bytes that the parts of a photo take, in memory once a box is asked about, and on disk. */
  memoryOfAPhoto: number;
  diskOfAPhoto: number;
}

export const partsMethods = {
  getParts: method(none).returning<PartsStatus>(),
  setParts: method(z.strictObject({ on: z.boolean() })).returning<PartsStatus>(),
} as const;
