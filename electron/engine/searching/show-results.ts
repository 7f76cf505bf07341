// Regions that were found, as results: each file that holds a content is one, in a group that says how alike it is.
import { basename } from 'node:path';
import type { PhotoTile } from '../../contract/photos.ts';
import type { RegionHit, ResultGroup, SearchResult } from '../../contract/search.ts';
import type { Library } from '../../library/library.ts';
import type { RegionTile, TileRow } from '../../library/rows/photo-rows.ts';
import { scoreOf } from '../../search/background.ts';
import { likeness } from '../../search/exact.ts';
import { groupByContent } from '../../search/grouping.ts';
import { selects } from '../../search/id-selector.ts';
import { groupOf } from '../../search/result-group.ts';
import type { RankedRegions, SeenExample, SeenQuery } from './searcher.ts';

/** The score of a copy: at least so much, and the rest by how well its pixels fit. */
const COPY_SCORE = 0.9;

const ORDER: Record<ResultGroup, number> = { named: 0, same: 1, burst: 2, 'very alike': 3, alike: 3, less: 3 };
const WHOLE: RegionHit = { kind: 'whole', box: null, time: null, frameId: null };

type Unranked = Omit<SearchResult, 'rank'>;

/** @returns at most k, best first or newest first */
export function showResults(library: Library, ranked: RankedRegions, query: SeenQuery, k: number): SearchResult[] {
  const { candidates, scale, unit, copies, boxes } = ranked;
  const { positives, negatives, selector, minScore = 0 } = query;
  const relevant = new Set(positives.flatMap(({ isMark, contentId }) => (isMark && contentId) || []));
  const examples = [...positives, ...negatives].filter(({ contentId }) => !relevant.has(contentId!));
  /** Contents that are no results (any more). */
  const settled = new Set(examples.flatMap(({ contentId }) => contentId ?? []));
  const leftOut = new Set(examples.flatMap(({ photoId }) => photoId ?? []));
  const moments = momentsOf(library, positives);
  const lookUp = tilesThatPass(library, query, leftOut);
  const results: Unranked[] = [];
  const show = (score: number, isCopy: boolean, tiles: readonly RegionTile[]): void => {
    if (score < minScore) return;
    for (const { tile, region } of tiles) {
      const group = groupOf({ score, isCopy, takenAt: tile.cameraTakenAt }, moments, scale);
      const box = boxes?.get(region.id);
      const hit: RegionHit = box
        ? { kind: 'tile', box, time: region.time, frameId: null }
        : {
            kind: region.kind,
            box: region.box,
            time: region.time,
            frameId: region.kind === 'frame' ? region.id : null,
          };
      results.push({ ...toTile(tile), score, group, hit, relevant: relevant.has(tile.contentId) });
    }
  };
  // What words name comes before what is like anything.
  const named = query.named?.slice(0, k) ?? [];
  const namedTiles = library.photos.tiles(named);
  for (const photoId of named) {
    const tile = namedTiles.get(photoId);
    if (!tile || leftOut.has(photoId)) continue;
    settled.add(tile.contentId);
    results.push({ ...toTile(tile), score: 1, group: 'named', hit: WHOLE, relevant: relevant.has(tile.contentId) });
  }
  // What is the very same picture comes first, whatever its code says.
  const themselves = positives
    .flatMap(({ isMark, regionId }) => (!isMark && regionId) || [])
    .filter((id) => selects(selector, id));
  for (const tiles of lookUp(themselves).values()) show(1, true, tiles);
  // As many at a time as would do if each content had one region and one photo.
  for (let at = 0; at < candidates.ids.length && results.length < k;) {
    const end = at + k + settled.size - results.length;
    const part = { ids: candidates.ids.subarray(at, end), distances: candidates.distances.subarray(at, end) };
    const tiles = lookUp([...part.ids]);
    for (const { contentId, regionId, distance } of groupByContent(part, (id) => tiles.get(id)?.[0]?.tile.contentId)) {
      if (settled.has(contentId)) continue;
      // By its best region; others of it come later.
      settled.add(contentId);
      const correlation = copies.get(regionId);
      const score =
        correlation === undefined
          ? scoreOf(likeness(distance) * unit, scale)
          : COPY_SCORE + (1 - COPY_SCORE) * Math.min(1, correlation);
      show(score, correlation !== undefined, tiles.get(regionId)!);
      if (results.length >= k) break;
    }
    at = end;
  }
  const found = results.slice(0, k);
  return (query.sort === 'date' ? byDate(found) : found.sort((a, b) => ORDER[a.group] - ORDER[b.group])).map(
    (result, i) => ({ ...result, rank: i + 1 }),
  );
}

/** Newest first, and only what is alike: by date, strangers would stand between. */
function byDate(found: readonly Unranked[]): Unranked[] {
  return found.filter(({ group }) => group !== 'less').sort((a, b) => b.takenAt - a.takenAt || b.photoId - a.photoId);
}

/** Photos that hold regions, without those that are left out or that the filter does not let through themselves. */
function tilesThatPass(library: Library, { filter }: SeenQuery, leftOut: ReadonlySet<number>) {
  return (regionIds: readonly number[]): Map<number, RegionTile[]> => {
    const tiles = library.photos.tilesOfRegions(regionIds);
    // Of a content that was let through, the only file is the one that passed; of several, some may not.
    const several = filter ? [...tiles.values()].filter((all) => all.length > 1).flat() : [];
    const photoIds = several.map(({ tile }) => tile.photoId);
    const allowed = filter && several.length > 0 ? library.filters.photosAmong(photoIds, filter) : new Set<number>();
    const passes = ({ tile }: RegionTile, files: number): boolean =>
      !leftOut.has(tile.photoId) && (!filter || files === 1 || allowed.has(tile.photoId));
    return new Map(Array.from(tiles, ([id, all]) => [id, all.filter((one) => passes(one, all.length))]));
  };
}

/** When the wanted examples were taken, by cameras that say so. */
function momentsOf(library: Library, positives: readonly SeenExample[]): number[] {
  return positives.flatMap(({ photoId, isMark }) => {
    const takenAt = photoId === undefined || isMark ? null : library.photos.tile(photoId)?.cameraTakenAt;
    return takenAt ?? [];
  });
}

export function toTile({ path, favourite, ...row }: TileRow): PhotoTile {
  const { photoId, contentId, colour, width, height, takenAt, stars, duration } = row;
  return {
    photoId,
    contentId,
    name: basename(path),
    colour,
    width,
    height,
    takenAt,
    favourite: favourite === 1,
    stars,
    duration,
  };
}
