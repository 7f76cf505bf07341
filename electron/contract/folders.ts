// Watched folders, and choosing them.
import { z } from 'zod';
import { id, method, path } from './method.ts';
import type { Sentence } from './sentence.ts';

export interface FolderInfo {
  folderId: number;
  path: string;
  photos: number;
  /** False while its drive is not there. */
  available: boolean;
  /** The name of its drive; null where the system knows none. */
  drive: string | null;
  /** How it is watched where that is not as usual; else null. */
  notice: Sentence | null;
  /** Whether favourites, stars and tags are written into XMP files beside its photos. */
  sidecars: boolean;
  /** Whether a drive card is kept in it: a file by which another computer shows its photos at once. */
  card: boolean;
}

export interface Listing {
  path: string;
  parent: string | null;
  folders: { name: string; path: string }[];
}

export const folderMethods = {
  /** Starts watching a folder; a folder inside a watched one is already covered, and one around it takes it in. */
  addFolder: method(z.strictObject({ path })).returning<FolderInfo>(),
  /** Stops watching a folder and forgets its photos; the files themselves are not touched. */
  removeFolder: method(z.strictObject({ folderId: id })).returning<null>(),
  /** Says where a folder lies now; its photos are the same ones, and none is read again. */
  relocateFolder: method(z.strictObject({ folderId: id, path })).returning<null>(),
  /** Writes what is said of photos into XMP files beside them, or does not any more; files that are there stay. */
  setSidecars: method(z.strictObject({ folderId: id, on: z.boolean() })).returning<null>(),
  /** Keeps a drive card in a folder, or deletes the one that is there. */
  setDriveCard: method(z.strictObject({ folderId: id, on: z.boolean() })).returning<null>(),
  /** The folders inside a folder of this machine, for choosing one; without a path, the home folder. */
  browseFolders: method(z.strictObject({ path: path.optional() })).returning<Listing>(),
} as const;
