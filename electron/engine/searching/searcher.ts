// Answers "what is like this": by the learned codes where there is a model, by the features where not.
import { basename } from 'node:path';
import type { SearchAnswer, SearchResult } from '../../contract/search.ts';
import type { Library } from '../../library/library.ts';
import type { PhotoFilter } from '../../library/rows/filter-rows.ts';
import type { RegionTile, TileRow } from '../../library/rows/photo-rows.ts';
import { cosine } from '../../numeric/vectors.ts';
import type { FeatureMatrix } from '../../search/exact.ts';
import type { Candidates } from '../../search/code-index.ts';
import { likeness } from '../../search/exact.ts';
import { groupByContent } from '../../search/grouping.ts';
import { selects, type IdSelector } from '../../search/id-selector.ts';
import { nearDuplicatesFirst } from '../../search/near-duplicates.ts';
import { findScoreGap } from '../../search/score-gap.ts';
import type { ActiveModel } from '../codes/active-model.ts';
import { rank } from '../codes/ranking.ts';

/** First places among which near-duplicates are looked for: of 1,000 edited copies in a library of 1,350, all had their original in the first 50. */
const LOOKED_AT_AGAIN = 64;

/** An example as the library's embedder sees it. */
export interface SeenExample {
  /** float32, (dimensions). */
  readonly feature: Float32Array;
  /** Of the content that the example is, where the library has it: its copies are then exactly alike. */
  readonly regionId?: number | undefined;
  readonly contentId?: number | undefined;
  /** Left out of the results: the example's own file. */
  readonly photoId?: number | undefined;
  readonly weight: number;
}

/** What is searched with. */
export interface SeenQuery {
  /** At least one. */
  readonly positives: readonly SeenExample[];
  readonly negatives: readonly SeenExample[];
  /** The regions that may be found; all where there is none. */
  readonly selector?: IdSelector | undefined;
  /** By which the selector was made: of the files that hold a content, it may let some through and others not. */
  readonly filter?: PhotoFilter | undefined;
  readonly minScore?: number | undefined;
  readonly sort: 'likeness' | 'date';
  /** float32, (M of the model). */
  readonly subspaceWeights?: Float32Array | undefined;
}

export interface SearchSources {
  readonly library: Library;
  readonly active: ActiveModel | undefined;
  /** Features, asked for only where there is no model. */
  readonly matrix: () => FeatureMatrix;
}

export interface SearchOptions {
  readonly codesOnly: boolean;
  readonly signal?: AbortSignal | undefined;
}

export async function search(
  { library, active, matrix }: SearchSources,
  query: SeenQuery,
  k: number,
  options: SearchOptions,
): Promise<SearchAnswer> {
  const start = performance.now();
  const candidates = active ? await rankShown(library, active, query, k, options) : rankByFeatures(matrix(), query, k);
  // Lengths are relative to their mean; undone, a score is the cosine times how far the photo's neighbours agree.
  const unit = active?.model.encoder.confidence?.scale ?? 1;
  const results = showResults(library, candidates, query, k, unit);
  return {
    results,
    markable: markedContent(query) !== undefined,
    scoreGap: query.sort === 'date' ? null : findScoreGap(results.map(({ score }) => score)),
    by: active ? 'codes' : 'features',
    unread: library.photos.waitingCount(),
    milliseconds: performance.now() - start,
  };
}

function rankByFeatures(matrix: FeatureMatrix, query: SeenQuery, k: number): Candidates {
  const vectors = (examples: readonly SeenExample[]) =>
    examples.map(({ feature, weight }) => ({ vector: feature, weight }));
  const { positives, negatives, selector } = query;
  const most = k + positives.length + negatives.length;
  return matrix.search({ positives: vectors(positives), negatives: vectors(negatives), selector }, most);
}

/** What a model finds nearest; near-duplicates first, unless by codes alone. */
async function rankShown(
  library: Library,
  active: ActiveModel,
  query: SeenQuery,
  k: number,
  options: SearchOptions,
): Promise<Candidates> {
  if (options.codesOnly) return rank(library, active, query, k, options);
  const ranked = await rank(library, active, query, Math.max(k, LOOKED_AT_AGAIN), options);
  const features = library.features.of(active.embedderId, [...ranked.ids.subarray(0, LOOKED_AT_AGAIN)]);
  const nearest = (feature: ArrayLike<number>): number =>
    Math.max(...query.positives.map((example) => cosine(example.feature, feature)));
  return nearDuplicatesFirst(ranked, new Map(Array.from(features, ([id, feature]) => [id, nearest(feature)])));
}

/** The content for which results can be marked as relevant: that of the one example, where the library has it. */
function markedContent({ positives, negatives }: SeenQuery): number | undefined {
  return positives.length === 1 && negatives.length === 0 ? positives[0]!.contentId : undefined;
}

/** Regions to photos: each file that holds a content is a result of its own. */
function showResults(
  library: Library,
  candidates: Candidates,
  query: SeenQuery,
  k: number,
  unit: number,
): SearchResult[] {
  const { positives, negatives, selector, filter, minScore = 0 } = query;
  const examples = [...positives, ...negatives];
  /** Contents that are no results (any more). */
  const settled = new Set(examples.flatMap(({ contentId }) => contentId ?? []));
  const leftOut = new Set(examples.flatMap(({ photoId }) => photoId ?? []));
  const marked = markedContent(query);
  const relevant = marked === undefined ? new Set<number>() : library.marks.of(marked);
  const results: Omit<SearchResult, 'rank'>[] = [];
  /** Files of contents that the filter lets through, and which it does not let through themselves. */
  const passedOver = new Set<number>();
  const tilesOf = (regionIds: readonly number[]): Map<number, RegionTile[]> => {
    const tiles = library.photos.tilesOfRegions(regionIds);
    if (!filter) return tiles;
    const photoIds = [...tiles.values()].flat().map(({ tile }) => tile.photoId);
    const allowed = library.filters.photosAmong(photoIds, filter);
    for (const id of photoIds) if (!allowed.has(id)) passedOver.add(id);
    return tiles;
  };
  const show = (score: number, tiles: readonly RegionTile[]): void => {
    if (score < minScore) return;
    for (const { tile, region } of tiles) {
      if (leftOut.has(tile.photoId) || passedOver.has(tile.photoId)) continue;
      const hit = { kind: region.kind, box: region.box, time: region.time };
      results.push({ ...toTile(tile), score, hit, relevant: relevant.has(tile.contentId) });
    }
  };
  // What is the very same picture comes first, whatever its code says.
  const themselves = positives.flatMap(({ regionId }) => regionId ?? []).filter((id) => selects(selector, id));
  for (const tiles of tilesOf(themselves).values()) show(1, tiles);
  // As many at a time as would do if each content had one region and one photo.
  for (let at = 0; at < candidates.ids.length && results.length < k;) {
    const end = at + k + settled.size - results.length;
    const part = { ids: candidates.ids.subarray(at, end), distances: candidates.distances.subarray(at, end) };
    const tiles = tilesOf([...part.ids]);
    for (const hit of groupByContent(part, (id) => tiles.get(id)?.[0]!.tile.contentId)) {
      if (settled.has(hit.contentId)) continue;
      // By its best region; others of it come later.
      settled.add(hit.contentId);
      show(Math.min(1, likeness(hit.distance) * unit), tiles.get(hit.regionId)!);
      if (results.length >= k) break;
    }
    at = end;
  }
  const found = results.slice(0, k);
  if (query.sort === 'date') found.sort((a, b) => b.takenAt - a.takenAt || b.photoId - a.photoId);
  return found.map((result, i) => ({ ...result, rank: i + 1 }));
}

export function toTile({ photoId, contentId, path, colour, width, height, takenAt }: TileRow) {
  return { photoId, contentId, name: basename(path), colour, width, height, takenAt };
}
