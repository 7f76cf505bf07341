import { describe, expect, it } from 'vitest';
import { SIGNATURE_SIZE } from '../../electron/numeric/picture-signature.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { normalized } from '../../electron/numeric/vectors.ts';
import { SignatureIndex } from '../../electron/search/signature-index.ts';

const random = seededRandom(5);
const signature = (): Float32Array => normalized(Array.from({ length: SIGNATURE_SIZE }, () => random.uniform()));
const nearly = (other: Float32Array, by: number): Float32Array =>
  normalized(other.map((value) => Math.max(0, value + by * random.normal())));
const distance = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);

describe('An index of signatures', () => {
  it('finds what is nearly a picture among many, the nearest first, and no strangers', () => {
    const index = new SignatureIndex();
    const all = Array.from({ length: 9000 }, signature);
    const asked = all.filter((_, i) => i % 300 === 0);
    for (const [id, one] of all.entries()) index.add(id, one);
    for (const [i, one] of asked.entries()) {
      index.add(10_000 + i, nearly(one, 0.01));
      index.add(20_000 + i, nearly(one, 0.004));
    }
    expect(index.size).toBe(9060);
    for (const [i, one] of asked.entries()) {
      const found = index.near(one, 3, 0.03);
      expect(found.map(({ id }) => id)).toEqual([i * 300, 20_000 + i, 10_000 + i]);
      expect(index.near(one, 2, 0.03)).toEqual(found.slice(0, 2));
    }
  });

  it('tells squared distances, to what it rounds them to', () => {
    const index = new SignatureIndex();
    const [one, other] = [signature(), signature()];
    index.add(7, other);
    const [found] = index.near(one, 1, 2);
    expect(found.id).toBe(7);
    expect(Math.abs(found.distance - distance(one, other))).toBeLessThan(0.01);
    expect(index.near(one, 1, 0.9 * found.distance)).toEqual([]);
  });

  it('finds the same whether it knew how many come or not', () => {
    const [told, untold] = [new SignatureIndex(), new SignatureIndex()];
    told.expect(20_000);
    const all = Array.from({ length: 5000 }, signature);
    for (const [id, one] of all.entries()) for (const index of [told, untold]) index.add(id, one);
    for (let id = 0; id < all.length; id += 250)
      for (const index of [told, untold])
        expect(index.near(nearly(all[id], 0.004), 1, 0.03)).toEqual([{ id, distance: expect.any(Number) as number }]);
  });
});
