// Hashing methods on photos whose best bits are known.
import * as tf from '@tensorflow/tfjs-core';
import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  anchorGraph1,
  anchorGraph2,
  eigenfunctions,
  secondThresholds,
  valuesOf,
  type AnchorShares,
} from '../../electron/evaluation/methods/anchor-graph.ts';
import { bestSigns, binaryNetwork, Parameters } from '../../electron/evaluation/methods/binary-network.ts';
import { selfSupervisedQuantization } from '../../electron/evaluation/methods/self-supervised-quantization.ts';
import { deepBit, tripletHashing } from '../../electron/evaluation/methods/view-hashing.ts';
import type { RetrievalMethod } from '../../electron/evaluation/method.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { normalizeRows } from '../../electron/numeric/vectors.ts';
import { clusteredFeatures } from '../support/clustered-features.ts';
import { useTensorFlow } from '../support/tensorflow.ts';

useTensorFlow();
const random = seededRandom(1948);
const breathe = (): Promise<void> => Promise.resolve();
const context = { random, breathe, onProgress: () => undefined };
const draw = (count: number, scale = 1): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, () => scale * random.normal());

/** Distances of all photos to each of some queries. */
async function distances(
  method: RetrievalMethod,
  rows: Float32Array<ArrayBuffer>,
  d: number,
  bits: number,
  queries: Float32Array[],
  views?: Float32Array<ArrayBuffer>[],
): Promise<Float32Array[]> {
  const variant = method.variants(d, bits)[0];
  const fitted = await method.fit({ rows, d, ...(views && { views }) }, bits, variant, context);
  const index = await fitted.index({ rows, d });
  return queries.map((query) => {
    const out = new Float32Array(rows.length / d);
    index.prepare(query).distancesInto(out);
    return out;
  });
}

describe('Anchor graphs', () => {
  // Two far groups of anchors, with a photo in between that has a little of both.
  const n = 40;
  const near: AnchorShares = {
    s: 2,
    places: Int32Array.from({ length: 2 * n }, (_, at) => {
      const photo = at >> 1;
      if (photo === n - 1) return at % 2 === 0 ? 0 : 5;
      return (photo % 2) * 3 + ((photo + (at % 2)) % 3);
    }),
    shares: Float64Array.from({ length: 2 * n }, (_, at) => (at % 2 === 0 ? 0.6 : 0.4)),
  };

  it('are cut first where they hang together least, into halves with as much on both sides', () => {
    const weights = eigenfunctions(near, 6, 1);
    const values = valuesOf(near, weights);
    const side = values[0] > 0;
    for (let photo = 0; photo < n - 1; photo++) expect(values[photo] > 0).toBe(photo % 2 === 0 ? side : !side);
    expect(values.reduce((sum, value) => sum + value, 0) / n).toBeCloseTo(0, 4);
  });

  it('give eigenvectors of the graph: orthogonal, of length √n, and the same again after a step along it', () => {
    const weights = eigenfunctions(near, 6, 3);
    const values = valuesOf(near, weights);
    for (let a = 0; a < 3; a++) {
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let i = 0; i < n; i++) dot += values[i * 3 + a] * values[i * 3 + b];
        expect(dot / n).toBeCloseTo(a === b ? 1 : 0, 3);
      }
    }
    // A step: from photos to anchors and back.
    const Z = Matrix.zeros(n, 6);
    near.places.forEach((anchor, at) => Z.set(at >> 1, anchor, Z.get(at >> 1, anchor) + near.shares[at]));
    const sizes = Z.sum('column');
    const step = (y: Matrix): Matrix => Z.mmul(Matrix.diag(sizes.map((size) => 1 / size))).mmul(Z.transpose().mmul(y));
    const y = Matrix.columnVector(Array.from({ length: n }, (_, i) => values[i * 3 + 1]));
    const moved = step(y);
    const ratio = moved.get(0, 0) / y.get(0, 0);
    for (let i = 0; i < n; i++) expect(moved.get(i, 0)).toBeCloseTo(ratio * y.get(i, 0), 3);
  });

  it('are cut again so that the second layer is balanced too', () => {
    const values = valuesOf(near, eigenfunctions(near, 6, 2));
    const { above, below } = secondThresholds(near, 6, values, 2);
    for (let k = 0; k < 2; k++) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const value = values[i * 2 + k];
        sum += value > 0 ? value - above[k] : below[k] - value;
      }
      expect(sum / n).toBeCloseTo(0, 6);
    }
  });

  it.each([anchorGraph1, anchorGraph2])(
    '$name: gives photos of one far group fewer bits of difference',
    async (method) => {
      const rows = clusteredFeatures(seededRandom(2), 4, 100, 12, 0.2);
      const [found] = await distances(method, rows, 12, 8, [rows.subarray(0, 12)]);
      const mean = (kind: number): number => {
        const own = [...found].filter((_, i) => i % 4 === kind);
        return own.reduce((sum, value) => sum + value, 0) / own.length;
      };
      expect(mean(0)).toBeLessThan(Math.min(mean(1), mean(2), mean(3)));
    },
  );
});

describe('UH-BDNN', () => {
  it('takes the signs that are nearest, where words are at right angles', () => {
    const bits = 3;
    const network = new Parameters([4, 2, 2, bits, 4]);
    const { weights, bias } = network.layer(3);
    // Bits 0, 1 and 2 are dimensions 0, 1 and 2.
    for (let k = 0; k < bits; k++) weights[k * 4 + k] = 1;
    bias.set([0.5, 0, 0, 0]);
    const rows = Float32Array.from([0.9, -0.2, 3, 7, 0.4, 0.1, -1, 0]);
    const hidden = new Float32Array(6);
    const given = new Float32Array(6).fill(1);
    expect([...bestSigns(rows, 4, hidden, given, bits, network)]).toEqual([1, -1, 1, -1, 1, -1]);
  });

  it('takes signs that bring the whole nearer, where words are not', () => {
    const bits = 6;
    const network = new Parameters([8, 2, 2, bits, 8]);
    network.layer(3).weights.set(draw(bits * 8));
    const rows = draw(20 * 8, 2);
    const error = (signs: Float32Array): number => {
      let sum = 0;
      for (let i = 0; i < 20; i++)
        for (let t = 0; t < 8; t++) {
          let value = 0;
          for (let k = 0; k < bits; k++) value += network.layer(3).weights[k * 8 + t] * signs[i * bits + k];
          sum += (rows[i * 8 + t] - value) ** 2;
        }
      return sum;
    };
    const given = Float32Array.from({ length: 20 * bits }, () => (random.uniform() < 0.5 ? -1 : 1));
    const after = bestSigns(rows, 8, new Float32Array(20 * bits), given, bits, network);
    expect(error(after)).toBeLessThan(0.8 * error(given));
    expect(new Set(after)).toEqual(new Set([-1, 1]));
  });

  it('gives bits that differ for features of unit length in many dimensions too', { timeout: 60_000 }, async () => {
    const rows = clusteredFeatures(seededRandom(6), 10, 100, 640, 2);
    normalizeRows(rows, 640);
    const [found] = await distances(binaryNetwork, rows, 640, 64, [rows.subarray(0, 640)]);
    const nearest = [...found.keys()].sort((a, b) => found[a] - found[b]).slice(0, 40);
    expect(nearest.filter((i) => i % 10 === 0).length).toBeGreaterThan(30);
    expect(new Set(found).size).toBeGreaterThan(10);
  });

  it('finds photos of a kind by its bits', { timeout: 60_000 }, async () => {
    const rows = clusteredFeatures(seededRandom(3), 4, 100, 40, 0.6);
    const [found] = await distances(binaryNetwork, rows, 40, 16, [rows.subarray(0, 40)]);
    const nearest = [...found.keys()].sort((a, b) => found[a] - found[b]).slice(0, 40);
    expect(nearest.filter((i) => i % 4 === 0).length).toBeGreaterThan(36);
  });
});

describe('Learning from views', () => {
  // What a photo shows is in the first 16 numbers; the others are how it happened to be seen.
  const [count, d] = [512, 48];
  const shown = clusteredFeatures(seededRandom(5), 64, 8, 16, 0.05);
  const seen = (): Float32Array<ArrayBuffer> => {
    const rows = draw(count * d);
    for (let i = 0; i < count; i++) rows.set(shown.subarray(i * 16, (i + 1) * 16), i * d);
    return rows;
  };
  const rows = seen();

  it.each([deepBit, tripletHashing, selfSupervisedQuantization])(
    '$name: finds a photo by another view of it better than without',
    { timeout: 120_000 },
    async (method) => {
      const asked = seen();
      const queries = Array.from({ length: 60 }, (_, i) => asked.subarray(i * 8 * d, (i * 8 + 1) * d));
      // Of a photo's kind there are eight among 512.
      const right = async (views?: Float32Array<ArrayBuffer>[]): Promise<number> => {
        const all = await distances(method, rows, d, 16, queries, views);
        let sum = 0;
        all.forEach((found, q) => {
          const nearest = [...found.keys()].sort((a, b) => found[a] - found[b]).slice(0, 8);
          sum += nearest.filter((i) => i % 64 === (q * 8) % 64).length;
        });
        return sum / (8 * queries.length);
      };
      const [without, withViews] = [await right(), await right([seen(), seen(), seen()])];
      expect(withViews).toBeGreaterThan(without);
    },
  );

  it('leaves no tensor behind', { timeout: 60_000 }, async () => {
    for (const method of [deepBit, selfSupervisedQuantization, binaryNetwork]) {
      const before = tf.memory().numTensors;
      await distances(method, rows.slice(0, 64 * d), d, 16, []);
      expect([method.name, tf.memory().numTensors]).toEqual([method.name, before]);
    }
  });
});
