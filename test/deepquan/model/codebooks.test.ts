import { describe, expect, it } from 'vitest';
import type { Codebooks, CodeShape } from '../../../electron/numeric/codebooks.ts';
import { assignCodes, decodeCodes, quantizationError } from '../../../electron/deepquan/model/codebooks.ts';
import { assignManyCodes, trainCodebooks } from '../../../electron/deepquan/training/kmeans.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { useTensorFlow } from '../../support/tensorflow.ts';

useTensorFlow();

const vectors = (n: number, d: number, seed = 1): Float32Array<ArrayBuffer> => {
  const random = seededRandom(seed);
  return Float32Array.from({ length: n * d }, () => random.normal());
};

const train = (x: Float32Array, shape: CodeShape, iterations: number, seed: number): Promise<Codebooks> =>
  trainCodebooks(x, shape, { iterations, random: seededRandom(seed), breathe: () => Promise.resolve() });

describe('Product quantization', () => {
  it('gives each piece the nearest centroid', async () => {
    const shape = { M: 2, ksub: 16, dsub: 3 };
    const x = vectors(200, 6);
    const books = await train(x, shape, 5, 2);
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

  it('errs less after more rounds of k-means, and not at all with a centroid for every vector', async () => {
    const x = vectors(400, 8);
    const error = async (ksub: number, iterations: number): Promise<number> => {
      const books = await train(x, { M: 2, ksub, dsub: 4 }, iterations, 4);
      return quantizationError(x, assignCodes(x, books), books);
    };
    expect(await error(16, 10)).toBeLessThan(await error(16, 1));
    expect(await error(256, 10)).toBeLessThan((await error(16, 10)) / 2);
    const few = vectors(100, 8);
    const books = await train(few, { M: 2, ksub: 256, dsub: 4 }, 3, 4);
    expect(quantizationError(few, assignCodes(few, books), books)).toBeLessThan(1e-9);
  });

  it('survives vectors that are all the same', async () => {
    const x = new Float32Array(300 * 8).fill(0.5);
    const books = await train(x, { M: 2, ksub: 256, dsub: 4 }, 4, 1);
    expect(Array.from(decodeCodes(assignCodes(x, books), books).slice(0, 8))).toEqual(Array(8).fill(0.5));
  });

  it('gives many vectors the codes that it gives each by itself', async () => {
    const x = vectors(300, 12);
    const books = await train(x, { M: 3, ksub: 16, dsub: 4 }, 4, 2);
    expect(await assignManyCodes(x, books)).toEqual(assignCodes(x, books));
  });

  it('refuses to learn from nothing', async () => {
    await expect(train(new Float32Array(0), { M: 2, ksub: 16, dsub: 4 }, 1, 1)).rejects.toThrow(
      /at least one vector of 8/,
    );
  });
});
