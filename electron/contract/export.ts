// Copies of photos, written into a folder that the person chooses.
import { z } from 'zod';
import { id, method, path } from './method.ts';

export interface Exported {
  written: number;
  failed: { path: string; reason: string }[];
}

export const exportMethods = {
  /**
   * Copies photos into a folder that no library folder holds; a name that is taken gets a number. With a side, as JPEG of at most so
   * many pixels on the longer side. A few at a time, so that whoever asks can say how far it is, and stop.
   */
  exportPhotos: method(
    z.strictObject({
      photoIds: z.array(id).min(1).max(100),
      folder: path,
      side: z.int().min(64).max(16_000).nullable().default(null),
    }),
  ).returning<Exported>(),
} as const;
