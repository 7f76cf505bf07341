// What a person says of photos: favourites, stars, tags, albums, what is hidden. Kept by what a file holds: copies share it,
// and a file that moves keeps it.
import { z } from 'zod';
import { id, method, none, path } from './method.ts';
import { MOST_SELECTED } from './photos.ts';

export const MOST_STARS = 5;

/** What a change was about, so that a page can say it in its own words. */
export type ChangeKind =
  | 'favourite'
  | 'not-favourite'
  | 'stars'
  | 'hidden'
  | 'shown'
  | 'tags'
  | 'into-album'
  | 'out-of-album'
  | 'album'
  | 'folder'
  /** Duplicates that were decided. */
  | 'duplicates'
  /** Photos that do not go after all. */
  | 'kept-after-all'
  | 'trash'
  | 'moved';

/** One change that can be undone. */
export interface Change {
  /** Grows with each change. */
  changeId: number;
  kind: ChangeKind;
  /** Photos that it was asked of; 0 where it was of none. */
  photos: number;
}

/** What is said of some photos, taken together. */
export interface AnnotationSummary {
  /** Those of the photos that are there. */
  photos: number;
  favourites: number;
  hidden: number;
  /** Null where they differ. */
  stars: number | null;
  tags: TagCount[];
}

export interface TagCount {
  name: string;
  photos: number;
}

/** What there is of what can be said. */
export interface Labels {
  /** Photos. */
  favourites: number;
  /** By name. */
  tags: TagCount[];
  hidden: {
    photos: number;
    folders: string[];
    /** Whether they are shown for now. */
    shown: boolean;
  };
}

const photoIds = z.array(id).min(1).max(MOST_SELECTED);

/** Without what no one can see in it. */
const tagSchema = z
  .string()
  .trim()
  .min(1, 'a tag has at least one letter')
  .max(100, 'a tag has at most 100 letters')
  .regex(/^\P{C}+$/u, 'a tag has only letters that can be seen');

export const albumName = z.string().trim().min(1).max(100);

export const organiseMethods = {
  setFavourite: method(z.strictObject({ photoIds, favourite: z.boolean() })).returning<Change>(),
  /** stars: 0 takes the rating away. */
  setStars: method(z.strictObject({ photoIds, stars: z.int().min(0).max(MOST_STARS) })).returning<Change>(),
  /** What is hidden is in no list and no answer until it is shown again. */
  setHidden: method(z.strictObject({ photoIds, hidden: z.boolean() })).returning<Change>(),
  setTags: method(
    z.strictObject({
      photoIds,
      add: z.array(tagSchema).max(50).default([]),
      remove: z.array(tagSchema).max(50).default([]),
    }),
  ).returning<Change>(),
  /** Puts photos into an album that is filled by hand; into a new one, where a name is given. */
  putIntoAlbum: method(
    z.strictObject({
      photoIds,
      album: z.union([z.strictObject({ albumId: id }), z.strictObject({ name: albumName })]),
    }),
  ).returning<Change & { albumId: number }>(),
  takeOutOfAlbum: method(z.strictObject({ photoIds, albumId: id })).returning<Change>(),
  /** Hides a folder of this machine with all folders in it, or shows it again. */
  setFolderHidden: method(z.strictObject({ path, hidden: z.boolean() })).returning<Change>(),
  /** Shows what is hidden for now, or not any more. */
  showHidden: method(z.strictObject({ shown: z.boolean() })).returning<null>(),

  describePhotos: method(z.strictObject({ photoIds })).returning<AnnotationSummary>(),
  getLabels: method(none).returning<Labels>(),

  /**
   * Takes the newest change back, whichever page made it; with a number, only where that is still the newest one. Null where there is
   * nothing (any more) to take back.
   */
  undoChange: method(z.strictObject({ changeId: id.optional() })).returning<Change | null>(),
  /** Does again what was undone last. */
  redoChange: method(none).returning<Change | null>(),
} as const;
