import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/numeric/random.ts';
import { TopK } from '../../electron/numeric/top-k.ts';
import { lookupTable, PlainCodeScan } from '../../electron/search/code-scan.ts';
import { findCliff } from '../../electron/search/cliff.ts';
import { FeatureMatrix, likeness } from '../../electron/search/exact.ts';
import { rerank } from '../../electron/search/rerank.ts';

const random = seededRandom(7);
const books = { M: 4, ksub: 16, dsub: 2, centroids: Float32Array.from({ length: 4 * 16 * 2 }, () => random.normal()) };
const query = Float32Array.from({ length: 8 }, () => random.normal());

function randomScan(n: number): { scan: PlainCodeScan; ids: Uint32Array; codes: Uint8Array } {
  const ids = Uint32Array.from({ length: n }, (_, i) => i + 1);
  const codes = Uint8Array.from({ length: n * 4 }, () => random.below(16));
  const scan = new PlainCodeScan(4, 16);
  scan.append(ids.subarray(0, 10), codes.subarray(0, 40));
  scan.append(ids.subarray(10), codes.subarray(40));
  return { scan, ids, codes };
}

describe('The scan over codes', () => {
  it.each(['l2', 'inner-product'] as const)('finds what comparing with every decoded vector finds, by %s', (metric) => {
    const { scan, codes } = randomScan(5000);
    const distances = Array.from({ length: 5000 }, (_, i) => {
      let sum = 0;
      for (let t = 0; t < 8; t++) {
        const decoded = books.centroids[((t >> 1) * 16 + codes[i * 4 + (t >> 1)]) * 2 + (t & 1)];
        sum += metric === 'l2' ? (query[t] - decoded) ** 2 : -2 * query[t] * decoded;
      }
      return { id: i + 1, sum: metric === 'l2' ? sum : sum + 2 };
    }).sort((a, b) => a.sum - b.sum);
    const found = scan.search(lookupTable(query, books, metric), 50);
    Array.from(found.distances).forEach((distance, i) => expect(distance).toBeCloseTo(distances[i].sum, 4));
    expect(new Set(found.ids).size).toBe(50);
  });

  it('never answers with what was removed, and gives fewer where there are fewer', () => {
    const { scan } = randomScan(20);
    const table = lookupTable(query, books, 'l2');
    const best = scan.search(table, 1).ids[0];
    scan.remove(best);
    scan.remove(9999);
    expect(scan.size).toBe(19);
    expect([...scan.search(table, 50).ids]).not.toContain(best);
    expect(scan.search(table, 50).ids).toHaveLength(19);
  });

  it('passes over the zeros of contents that are gone when it is loaded', () => {
    const scan = new PlainCodeScan(1, 16);
    scan.append(Uint32Array.of(0, 5), Uint8Array.of(1, 1));
    expect([...scan.search(new Float32Array(16), 5).ids]).toEqual([5]);
  });

  it('answers with nothing when it holds nothing', () => {
    expect(new PlainCodeScan(4, 16).search(lookupTable(query, books, 'l2'), 10).ids).toHaveLength(0);
  });

  it('refuses codes that do not go with their ids', () => {
    expect(() => new PlainCodeScan(4, 16).append(Uint32Array.of(1), Uint8Array.of(1, 2))).toThrow(/Expected 4 bytes of codes for 1 ids, got 2/);
  });
});

describe('The best k', () => {
  it('are those of a sort, in its order, ties by the smaller id', () => {
    const pairs = Array.from({ length: 3000 }, (_, id) => ({ id, distance: random.below(40) }));
    const best = new TopK(100);
    for (const { id, distance } of random.shuffle(pairs.map((_, i) => i)).map((i) => pairs[i])) best.offer(id, distance);
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
    const hidden: Record<number, Float32Array> = { 1: Float32Array.of(0, 1), 2: Float32Array.of(1, 0) };
    const candidates = { ids: Float64Array.of(1, 2, 3), distances: Float32Array.of(0.1, 0.2, 0.3) };
    const { ids, distances } = rerank(Float32Array.of(1, 0), candidates, (id) => hidden[id]);
    expect([...ids]).toEqual([2, 3, 1]);
    expect(distances[1]).toBeCloseTo(0.3);
  });

  it('puts the longer of two in the same direction first', () => {
    const hidden: Record<number, Float32Array> = { 1: Float32Array.of(0.5, 0), 2: Float32Array.of(0.9, 0) };
    const candidates = { ids: Float64Array.of(1, 2), distances: Float32Array.of(0.1, 0.2) };
    expect([...rerank(Float32Array.of(1, 0), candidates, (id) => hidden[id]).ids]).toEqual([2, 1]);
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
