// What photos can be narrowed by, and which are left.
import { z } from 'zod';
import { method, none } from './method.ts';
import { filterSchema } from './query.ts';

/** A value that some photos have, and how many contents do. */
export interface FilterChoice {
  value: string;
  photos: number;
}

export interface FilterChoices {
  /** The most frequent first. */
  cameras: FilterChoice[];
  lenses: FilterChoice[];
  formats: FilterChoice[];
  /** By name. */
  tags: FilterChoice[];
}

export interface InsideFolder {
  path: string;
  name: string;
  /** In it and in the folders inside it. */
  photos: number;
}

export const filterMethods = {
  /** The photos that a filter lets through, in no order; uint32, little-endian, as base64. */
  filterPhotos: method(z.strictObject({ filter: filterSchema })).returning<{ photos: number; ids: string }>(),
  getFilterChoices: method(none).returning<FilterChoices>(),
  /** The folders right inside one that hold photos of the library; by name. */
  listInsideFolder: method(z.strictObject({ path: z.string().min(1).max(4096) })).returning<InsideFolder[]>(),
} as const;
