import { describe, expect, it } from 'vitest';
import { assignCodes, decodeCodes, quantizationError, trainCodebooks } from '../../electron/deepquan/codebooks.ts';
import { seededRandom } from '../../electron/numeric/random.ts';

const vectors = (n: number, d: number, seed = 1): Float32Array<ArrayBuffer> => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: n * d }, () => random.normal());
};

describe('Product quantization', () => {
  it('gives each piece the nearest centroid', () => {
    const shape = { M: 2, ksub: 16, dsub: 3 };
    const x = vectors(200, 6);
    const books = trainCodebooks(x, shape, { iterations: 5, random: seededRandom(2) });
    const codes = assignCodes(x, books);
    for (let i = 0; i < 200; i++) {
      for (let m = 0; m < 2; m++) {
        const distances = Array.from({ length: 16 }, (_, k) => {
          let sum = 0;
          for (let d = 0; d < 3; d++) sum += (x[i * 6 + m * 3 + d] - books.centroids[(m * 16 + k) * 3 + d]) ** 2;
          return sum;
        });
        expect(distances[codes[i * 2 + m]]).toBeCloseTo(Math.min(...distances), 5);
      }
    }
  });

  it('errs less after more rounds of k-means, and not at all with a centroid for every vector', () => {
    const x = vectors(400, 8);
    const error = (ksub: number, iterations: number): number => {
      const books = trainCodebooks(x, { M: 2, ksub, dsub: 4 }, { iterations, random: seededRandom(4) });
      return quantizationError(x, assignCodes(x, books), books);
    };
    expect(error(16, 10)).toBeLessThan(error(16, 1));
    expect(error(256, 10)).toBeLessThan(error(16, 10) / 2);
    const few = vectors(100, 8);
    const books = trainCodebooks(few, { M: 2, ksub: 256, dsub: 4 }, { iterations: 3, random: seededRandom(4) });
    expect(quantizationError(few, assignCodes(few, books), books)).toBeLessThan(1e-9);
  });

  it('survives vectors that are all the same', () => {
    const x = new Float32Array(300 * 8).fill(0.5);
    const books = trainCodebooks(x, { M: 2, ksub: 256, dsub: 4 }, { iterations: 4, random: seededRandom(1) });
    expect(Array.from(decodeCodes(assignCodes(x, books), books).slice(0, 8))).toEqual(Array(8).fill(0.5));
  });

  it('refuses to learn from nothing', () => {
    expect(() => trainCodebooks(new Float32Array(0), { M: 2, ksub: 16, dsub: 4 }, { iterations: 1, random: seededRandom(1) })).toThrow(/at least one vector of 8/);
  });
});
