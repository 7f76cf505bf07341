// Answers "what is like this": by the learned codes where there is a model, by the features where not.
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { SearchAnswer, SearchResult } from '../contract/types.ts';
import { encodeFeature, queryOf } from '../deepquan/encoder.ts';
import type { Library } from '../library/library.ts';
import type { TileRow } from '../library/photo-rows.ts';
import { cosine } from '../numeric/cosine.ts';
import type { FeatureMatrix } from '../search/exact.ts';
import { findCliff } from '../search/cliff.ts';
import { lookupTable, type Candidates, type CodeScan, type ScanOptions } from '../search/code-scan.ts';
import { likeness } from '../search/exact.ts';
import { nearDuplicatesFirst, rerank } from '../search/rerank.ts';
import type { ActiveModel } from './active-model.ts';

/** Codes from which a scan takes a second core: below, calling another thread costs more than it saves. */
const CODES_FOR_TWO_THREADS = 500_000;

/** First places among which near-duplicates are looked for: of 1,000 edited copies in a library of 1,350, all had their original in the first 50. */
const LOOKED_AT_AGAIN = 64;

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

export async function search(
  sources: SearchSources,
  query: Query,
  k: number,
  options: { codesOnly: boolean; signal?: AbortSignal | undefined },
): Promise<SearchAnswer> {
  const start = performance.now();
  const { library, active } = sources;
  const candidates = active
    ? await rankShown(library, active, query, k, options)
    : sources.matrix().search(query.feature, k + 1);
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

/** What a model finds nearest; near-duplicates first, unless by codes alone. */
async function rankShown(
  library: Library,
  active: ActiveModel,
  query: Query,
  k: number,
  options: { codesOnly: boolean; signal?: AbortSignal | undefined },
): Promise<Candidates> {
  if (options.codesOnly) return rankByModel(library, active, query, k, options);
  const ranked = await rankByModel(library, active, query, Math.max(k, LOOKED_AT_AGAIN), options);
  const features = library.features.of(active.embedderId, [...ranked.ids.subarray(0, LOOKED_AT_AGAIN)]);
  return nearDuplicatesFirst(
    ranked,
    new Map(Array.from(features, ([id, feature]) => [id, cosine(query.feature, feature)])),
  );
}

/** What a model finds nearest, as contents; by at least a feature or a content that it has encoded. */
export async function rankByModel(
  library: Library,
  active: ActiveModel,
  query: { feature?: Float32Array; contentId?: number | undefined },
  k: number,
  options: { codesOnly: boolean; signal?: AbortSignal | undefined },
): Promise<Candidates> {
  const [ranked] = await rankManyByModel(library, active, [query], k, options);
  return ranked;
}

/** The same of several, which share the pass over the codes; others get their turn on the thread between any two. */
export async function rankManyByModel(
  library: Library,
  active: ActiveModel,
  queries: readonly { feature?: Float32Array; contentId?: number | undefined }[],
  k: number,
  { codesOnly, signal }: { codesOnly: boolean; signal?: AbortSignal | undefined },
): Promise<Candidates[]> {
  if (queries.length === 0) return [];
  const books = active.codebooks;
  const lookups = new Float32Array(queries.length * books.M * books.ksub);
  const asked: Float32Array[] = [];
  for (const { feature, contentId } of queries) {
    if (asked.length > 0) await breathe();
    const stored = contentId === undefined ? undefined : library.models.hidden(active.id, contentId);
    const query = queryOf(stored ?? encodeFeature(feature!, active.model.encoder));
    lookups.set(lookupTable(query, books, 'inner-product'), asked.length * books.M * books.ksub);
    asked.push(query);
  }
  const depth = active.setting.rerank;
  const reranked = !codesOnly && depth > 0;
  // One more than asked for, because the query finds itself.
  const found = await active.scan.search(lookups, Math.max(reranked ? depth : 0, k + 1), {
    ...scanOptionsFor(active.scan),
    signal,
  });
  if (!reranked) return found;
  const ranked: Candidates[] = [];
  for (const [i, candidates] of found.entries()) {
    if (i > 0) await breathe();
    ranked.push(rerank(asked[i], candidates, library.models.hiddenOf(active.id, [...candidates.ids])));
  }
  return ranked;
}

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How a scan of this size is best run. */
export function scanOptionsFor({ size }: CodeScan): ScanOptions {
  return { threads: size >= CODES_FOR_TWO_THREADS ? Math.min(2, availableParallelism()) : 1 };
}

/** Contents to photos: each file that holds a content is a result of its own. */
function showResults(
  library: Library,
  { ids, distances }: Candidates,
  query: Query,
  k: number,
  unit: number,
): SearchResult[] {
  const results: SearchResult[] = [];
  const right = query.contentId === undefined ? new Set<number>() : library.pins.of(query.contentId);
  // As many contents as can be shown, each of which has a photo at least; and the query's own.
  const shown = [...ids.subarray(0, k + 1), ...(query.contentId === undefined ? [] : [query.contentId])];
  const tiles = library.photos.tilesOfAll(shown);
  const show = (contentId: number, score: number): void => {
    for (const tile of tiles.get(contentId) ?? []) {
      if (tile.photoId !== query.photoId)
        results.push({ ...toTile(tile), score, rank: results.length + 1, right: right.has(contentId) });
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
