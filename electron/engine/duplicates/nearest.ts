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
 * @param rows float32, (n, d), of unit length
 * @returns what gives the k nearest of some of them, without themselves
 */
export function nearestAmong(
  rows: Float32Array,
  d: number,
  k: number,
  makeVectorIndex: MakeVectorIndex | undefined,
): (places: readonly number[]) => Promise<Nearest[]> {
  const n = rows.length / d;
  const rowOf = (place: number): Float32Array => rows.subarray(place * d, (place + 1) * d);
  const asked = Math.min(k + 1, n);
  const index = n > 0 ? makeVectorIndex?.(rows, d) : undefined;
  if (!index) {
    const matrix = new FeatureMatrix(d);
    for (let i = 0; i < n; i++) matrix.append(i, rowOf(i));
    return (places) =>
      Promise.resolve(
        places.map((place) => {
          const positives = [{ vector: rowOf(place), weight: 1 }];
          const { ids, distances } = matrix.search({ positives, negatives: [] }, asked).candidates;
          return without(place, [...ids], [...distances]);
        }),
      );
  }
  return async (places) => {
    const queries = new Float32Array(places.length * d);
    for (const [i, place] of places.entries()) queries.set(rowOf(place), i * d);
    const found = await index.nearest(queries, asked);
    return places.map((place, i) => {
      const products = found.products.subarray(i * asked, (i + 1) * asked);
      return without(
        place,
        [...found.places.subarray(i * asked, (i + 1) * asked)],
        Array.from(products, (product) => 2 - 2 * product),
      );
    });
  };
}

function without(own: number, places: readonly number[], distances: readonly number[]): Nearest {
  const kept = [...places.keys()].filter((at) => places[at] !== own);
  return { places: kept.map((at) => places[at]!), distances: kept.map((at) => distances[at]!) };
}
