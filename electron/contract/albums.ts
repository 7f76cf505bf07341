// Albums: queries that were given a name, which go on growing, and photos put together by hand.
import { z } from 'zod';
import { id, method, none } from './method.ts';
import { albumName, type Change } from './organise.ts';
import { albumQuerySchema, type Query } from './query.ts';
import type { Sentence } from './sentence.ts';

export interface Album {
  albumId: number;
  name: string;
  /** Whether it is filled by hand, or by its query. */
  byHand: boolean;
  /** Photos in it: what is alike, or what passes its filter. At most 1,000 of what is alike are counted. */
  photos: number;
  /** Of these, those that came since it was last opened. */
  fresh: number;
  /** Why it cannot be answered at the moment, because an example is gone say; else null. */
  unavailable: Sentence | null;
}

export const albumMethods = {
  listAlbums: method(none).returning<Album[]>(),
  /** A query without examples holds what passes its filter. */
  addAlbum: method(z.strictObject({ name: albumName, query: albumQuerySchema })).returning<{
    albumId: number;
  }>(),
  /** What it asks; from now on nothing in it is new. */
  openAlbum: method(z.strictObject({ albumId: id })).returning<{ query: Query }>(),
  /** Its photos stay. */
  removeAlbum: method(z.strictObject({ albumId: id })).returning<Change>(),
  renameAlbum: method(z.strictObject({ albumId: id, name: albumName })).returning<Change>(),
} as const;
