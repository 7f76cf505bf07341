// Exact neighbours by the native addon, beside a plain sort of all products.
import { describe, expect, it } from 'vitest';
import { nativeVectorIndexes } from '../../electron/engine/codes/native-vector-index.ts';
import { loadNativeAddon } from '../../electron/engine/codes/native-code-index.ts';
import { neighbourGraph } from '../../electron/deepquan/training/neighbours.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { normalizeRows } from '../../electron/numeric/vectors.ts';
import { useTensorFlow } from '../support/tensorflow.ts';

useTensorFlow();
const addon = loadNativeAddon();
const random = seededRandom(77);
/** Small whole numbers, whose products are exact whatever the order of adding up, with many ties. */
const whole = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.below(5) - 2);

function sorted(
  vectors: Float32Array,
  query: Float32Array,
  d: number,
  k: number,
): { place: number; product: number }[] {
  return Array.from({ length: vectors.length / d }, (_, place) => {
    let product = 0;
    for (let t = 0; t < d; t++) product += query[t] * vectors[place * d + t];
    return { place, product };
  })
    .sort((a, b) => b.product - a.product || a.place - b.place)
    .slice(0, k);
}

describe.skipIf(!addon)('Exact neighbours', () => {
  const { VectorIndex, levels } = addon ?? ({ levels: [] } as unknown as NonNullable<typeof addon>);

  it.each(levels)('are those of a sort, ties and all, whatever the sizes: %s', async (level) => {
    for (const [n, d, queries, k] of [
      [1, 1, 1, 1],
      [31, 3, 5, 31],
      [33, 17, 13, 4],
      [500, 400, 25, 50],
      [257, 1281, 12, 7],
      [2000, 8, 1, 2000],
    ]) {
      const vectors = whole(n * d);
      const asked = whole(queries * d);
      for (const threads of [1, 3]) {
        const { places, products } = (await new VectorIndex(vectors, d, level).nearest(asked, k, threads).promise)!;
        for (let q = 0; q < queries; q++) {
          const expected = sorted(vectors, asked.subarray(q * d, (q + 1) * d), d, k);
          expect([...places.subarray(q * k, (q + 1) * k)]).toEqual(expected.map(({ place }) => place));
          expect([...products.subarray(q * k, (q + 1) * k)]).toEqual(expected.map(({ product }) => product + 0));
        }
      }
    }
  });

  it('of no query are none, and a search that is cancelled gives nothing', async () => {
    const index = new VectorIndex(whole(40_000 * 64), 64, levels.at(-1)!);
    expect((await index.nearest(new Float32Array(0), 3, 2).promise)!.places).toHaveLength(0);
    const { promise, cancel } = index.nearest(whole(2000 * 64), 3, 1);
    cancel();
    expect(await promise).toBeNull();
    expect(index.size).toBe(40_000);
    expect(index.memory).toBe(40_000 * 64 * 4);
  });

  it.each([
    [
      'rows that end early',
      () => new VectorIndex(new Float32Array(7), 3, 'scalar'),
      'vectors: expected rows of 3 numbers, got 7',
    ],
    ['nothing', () => new VectorIndex(new Float32Array(0), 3, 'scalar'), 'vectors: expected 1 to'],
    [
      'numbers that are none',
      () => new VectorIndex(Float32Array.of(1, NaN), 2, 'scalar'),
      'vectors: expected finite numbers, got nan at 1',
    ],
    ['an unknown level', () => new VectorIndex(Float32Array.of(1), 1, 'abacus'), 'level: this machine has no "abacus"'],
    [
      'more than there are',
      () => new VectorIndex(Float32Array.of(1, 2), 1, 'scalar').nearest(Float32Array.of(1), 3, 1),
      'k: expected a whole number from 1 to 2, got 3',
    ],
    [
      'queries of another width',
      () => new VectorIndex(Float32Array.of(1, 2), 2, 'scalar').nearest(Float32Array.of(1), 1, 1),
      'queries: expected rows of 2 numbers',
    ],
  ] as [string, () => unknown, string][])('are refused in words for %s', (_, call, words) => {
    expect(call).toThrow(words);
  });

  it('make the same graph of neighbours as TensorFlow.js does, copies among them', async () => {
    const [n, d, k] = [700, 40, 9];
    const rows = Float32Array.from({ length: n * d }, () => random.normal());
    // Twenty copies of one photo: more than there are neighbours, so that a photo may not even find itself.
    for (let i = 1; i < 20; i++) rows.copyWithin(i * 30 * d, 0, d);
    normalizeRows(rows, d);
    const breathe = (): Promise<void> => Promise.resolve();
    const plain = await neighbourGraph(rows, n, k, { breathe });
    const native = await neighbourGraph(rows, n, k, { breathe, makeVectorIndex: nativeVectorIndexes(2)! });
    const copies = new Set(Array.from({ length: 20 }, (_, i) => i * 30));
    for (let i = 0; i < n; i++) {
      const own = native.ids.subarray(i * k, (i + 1) * k);
      expect(own).not.toContain(i);
      if (copies.has(i)) expect([...own].every((id) => copies.has(id))).toBe(true);
      else expect([...own]).toEqual([...plain.ids.subarray(i * k, (i + 1) * k)]);
    }
    native.affinities.forEach((affinity, at) => {
      if (!copies.has(Math.floor(at / k))) expect(affinity).toBeCloseTo(plain.affinities[at], 4);
    });
  });
});
