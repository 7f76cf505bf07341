// Albums: queries that were given a name, which go on growing.
import { z } from 'zod';
import { id, method, none } from './method.ts';
import { albumQuerySchema, type Query } from './query.ts';

export interface Album {
  albumId: number;
  name: string;
  /** Photos in it: what is alike, or what passes its filter. At most 1,000 of what is alike are counted. */
  photos: number;
  /** Of these, those that came since it was last opened. */
  fresh: number;
  /** A sentence where it cannot be answered at the moment, because an example is gone say; else null. */
  unavailable: string | null;
}

export const albumMethods = {
  listAlbums: method(none).returning<Album[]>(),
  /** A query without examples holds what passes its filter. */
  addAlbum: method(z.strictObject({ name: z.string().trim().min(1).max(100), query: albumQuerySchema })).returning<{
    albumId: number;
  }>(),
  /** What it asks; from now on nothing in it is new. */
  openAlbum: method(z.strictObject({ albumId: id })).returning<{ query: Query }>(),
  removeAlbum: method(z.strictObject({ albumId: id })).returning<null>(),
} as const;
