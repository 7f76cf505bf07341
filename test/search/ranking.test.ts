import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/numeric/random.ts';
import { TopK } from '../../electron/numeric/top-k.ts';
import { findCliff } from '../../electron/search/cliff.ts';
import { FeatureMatrix, likeness } from '../../electron/search/exact.ts';
import { nearDuplicatesFirst, rerank } from '../../electron/search/rerank.ts';

const random = seededRandom(7);

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
    expect([...matrix.search(Float32Array.of(1, 0), 3).ids]).toEqual([3, 2, 1]);
    matrix.remove(3);
    expect([...matrix.search(Float32Array.of(1, 0), 3).ids]).toEqual([2, 1]);
  });

  it('calls the same direction 1 and a right angle 0', () => {
    expect(likeness(0)).toBe(1);
    expect(likeness(2)).toBe(0);
    expect(likeness(4)).toBe(0);
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

describe('The cliff', () => {
  it('stands where likeness falls off', () => {
    expect(findCliff([0.95, 0.94, 0.93, 0.92, 0.4, 0.39, 0.38, 0.37])).toBe(4);
  });

  it('is not there in an even descent, nor among very few', () => {
    expect(findCliff(Array.from({ length: 50 }, (_, i) => 0.9 - i * 0.01))).toBeNull();
    expect(findCliff([0.9, 0.1, 0.05])).toBeNull();
  });
});
