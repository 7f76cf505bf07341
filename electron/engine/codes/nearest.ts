// Exact nearest neighbours among vectors of a library; natively where that was built.
import type { MakeVectorIndex } from '../../numeric/vector-index.ts';
import { FeatureMatrix } from '../../search/exact.ts';

export interface Nearest {
  /** Places of vectors, the nearest first. */
  places: number[];
  /** Squared distances, of unit vectors. */
  distances: number[];
}

/**
 * @param rows float32, (n, d), of unit length, at least one
 * @returns what gives the k nearest, or all where there are fewer, of some vectors (q, d) of unit length
 */
export function nearestTo(
  rows: Float32Array,
  d: number,
  k: number,
  makeVectorIndex: MakeVectorIndex | undefined,
): (queries: Float32Array) => Promise<Nearest[]> {
  const n = rows.length / d;
  const asked = Math.min(k, n);
  const index = makeVectorIndex?.(rows, d);
  if (!index) {
    const matrix = new FeatureMatrix(d);
    for (let i = 0; i < n; i++) matrix.append(i, rows.subarray(i * d, (i + 1) * d));
    return (queries) =>
      Promise.resolve(
        Array.from({ length: queries.length / d }, (_, i) => {
          const positives = [{ vector: queries.subarray(i * d, (i + 1) * d), weight: 1 }];
          const { ids, distances } = matrix.search({ positives, negatives: [] }, asked).candidates;
          return { places: [...ids], distances: [...distances] };
        }),
      );
  }
  return async (queries) => {
    const found = await index.nearest(queries, asked);
    return Array.from({ length: queries.length / d }, (_, i) => ({
      places: [...found.places.subarray(i * asked, (i + 1) * asked)],
      distances: Array.from(found.products.subarray(i * asked, (i + 1) * asked), (product) => 2 - 2 * product),
    }));
  };
}

/**
 * @param rows float32, (n, d), of unit length
 * @returns what gives the k nearest of some of them, without themselves
 */
export function nearestAmong(
  rows: Float32Array,
  d: number,
  k: number,
  makeVectorIndex: MakeVectorIndex | undefined,
): (places: readonly number[]) => Promise<Nearest[]> {
  if (rows.length === 0) return (places) => Promise.resolve(places.map(() => ({ places: [], distances: [] })));
  const nearest = nearestTo(rows, d, k + 1, makeVectorIndex);
  return async (places) => {
    const queries = new Float32Array(places.length * d);
    for (const [i, place] of places.entries()) queries.set(rows.subarray(place * d, (place + 1) * d), i * d);
    return (await nearest(queries)).map((found, i) => without(places[i]!, found));
  };
}

function without(own: number, { places, distances }: Nearest): Nearest {
  const kept = [...places.keys()].filter((at) => places[at] !== own);
  return { places: kept.map((at) => places[at]!), distances: kept.map((at) => distances[at]!) };
}
