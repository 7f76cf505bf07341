// What was said of a photo, as it is written for other programs.
import type { Library } from '../../library/library.ts';
import type { SaidOfPhoto } from './xmp.ts';

/** Undefined where there is no such photo. */
export function saidOf({ photos, annotations }: Library, photoId: number): SaidOfPhoto | undefined {
  const tile = photos.tile(photoId);
  if (!tile) return undefined;
  const tags = annotations.tagsAmong([photoId]).map(({ name }) => name);
  return { favourite: tile.favourite === 1, stars: tile.stars, tags };
}
