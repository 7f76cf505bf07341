// Answers "what is like this": by the learned codes where there is a model, by the features where not.
import type { Box, Filter } from '../../contract/query.ts';
import type { SearchAnswer } from '../../contract/search.ts';
import type { Library } from '../../library/library.ts';
import { COPIES } from '../../numeric/picture-correlation.ts';
import { cosine } from '../../numeric/vectors.ts';
import { scoreScale, wordScale, type ScoreScale } from '../../search/background.ts';
import type { FeatureMatrix } from '../../search/exact.ts';
import type { Candidates } from '../../search/code-index.ts';
import type { IdSelector } from '../../search/id-selector.ts';
import { findNearDuplicates, putFirst } from '../../search/near-duplicates.ts';
import { balanced, type WeightedVector } from '../../search/query.ts';
import type { ActiveModel } from '../codes/active-model.ts';
import { rank } from '../codes/ranking.ts';
import type { PartIndex } from '../photo-parts/part-index.ts';
import { rankParts } from './rank-parts.ts';
import { showResults } from './show-results.ts';

/** First places among which near-duplicates are looked for: of 1,000 edited copies in a library of 1,350, all had their original in the first 50. */
const LOOKED_AT_AGAIN = 64;
/** Pictures that are compared pixel by pixel at most. */
const COMPARED = 12;

/** An example as the library's embedder sees it. */
export interface SeenExample {
  /** float32, (dimensions). */
  readonly feature: Float32Array;
  /** Of the content that the example is, where the library has it: its copies are then exactly alike. */
  readonly regionId?: number | undefined;
  readonly contentId?: number | undefined;
  /** Left out of the results: the example's own file. */
  readonly photoId?: number | undefined;
  /** Whether the feature stands for words. */
  readonly isWords?: boolean | undefined;
  /** Whether it is a part of a picture, which is looked for in parts of photos. */
  readonly isPart?: boolean | undefined;
  /** JPEG, where the example is a whole picture. */
  readonly thumbnail?: (() => Uint8Array | undefined) | undefined;
  readonly weight: number;
  /** Marked among the results, where it stays if it is right. */
  readonly isMark?: boolean | undefined;
}

/** What is searched with. */
export interface SeenQuery {
  /** None only where words are asked for that the embedder does not know. */
  readonly positives: readonly SeenExample[];
  readonly negatives: readonly SeenExample[];
  /** Photos that words of the query name; they come first. */
  readonly named?: readonly number[] | undefined;
  /** The regions that may be found; all where there is none. */
  readonly selector?: IdSelector | undefined;
  /** The same of parts of photos. */
  readonly partSelector?: IdSelector | undefined;
  /** By which the selectors were made: of the files that hold a content, it may let some through and others not. */
  readonly filter?: Filter | undefined;
  readonly minScore?: number | undefined;
  readonly sort: 'likeness' | 'date';
  /** float32, (M of the model). */
  readonly subspaceWeights?: Float32Array | undefined;
}

export interface SearchSources {
  readonly library: Library;
  /** By whose features. */
  readonly embedderId: number;
  readonly active: ActiveModel | undefined;
  /** Features, asked for only where there is no model. */
  readonly matrix: () => FeatureMatrix;
  /** Parts of photos; undefined where no model can make them. */
  readonly parts: () => PartIndex | undefined;
  /** The correlation of some JPEGs with one, as in numeric/picture-correlation.ts. */
  readonly compare: (picture: Uint8Array, others: readonly Uint8Array[]) => Promise<number[]>;
}

export interface SearchOptions {
  readonly codesOnly: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Regions, best first, and what their distances mean. */
export interface RankedRegions {
  readonly candidates: Candidates;
  readonly scale: ScoreScale;
  /** Likeness by distance is times this: lengths of hidden vectors are relative to their mean. */
  readonly unit: number;
  /** Correlations of regions that are copies of an example. */
  readonly copies: ReadonlyMap<number, number>;
  /** Where in the whole of a region the query was found; null where it was the whole. Without it, each region as it is. */
  readonly boxes?: ReadonlyMap<number, Box | null> | undefined;
}

const NOTHING: RankedRegions = {
  candidates: { ids: new Float64Array(0), distances: new Float32Array(0) },
  scale: scoreScale(new Float32Array(0), 1),
  unit: 1,
  copies: new Map(),
};

export async function search(
  sources: SearchSources,
  query: SeenQuery,
  k: number,
  options: SearchOptions,
): Promise<SearchAnswer> {
  const start = performance.now();
  const { library, active } = sources;
  const most = options.codesOnly ? k : Math.max(k, LOOKED_AT_AGAIN);
  const byNames = query.positives.length === 0;
  const ranked = byNames
    ? NOTHING
    : active
      ? await rankByCodes(sources, active, query, most, options)
      : rankByFeatures(sources.matrix(), query, most);
  const shown = options.codesOnly ? ranked : await copiesFirst(sources, query, ranked);
  const results = showResults(library, shown, query, k);
  return {
    results,
    more: results.length === k,
    by: byNames ? 'names' : active ? 'codes' : 'features',
    unread: library.photos.waitingCount(),
    milliseconds: performance.now() - start,
  };
}

async function rankByCodes(
  sources: SearchSources,
  active: ActiveModel,
  query: SeenQuery,
  k: number,
  options: SearchOptions,
): Promise<RankedRegions> {
  const { library } = sources;
  const { candidates, vector, byFeatures } = await rank(library, active, query, k, options);
  if (byFeatures) return { candidates, scale: wordScale(byFeatures, 1), unit: 1, copies: new Map() };
  const unit = active.model.encoder.confidence?.scale ?? 1;
  const likenesses = active.background(library).likenessesTo(vector);
  for (let i = 0; i < likenesses.length; i++) likenesses[i]! *= unit;
  const scale = hasWords(query) ? wordScale(likenesses, unit) : scoreScale(likenesses, unit);
  const wholes = { candidates, scale, unit, copies: new Map() };
  if (!query.positives.some(({ isPart }) => isPart)) return wholes;
  const index = sources.parts();
  return index ? rankParts(sources, index, query, wholes, k, options.signal) : wholes;
}

function rankByFeatures(matrix: FeatureMatrix, query: SeenQuery, k: number): RankedRegions {
  const likenesses = (vector: Float32Array): Float32Array<ArrayBuffer> => matrix.likenessesAtRandom(vector);
  const vectors = (examples: readonly SeenExample[]): WeightedVector[] => {
    const weighted = examples.map(({ feature, weight }) => ({ vector: feature, weight }));
    return hasWords(query) ? balanced(weighted, likenesses) : weighted;
  };
  const { positives, negatives, selector } = query;
  const most = k + positives.length + negatives.length;
  const { candidates, vector } = matrix.search(
    { positives: vectors(positives), negatives: vectors(negatives), selector },
    most,
  );
  const scale = hasWords(query) ? wordScale(likenesses(vector), 1) : scoreScale(likenesses(vector), 1);
  return { candidates, scale, unit: 1, copies: new Map() };
}

function hasWords({ positives, negatives }: SeenQuery): boolean {
  return [...positives, ...negatives].some(({ isWords }) => isWords);
}

/** Copies of an example first, then what is nearly the same picture. */
async function copiesFirst(
  { library, embedderId, compare }: SearchSources,
  { positives }: SeenQuery,
  ranked: RankedRegions,
): Promise<RankedRegions> {
  // What is like a part need not be like any picture as a whole.
  if (positives.some(({ isPart }) => isPart)) return ranked;
  const examples = positives.filter(({ isMark, isWords }) => !isMark && !isWords);
  if (examples.length === 0) return ranked;
  const features = library.features.of(embedderId, [...ranked.candidates.ids.subarray(0, LOOKED_AT_AGAIN)]);
  /** The example that a region is nearest to, and how near. */
  const nearest = (feature: ArrayLike<number>): { example: SeenExample; cosine: number } =>
    examples
      .map((example) => ({ example, cosine: cosine(example.feature, feature) }))
      .reduce((a, b) => (b.cosine > a.cosine ? b : a));
  const near = new Map(Array.from(features, ([id, feature]) => [id, nearest(feature)]));
  const found = findNearDuplicates(ranked.candidates, new Map(Array.from(near, ([id, { cosine: c }]) => [id, c])));
  const copies = new Map<number, number>();
  const byExample = Map.groupBy(found.maybeCopies.slice(0, COMPARED), (id) => near.get(id)!.example);
  await Promise.all(
    [...byExample].map(async ([example, ids]) => {
      const picture = example.thumbnail?.();
      if (!picture) return;
      const others = ids.flatMap((id) => {
        const thumbnail = library.regions.thumbnail(id);
        return thumbnail ? [{ id, thumbnail }] : [];
      });
      const values = await compare(
        picture,
        others.map(({ thumbnail }) => thumbnail),
      );
      others.forEach(({ id }, at) => {
        if (values[at]! >= COPIES) copies.set(id, values[at]!);
      });
    }),
  );
  const first = [
    ...[...copies.keys()].sort((a, b) => copies.get(b)! - copies.get(a)! || a - b),
    ...found.near.filter((id) => !copies.has(id)),
  ];
  return { ...ranked, candidates: putFirst(ranked.candidates, first), copies };
}
