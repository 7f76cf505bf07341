// Answers "what is like this": by the learned codes where there is a model, by the features where not.
import { basename } from 'node:path';
import type { SearchAnswer, SearchResult } from '../contract/types.ts';
import { encodeFeature, queryOf } from '../deepquan/encoder.ts';
import type { Library } from '../library/library.ts';
import type { TileRow } from '../library/photo-rows.ts';
import type { FeatureMatrix } from '../search/exact.ts';
import { findCliff } from '../search/cliff.ts';
import { lookupTable, type Candidates } from '../search/code-scan.ts';
import { likeness } from '../search/exact.ts';
import { rerank } from '../search/rerank.ts';
import type { ActiveModel } from './active-model.ts';

/** Candidates of the scan that are ordered anew by their hidden vectors, at least. */
const RERANK_DEPTH = 300;

/** What is searched with. */
export interface Query {
  /** float32, (dimensions): the feature vector by the library's embedder. */
  feature: Float32Array;
  /** The content that the query is, where the library has it: its copies are then exactly alike. */
  contentId?: number | undefined;
  /** Left out of the results: the query's own file. */
  photoId?: number | undefined;
}

export interface SearchSources {
  readonly library: Library;
  readonly active: ActiveModel | undefined;
  /** Features, asked for only where there is no model. */
  readonly matrix: () => FeatureMatrix;
}

export function search(sources: SearchSources, query: Query, k: number, codesOnly: boolean): SearchAnswer {
  const start = performance.now();
  const { library, active } = sources;
  const candidates = active
    ? rankByModel(library, active, query, k, codesOnly)
    : sources.matrix().search(query.feature, depth(k));
  // Lengths are relative to their mean; undone, a score is the cosine times how far the photo's neighbours agree.
  const unit = active?.model.encoder.confidence?.scale ?? 1;
  const results = showResults(library, candidates, query, k, unit);
  return {
    results,
    markable: query.contentId !== undefined,
    cliff: findCliff(results.map(({ score }) => score)),
    by: active ? 'codes' : 'features',
    unread: library.photos.waitingCount(),
    milliseconds: performance.now() - start,
  };
}

/** What a model finds nearest, as contents; by at least a feature or a content that it has encoded. */
export function rankByModel(
  library: Library,
  active: ActiveModel,
  query: { feature?: Float32Array; contentId?: number | undefined },
  k: number,
  codesOnly: boolean,
): Candidates {
  const stored = query.contentId === undefined ? undefined : library.models.hidden(active.id, query.contentId);
  const q = queryOf(stored ?? encodeFeature(query.feature!, active.model.encoder));
  const candidates = active.scan.search(lookupTable(q, active.model.codebooks, 'inner-product'), depth(k));
  return codesOnly ? candidates : rerank(q, candidates, (id) => library.models.hidden(active.id, id));
}

/** One more than asked for, because the query finds itself. */
function depth(k: number): number {
  return Math.max(RERANK_DEPTH, k + 1);
}

/** Contents to photos: each file that holds a content is a result of its own. */
function showResults(library: Library, { ids, distances }: Candidates, query: Query, k: number, unit: number): SearchResult[] {
  const results: SearchResult[] = [];
  const right = query.contentId === undefined ? new Set<number>() : library.pins.of(query.contentId);
  const show = (contentId: number, score: number): void => {
    for (const tile of library.photos.tilesOf(contentId)) {
      if (tile.photoId !== query.photoId) results.push({ ...toTile(tile), score, rank: results.length + 1, right: right.has(contentId) });
    }
  };
  // What is the very same picture comes first, whatever its code says.
  if (query.contentId !== undefined) show(query.contentId, 1);
  for (let i = 0; i < ids.length && results.length < k; i++) {
    if (ids[i] !== query.contentId) show(ids[i], Math.min(1, likeness(distances[i]) * unit));
  }
  return results.slice(0, k);
}

export function toTile({ photoId, contentId, path, colour, width, height, takenAt }: TileRow) {
  return { photoId, contentId, name: basename(path), colour, width, height, takenAt };
}
