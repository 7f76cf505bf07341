// What a model finds nearest to a query: the scan over codes, then the re-rank by hidden vectors.
import { availableParallelism } from 'node:os';
import { encodeFeature } from '../../deepquan/model/encoder.ts';
import type { Library } from '../../library/library.ts';
import { normalized } from '../../numeric/vectors.ts';
import { lookupTable, type Candidates, type CodeIndex, type ScanOptions } from '../../search/code-index.ts';
import type { IdSelector } from '../../search/id-selector.ts';
import { balanced, combineExamples, weighSubspaces, type WeightedVector } from '../../search/query.ts';
import { rerank } from '../../search/re-rank.ts';
import type { ActiveModel } from './active-model.ts';

/** Codes from which a scan takes a second core: below, calling another thread costs more than it saves. */
const CODES_FOR_TWO_THREADS = 500_000;

/** Candidates of words that are compared by features: codes know less of words than of pictures. */
const WORDS_RERANKED = 2000;

/** Known by a region that the model has encoded, or by a feature. */
export interface RankedExample {
  readonly regionId?: number | undefined;
  /** float32, (dimensions), by the embedder of the model. */
  readonly feature?: Float32Array | undefined;
  /** Whether the feature stands for words. */
  readonly isWords?: boolean | undefined;
  /** Above 0; 1 where nothing is said. */
  readonly weight?: number | undefined;
}

export interface RankedQuery {
  /** At least one. */
  readonly positives: readonly RankedExample[];
  readonly negatives?: readonly RankedExample[] | undefined;
  readonly selector?: IdSelector | undefined;
  readonly subspaceWeights?: Float32Array | undefined;
}

export interface RankOptions {
  /** Leaves out the re-rank. */
  readonly codesOnly: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Ranked {
  readonly candidates: Candidates;
  /** What stood for the query: float32, (M * dsub), of unit length where all subspaces count alike. */
  readonly vector: Float32Array;
  /** Likenesses of the query to photos at random, where it was compared by features at last, as words alone are. */
  readonly byFeatures?: Float32Array | undefined;
}

/** The k regions nearest to a query, and one more for each of its examples, which find themselves; best first. */
export async function rank(
  library: Library,
  active: ActiveModel,
  query: RankedQuery,
  k: number,
  options: RankOptions,
): Promise<Ranked> {
  const [ranked] = await rankMany(library, active, [query], k, options);
  return ranked!;
}

/**
 * The same of several queries with one selector, or none, which share the pass over the codes; others get their turn
 * on the thread between any two.
 */
export async function rankMany(
  library: Library,
  active: ActiveModel,
  queries: readonly RankedQuery[],
  k: number,
  { codesOnly, signal }: RankOptions,
): Promise<Ranked[]> {
  if (queries.length === 0) return [];
  const books = active.codebooks;
  const tables = new Float32Array(queries.length * books.M * books.ksub);
  const asked: Float32Array[] = [];
  for (const query of queries) {
    if (asked.length > 0) await breathe();
    const vector = queryVector(library, active, query);
    const table = lookupTable(vector, books, 'inner-product');
    tables.set(table, asked.length * books.M * books.ksub);
    asked.push(vector);
  }
  const wordsAlone = queries.some(isOfWordsAlone);
  const depth = wordsAlone ? Math.max(WORDS_RERANKED, active.setting.rerank) : active.setting.rerank;
  const reranked = !codesOnly && depth > 0;
  const examples = Math.max(...queries.map(({ positives, negatives }) => positives.length + (negatives?.length ?? 0)));
  const found = await active.index.search(tables, Math.max(reranked ? depth : 0, k + examples), {
    ...scanOptionsFor(active.index),
    selector: queries[0]!.selector,
    signal,
  });
  if (!reranked) return found.map((candidates, i) => ({ candidates, vector: asked[i]! }));
  const ranked: Ranked[] = [];
  for (const [i, candidates] of found.entries()) {
    if (i > 0) await breathe();
    const vector = asked[i]!;
    if (isOfWordsAlone(queries[i]!)) {
      ranked.push({ vector, ...byFeatures(library, active, queries[i]!, candidates) });
      continue;
    }
    const hidden = library.codes.hiddenOf(active.id, [...candidates.ids]);
    ranked.push({ candidates: rerank(vector, candidates, hidden), vector });
  }
  return ranked;
}

/** How a scan of this size is best run. */
export function scanOptionsFor({ size }: CodeIndex): ScanOptions {
  return { threads: size >= CODES_FOR_TWO_THREADS ? Math.min(2, availableParallelism()) : 1 };
}

/** What stands for a query: float32, (M * dsub), of unit length where all subspaces count alike. */
export function queryVector(
  library: Library,
  active: ActiveModel,
  { positives, negatives = [], subspaceWeights }: RankedQuery,
): Float32Array {
  const toVector = ({ regionId, feature, isWords, weight = 1 }: RankedExample): WeightedVector => {
    if (isWords) return { vector: active.words(library).vectorOf(feature!), weight };
    const stored = regionId === undefined ? undefined : library.codes.hidden(active.id, regionId);
    return { vector: stored ?? encodeFeature(feature!, active.model.encoder), weight };
  };
  const hasWords = [...positives, ...negatives].some(({ isWords }) => isWords);
  const vectorsOf = (examples: readonly RankedExample[]): WeightedVector[] =>
    hasWords
      ? balanced(examples.map(toVector), (vector) => active.background(library).likenessesTo(vector))
      : examples.map(toVector);
  const vector = combineExamples({ positives: vectorsOf(positives), negatives: vectorsOf(negatives) });
  return subspaceWeights ? weighSubspaces(vector, subspaceWeights) : vector;
}

function isOfWordsAlone({ positives, negatives = [] }: RankedQuery): boolean {
  return [...positives, ...negatives].every(({ isWords }) => isWords);
}

/** Candidates for words, sorted by the features that the words were learned with. */
function byFeatures(
  library: Library,
  active: ActiveModel,
  { positives, negatives = [] }: RankedQuery,
  candidates: Candidates,
): Pick<Ranked, 'candidates' | 'byFeatures'> {
  const words = active.words(library);
  const vectorsOf = (examples: readonly RankedExample[]): WeightedVector[] =>
    balanced(
      examples.map(({ feature, weight = 1 }) => ({ vector: feature!, weight })),
      (vector) => words.likenessesTo(vector),
    );
  const vector = combineExamples({ positives: vectorsOf(positives), negatives: vectorsOf(negatives) });
  const features = library.features.of(active.embedderId, [...candidates.ids]);
  const unit = new Map(Array.from(features, ([id, feature]) => [id, normalized(Float32Array.from(feature))]));
  return { candidates: rerank(vector, candidates, unit), byFeatures: words.likenessesTo(vector) };
}

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
