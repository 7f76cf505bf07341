import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/numeric/random.ts';
import { TopK } from '../../electron/numeric/top-k.ts';
import { FeatureMatrix, likeness } from '../../electron/search/exact.ts';
import type { Candidates } from '../../electron/search/code-index.ts';
import { groupByContent } from '../../electron/search/grouping.ts';
import { selectorOf } from '../../electron/search/id-selector.ts';
import { findNearDuplicates, putFirst } from '../../electron/search/near-duplicates.ts';
import { combineExamples, subspaceProducts, weighSubspaces, type VectorQuery } from '../../electron/search/query.ts';
import { rerank } from '../../electron/search/re-rank.ts';

const random = seededRandom(7);

/** A query by vectors that are wanted, and not. */
const asking = (wanted: number[], ...unwanted: number[][]): VectorQuery => ({
  positives: [{ vector: Float32Array.from(wanted), weight: 1 }],
  negatives: unwanted.map((vector) => ({ vector: Float32Array.from(vector), weight: 0.25 })),
});

describe('The best k', () => {
  it('are those of a sort, in its order, ties by the smaller id', () => {
    const pairs = Array.from({ length: 3000 }, (_, id) => ({ id, distance: random.below(40) }));
    const best = new TopK(100);
    for (const { id, distance } of random.shuffle(pairs.map((_, i) => i)).map((i) => pairs[i]))
      best.offer(id, distance);
    const expected = pairs.toSorted((a, b) => a.distance - b.distance || a.id - b.id).slice(0, 100);
    expect([...best.drain().ids]).toEqual(expected.map(({ id }) => id));
  });
});

describe('Exact search', () => {
  it('orders by angle, whatever the lengths', () => {
    const matrix = new FeatureMatrix(2);
    matrix.append(1, Float32Array.of(0, 9));
    matrix.append(2, Float32Array.of(0.1, 0.1));
    matrix.append(3, Float32Array.of(5, 0.1));
    expect([...matrix.search(asking([1, 0]), 3).candidates.ids]).toEqual([3, 2, 1]);
    matrix.remove(3);
    expect([...matrix.search(asking([1, 0]), 3).candidates.ids]).toEqual([2, 1]);
  });

  it('finds only what a selector lets through', () => {
    const matrix = new FeatureMatrix(2);
    for (const [id, vector] of [
      [1, [1, 0]],
      [2, [1, 0.1]],
      [40, [0, 1]],
    ] as const)
      matrix.append(id, Float32Array.from(vector));
    expect([...matrix.search({ ...asking([1, 0]), selector: selectorOf([2, 40]) }, 3).candidates.ids]).toEqual([2, 40]);
    expect(matrix.search({ ...asking([1, 0]), selector: selectorOf([]) }, 3).candidates.ids).toHaveLength(0);
  });

  it('puts what is near to an unwanted example behind', () => {
    const matrix = new FeatureMatrix(2);
    matrix.append(1, Float32Array.of(1, 0.3));
    matrix.append(2, Float32Array.of(1, -0.4));
    expect([...matrix.search(asking([1, 0]), 2).candidates.ids]).toEqual([1, 2]);
    expect([...matrix.search(asking([1, 0], [0, 1]), 2).candidates.ids]).toEqual([2, 1]);
  });

  it('calls the same direction 1 and a right angle 0', () => {
    expect(likeness(0)).toBe(1);
    expect(likeness(2)).toBe(0);
    expect(likeness(4)).toBe(-1);
  });
});

describe('Examples', () => {
  const combined = (query: VectorQuery): number[] =>
    [...combineExamples(query)].map((value) => Math.round(value * 1e4) / 1e4);

  it('become one direction: the mean of those wanted, each at unit length, by their weights', () => {
    expect(combined(asking([0, 7]))).toEqual([0, 1]);
    const two = (weight: number): VectorQuery => ({
      positives: [
        { vector: Float32Array.of(9, 0), weight },
        { vector: Float32Array.of(0, 0.1), weight: 1 },
      ],
      negatives: [],
    });
    expect(combined(two(1))).toEqual([0.7071, 0.7071]);
    expect(combined(two(3))).toEqual([0.9487, 0.3162]);
  });

  it('that are not wanted push away, and several of them no more than one of the same', () => {
    const once = combined(asking([1, 0], [0, 5]));
    expect(once[0]).toBeGreaterThan(0.9);
    expect(once[1]).toBeLessThan(-0.24);
    const more = combined({
      positives: asking([1, 0]).positives,
      negatives: [{ vector: Float32Array.of(0, 1), weight: 1 }],
    });
    expect(more[0]).toBeCloseTo(0.7071, 2);
    expect(more[1]).toBeCloseTo(-0.7071, 2);
    expect(
      combined({ positives: asking([1, 0]).positives, negatives: [{ vector: Float32Array.of(2, 0), weight: 1 }] }),
    ).toEqual([1, 0]);
  });

  it('are wanted for at least one', () => {
    expect(() => combineExamples({ positives: [], negatives: [] })).toThrow(/at least one example/);
  });
});

describe('Subspace weights', () => {
  const [M, dsub] = [4, 3];
  const query = Float32Array.from({ length: M * dsub }, () => random.normal());
  const vector = Float32Array.from({ length: M * dsub }, () => random.normal());

  it('leave a query as it is where all count alike, and as like itself as it was where they do not', () => {
    expect([...weighSubspaces(query, Float32Array.of(3, 3, 3, 3))].map((value) => value.toFixed(4))).toEqual(
      [...query].map((value) => value.toFixed(4)),
    );
    const weighed = weighSubspaces(query, Float32Array.of(1, 0, 2.5, 0.5));
    const product = (other: Float32Array): number => query.reduce((sum, value, i) => sum + value * other[i], 0);
    expect(product(weighed)).toBeCloseTo(product(query), 4);
    for (let i = dsub; i < 2 * dsub; i++) expect(weighed[i]).toBeCloseTo(0, 10);
    expect(weighed[6] / weighed[0] / (query[6] / query[0])).toBeCloseTo(2.5, 4);
    expect(weighSubspaces(query, new Float32Array(M)).every((value) => value === 0)).toBe(true);
  });

  it('have the products of their pieces, which sum up to that of the whole', () => {
    const products = subspaceProducts(query, vector, M);
    expect(products).toHaveLength(M);
    expect(products.reduce((sum, value) => sum + value, 0)).toBeCloseTo(
      query.reduce((sum, value, i) => sum + value * vector[i], 0),
      4,
    );
    expect(products[1]).toBeCloseTo(query[3] * vector[3] + query[4] * vector[4] + query[5] * vector[5], 4);
  });
});

describe('Hits', () => {
  it('are grouped by content: each once, by the nearest of its regions, without regions that are gone', () => {
    const candidates = { ids: Float64Array.of(11, 21, 12, 31, 13), distances: Float32Array.of(1, 2, 3, 4, 5) };
    const contentOf = (id: number): number | undefined => (id === 31 ? undefined : Math.floor(id / 10));
    expect(groupByContent(candidates, contentOf)).toEqual([
      { contentId: 1, regionId: 11, distance: 1 },
      { contentId: 2, regionId: 21, distance: 2 },
    ]);
    expect(groupByContent(candidates, contentOf, 1)).toHaveLength(1);
  });
});

describe('The re-rank', () => {
  it('orders by hidden vectors and keeps the distance by codes where there is none', () => {
    const hidden = new Map([
      [1, Float32Array.of(0, 1)],
      [2, Float32Array.of(1, 0)],
    ]);
    const candidates = { ids: Float64Array.of(1, 2, 3), distances: Float32Array.of(0.1, 0.2, 0.3) };
    const { ids, distances } = rerank(Float32Array.of(1, 0), candidates, hidden);
    expect([...ids]).toEqual([2, 3, 1]);
    expect(distances[1]).toBeCloseTo(0.3);
  });

  it('puts the longer of two in the same direction first', () => {
    const hidden = new Map([
      [1, Float32Array.of(0.5, 0)],
      [2, Float32Array.of(0.9, 0)],
    ]);
    const candidates = { ids: Float64Array.of(1, 2), distances: Float32Array.of(0.1, 0.2) };
    expect([...rerank(Float32Array.of(1, 0), candidates, hidden).ids]).toEqual([2, 1]);
  });
});

const nearDuplicatesFirst = (candidates: Candidates, cosines: ReadonlyMap<number, number>): Candidates =>
  putFirst(candidates, findNearDuplicates(candidates, cosines).near);

describe('Near-duplicates', () => {
  const ranked = { ids: Float64Array.of(1, 2, 3, 4, 5, 6), distances: Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6) };
  const cosines = (...values: number[]): Map<number, number> => new Map(values.map((value, i) => [i + 1, value]));

  it('come first, the nearest by features before the others, and the rest keeps its order', () => {
    const { ids, distances } = nearDuplicatesFirst(ranked, cosines(0.6, 0.7, 0.95, 0.6, 0.98, 0.5));
    expect([...ids]).toEqual([5, 3, 1, 2, 4, 6]);
    expect([...distances]).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[0]).toBeCloseTo(0.1);
    expect(distances[5]).toBeCloseTo(0.6);
  });

  it('are told by the distance of the others, whatever the embedder calls near', () => {
    expect([...nearDuplicatesFirst(ranked, cosines(0.1, 0.1, 0.6, 0.1, 0.1, 0.1)).ids]).toEqual([3, 1, 2, 4, 5, 6]);
    expect([...nearDuplicatesFirst(ranked, cosines(0.97, 0.98, 0.98, 0.97, 0.97, 0.97)).ids]).toEqual([
      1, 2, 3, 4, 5, 6,
    ]);
  });

  it('are not looked for where features are not known', () => {
    expect(nearDuplicatesFirst(ranked, new Map())).toEqual(ranked);
    expect([
      ...nearDuplicatesFirst(
        ranked,
        new Map([
          [1, 0.5],
          [2, 0.5],
          [6, 0.99],
        ]),
      ).ids,
    ]).toEqual([6, 1, 2, 3, 4, 5]);
    expect(nearDuplicatesFirst({ ids: new Float64Array(), distances: new Float32Array() }, new Map()).ids).toHaveLength(
      0,
    );
  });
});
