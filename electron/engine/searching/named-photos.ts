// Photos that words name: by files, folders, days and tags.
import type { Filter } from '../../contract/query.ts';
import type { Library } from '../../library/library.ts';

/** Photos that are looked at. */
const MOST_NAMED = 10_000;

/** @returns newest first, as far as the filter lets them through */
export function namedPhotos(
  { words, filters }: Library,
  wanted: readonly string[],
  unwanted: readonly string[],
  filter: Filter | undefined,
): number[] {
  const photoIds = words.photoIds(wanted, unwanted, MOST_NAMED);
  if (!filter) return photoIds;
  const passing = filters.photosAmong(photoIds, filter);
  return photoIds.filter((id) => passing.has(id));
}
