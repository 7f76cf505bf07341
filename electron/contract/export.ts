// Copies of photos, written into a folder that the person chooses.
import { z } from 'zod';
import { id, method, path } from './method.ts';
import { MOST_SELECTED } from './photos.ts';
import type { Sentence } from './sentence.ts';

export interface Exported {
  written: number;
  failed: { path: string; reason: Sentence }[];
  /** The folder, or the zip file. */
  at: string;
}

export const exportMethods = {
  /**
   * Copies photos into a folder that no library folder holds; a name that is taken gets a number. Takes as long as the copies do, and
   * says by the event exportProgressed how far it is; breaking the call off stops it.
   */
  exportPhotos: method(
    z.strictObject({
      photoIds: z.array(id).min(1).max(MOST_SELECTED),
      folder: path,
      /** Pixels on the longer side of JPEGs that are made; null for the files as they are. */
      side: z.int().min(64).max(16_000).nullable().default(null),
      /** One zip file in the folder. */
      zip: z.boolean().default(false),
      /** Favourites, stars and tags in an XMP file beside each copy. */
      sidecars: z.boolean().default(false),
      /** By which its events are known. */
      exportId: z.string().max(100).default(''),
    }),
  ).returning<Exported>(),
} as const;
