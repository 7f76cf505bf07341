import { describe, expect, it } from 'vitest';
import { evaluateMethod, type LabelledFeatures } from '../../electron/evaluation/evaluate.ts';
import { labelsOf } from '../../electron/evaluation/labels.ts';
import { retrievalMethods } from '../../electron/evaluation/methods/all.ts';
import { hammingIndex, popCount, signBits } from '../../electron/evaluation/methods/hamming.ts';
import { learnWords } from '../../electron/evaluation/methods/kmeans-hashing.ts';
import { nearestRotation, crossProduct } from '../../electron/evaluation/methods/rotation.ts';
import { smoothestModes } from '../../electron/evaluation/methods/spectral-hashing.ts';
import { preparationFor, prepareFeatures } from '../../electron/deepquan/model/encoder.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { clusteredFeatures } from '../support/clustered-features.ts';
import { useTensorFlow } from '../support/tensorflow.ts';

useTensorFlow();
const D = 64;
const CLASSES = 8;
const random = seededRandom(11);
const all = clusteredFeatures(random, CLASSES, 60, D, 1.3);
const part = (from: number, to: number): LabelledFeatures => ({
  rows: all.slice(from * D, to * D),
  d: D,
  labels: labelsOf(
    Array.from({ length: to - from }, (_, i) => [(from + i) % CLASSES]),
    CLASSES,
  ),
});
const [database, queries] = [part(0, 400), part(400, 480)];
const hooks = { breathe: () => Promise.resolve(), onProgress: () => undefined };
const method = (name: string) => retrievalMethods.find((one) => one.name === name)!;
const mAP = async (name: string, bits = 16): Promise<number> =>
  (await evaluateMethod(method(name), name === 'exact' ? null : bits, database, queries, hooks)).result.mAP;

describe('Every method', () => {
  it.each(retrievalMethods.map(({ name }) => name))(
    'finds more of a kind than chance would: %s',
    { timeout: 60_000 },
    async (name) => {
      expect(await mAP(name)).toBeGreaterThan(0.3);
    },
  );

  it(
    'stands to the others as published: PQ above ITQ above random projections, the rotation no worse than none',
    { timeout: 120_000 },
    async () => {
      const [lsh, itq, pq, opq] = [await mAP('lsh'), await mAP('itq'), await mAP('pq'), await mAP('opq')];
      expect(itq).toBeGreaterThan(lsh);
      expect(pq).toBeGreaterThan(itq);
      expect(opq).toBeGreaterThan(pq - 0.03);
    },
  );

  it('chooses its setting on validation queries alone, and says what each gave', { timeout: 60_000 }, async () => {
    const { validation, variant } = (await evaluateMethod(method('pq'), 16, database, queries, hooks)).result;
    expect(validation.map((one) => one.variant)).toEqual(['all dimensions', '64 principal components']);
    expect(validation.find((one) => one.variant === variant)!.mAP).toBe(Math.max(...validation.map((one) => one.mAP)));
  });

  it('measures the features themselves as a plain sort does', async () => {
    const rows = prepareFeatures(all.slice(0, 400 * D), preparationFor(database.rows, D, 1));
    const asked = prepareFeatures(queries.rows, preparationFor(database.rows, D, 1));
    let right = 0;
    for (let q = 0; q < 80; q++) {
      const cosine = (i: number): number =>
        rows.subarray(i * D, (i + 1) * D).reduce((sum, value, t) => sum + value * asked[q * D + t], 0);
      const nearest = Array.from({ length: 400 }, (_, i) => ({ i, c: cosine(i) }))
        .sort((a, b) => b.c - a.c)
        .slice(0, 10);
      right += nearest.filter(({ i }) => i % CLASSES === q % CLASSES).length;
    }
    expect((await evaluateMethod(method('exact'), null, database, queries, hooks)).result.precisionAt10).toBeCloseTo(
      right / 800,
      6,
    );
  });
});

describe('The pieces of the baselines', () => {
  it('count differing bits', () => {
    expect([0, 1, 0xff, 0xffffffff, 0x80000001].map(popCount)).toEqual([0, 1, 8, 32, 2]);
    const rows = Float32Array.from({ length: 3 * 40 }, (_, i) => (i < 40 ? 1 : i < 80 ? -1 : i % 2 ? 1 : -1));
    const out = new Float32Array(3);
    hammingIndex(signBits(rows, 40), 40, () => signBits(rows.subarray(0, 40), 40))
      .prepare(rows)
      .distancesInto(out);
    expect([...out]).toEqual([0, 40, 20]);
  });

  it('turn one set of points onto another where a rotation does so', async () => {
    const [cos, sin] = [Math.cos(0.7), Math.sin(0.7)];
    const a = Float32Array.from({ length: 40 }, () => random.normal());
    const b = Float32Array.from({ length: 40 }, (_, i) =>
      i % 2 === 0 ? a[i] * cos - a[i + 1] * sin : a[i - 1] * sin + a[i] * cos,
    );
    const rotation = nearestRotation(await crossProduct(a, b, 2));
    expect(rotation.get(0, 0)).toBeCloseTo(cos, 4);
    expect(rotation.get(0, 1)).toBeCloseTo(sin, 4);
  });

  it('take the slowest waves along the widest sides first', () => {
    // (1/4)², (2/4)² and (1/1.5)² are the smallest of k² / width².
    expect(smoothestModes([4, 1.5], 3)).toEqual([
      { component: 0, frequency: 1 },
      { component: 0, frequency: 2 },
      { component: 1, frequency: 1 },
    ]);
  });

  it(
    'place the words of K-means hashing so that their distance grows with the bits that differ',
    { timeout: 60_000 },
    async () => {
      const points = Float32Array.from({ length: 3000 * 16 }, (_, i) => random.normal() * (i % 16 < 8 ? 1 : 0.3));
      const words = await learnWords(points, () => Promise.resolve());
      const distances = Array.from({ length: 9 }, () => ({ sum: 0, count: 0 }));
      for (let i = 0; i < 256; i++) {
        for (let j = 0; j < i; j++) {
          const at = distances[popCount(i ^ j)];
          at.sum += Math.hypot(...words.subarray(i * 16, (i + 1) * 16).map((value, t) => value - words[j * 16 + t]));
          at.count++;
        }
      }
      const means = distances.slice(1).map(({ sum, count }) => sum / count);
      expect(means).toEqual(means.toSorted((a, b) => a - b));
    },
  );
});

describe('A method that cannot make codes of so many bits', () => {
  const variants = (name: string, d: number, bits: number): readonly string[] =>
    retrievalMethods.find((method) => method.name === name)!.variants(d, bits);

  it('has no setting to try, and any other has one at least', () => {
    expect(variants('opq', 1280, 24)).toEqual([]);
    expect(variants('kmh', 256, 256)).toEqual([]);
    expect(variants('itq', 100, 256)).toEqual([]);
    expect(variants('pq', 1280, 24)).toEqual(['all dimensions']);
    for (const { name } of retrievalMethods) expect(variants(name, 1280, 64).length).toBeGreaterThan(0);
  });
});
