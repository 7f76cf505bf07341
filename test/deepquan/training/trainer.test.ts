import { normalized } from '../../../electron/numeric/vectors.ts';
import { describe, expect, it } from 'vitest';
import { assignCodes, decodeCodes } from '../../../electron/deepquan/model/codebooks.ts';
import { encodeFeature, prepareFeatures, preparationFor } from '../../../electron/deepquan/model/encoder.ts';
import { readModel, writeModel } from '../../../electron/deepquan/model/model-file.ts';
import type { DeepQuanModel } from '../../../electron/deepquan/model/model.ts';
import { allocateComponents } from '../../../electron/deepquan/training/principal-components.ts';
import {
  contrastiveOptions,
  epochsFor,
  neighboursFor,
  paperOptions,
  shapeFor,
  type TrainerOptions,
} from '../../../electron/deepquan/training/options.ts';
import { trainDeepQuan } from '../../../electron/deepquan/training/trainer.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { clusteredFeatures } from '../../support/clustered-features.ts';
import { useTensorFlow } from '../../support/tensorflow.ts';

useTensorFlow();

const D = 48;
const CLUSTERS = 8;
const base: TrainerOptions = {
  ...contrastiveOptions,
  shape: { M: 4, ksub: 16, dsub: 4 },
  middle: 64,
  epochs: 4,
  batch: 64,
  neighbours: 10,
};
const paper: TrainerOptions = { ...base, ...paperOptions, shape: base.shape, middle: 64, epochs: 8, batch: 64 };
const hooks = { onEpoch: () => undefined, breathe: () => Promise.resolve() };
const features = clusteredFeatures(seededRandom(9), CLUSTERS, 40, D, 1.4);

/** Of each row's ten nearest by codes, the share from its own cluster. */
function precision(model: DeepQuanModel): number {
  const n = features.length / D;
  const hidden = Array.from({ length: n }, (_, i) =>
    encodeFeature(features.subarray(i * D, (i + 1) * D), model.encoder),
  );
  const decoded = hidden.map((z) => decodeCodes(assignCodes(z, model.codebooks), model.codebooks));
  const distance = (a: Float32Array, b: Float32Array): number =>
    model.variant === 'paper'
      ? a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0)
      : -a.reduce((sum, value, i) => sum + value * b[i], 0);
  let right = 0;
  for (let q = 0; q < n; q++) {
    const nearest = decoded
      .map((x, i) => ({ i, d: distance(normalized(hidden[q]), x) }))
      .filter(({ i }) => i !== q)
      .sort((a, b) => a.d - b.d);
    right += nearest.slice(0, 10).filter(({ i }) => i % CLUSTERS === q % CLUSTERS).length;
  }
  return right / (10 * n);
}

/** The same share, by the features themselves. */
function precisionOfFeatures(): number {
  const n = features.length / D;
  const rows = prepareFeatures(features, preparationFor(features, D, 1));
  let right = 0;
  for (let q = 0; q < n; q++) {
    const cosine = (i: number): number =>
      rows.subarray(i * D, (i + 1) * D).reduce((sum, value, t) => sum + value * rows[q * D + t], 0);
    const nearest = Array.from({ length: n }, (_, i) => ({ i, c: cosine(i) }))
      .filter(({ i }) => i !== q)
      .sort((a, b) => b.c - a.c);
    right += nearest.slice(0, 10).filter(({ i }) => i % CLUSTERS === q % CLUSTERS).length;
  }
  return right / (10 * n);
}

describe('Training DeepQuan', () => {
  it("learns codes of two bytes that find a photo's own kind better than its features do", async () => {
    expect(precision(await trainDeepQuan(features, D, base, hooks))).toBeGreaterThan(precisionOfFeatures());
  });

  it.each(['self', 'neighbours'] as const)(
    'learns by the published losses too, the decoder finding again %s',
    async (manifold) => {
      const untrained = await trainDeepQuan(features, D, { ...paper, manifold, epochs: 1, learningRate: 0 }, hooks);
      const trained = await trainDeepQuan(features, D, { ...paper, manifold }, hooks);
      expect(precision(trained)).toBeGreaterThan(precision(untrained));
      expect(precision(trained)).toBeGreaterThan(0.9);
      expect(trained.losses.at(-1)!.quantization).toBeLessThan(trained.losses[3].quantization);
      expect(trained.losses.at(-1)!.manifold).toBeLessThan(trained.losses[3].manifold);
    },
  );

  it.each([
    ['8 bits', shapeFor(8), 1],
    ['256 bits', shapeFor(256), 32],
    ['64 bits of 16 centroids each', shapeFor(64, 16), 16],
  ] as const)('makes codes of %s', async (_name, shape, M) => {
    const model = await trainDeepQuan(features, D, { ...base, shape, epochs: 1 }, hooks);
    expect(assignCodes(encodeFeature(features.subarray(0, D), model.encoder), model.codebooks)).toHaveLength(M);
  });

  it('gives the same codes for the same seed, and others for another', async () => {
    const codes = async (seed: number): Promise<Uint8Array> => {
      const model = await trainDeepQuan(features, D, { ...base, epochs: 2, seed }, hooks);
      return assignCodes(encodeFeature(features.subarray(0, D), model.encoder), model.codebooks);
    };
    expect(await codes(5)).toEqual(await codes(5));
    expect(await codes(5)).not.toEqual(await codes(6));
  });

  it('goes on from an earlier model without losing what it knew', async () => {
    const first = await trainDeepQuan(features.subarray(0, 200 * D), D, base, hooks);
    const second = await trainDeepQuan(features, D, { ...base, epochs: 2 }, hooks, first);
    expect(precision(second)).toBeGreaterThan(precision(first) - 0.05);
    expect(second).toMatchObject({ trainedOn: 320, startedOn: 200 });
  });

  it('goes on from a model of an earlier version, which had fewer units', async () => {
    const first = await trainDeepQuan(features, D, { ...base, components: 20, middle: 40 }, hooks);
    const second = await trainDeepQuan(features, D, { ...base, epochs: 2 }, hooks, first);
    expect(second.network.encode1.bias).toHaveLength(40);
    expect(precision(second)).toBeGreaterThan(precision(first) - 0.05);
  });

  it('gives a photo whose neighbours agree a longer hidden vector than one between the kinds', async () => {
    const model = await trainDeepQuan(features, D, base, hooks);
    const length = (feature: Float32Array): number => Math.hypot(...encodeFeature(feature, model.encoder));
    const centre = (kind: number): Float32Array => {
      const sum = new Float32Array(D);
      for (let i = kind; i < features.length / D; i += CLUSTERS)
        for (let t = 0; t < D; t++) sum[t] += features[i * D + t] / 40;
      return sum;
    };
    const between = centre(0).map((value, t) => (value + centre(1)[t] + centre(2)[t] + centre(3)[t]) / 4);
    expect(length(centre(0))).toBeGreaterThan(length(between));
  });

  it('learns from as few as twenty photos', async () => {
    const model = await trainDeepQuan(features.subarray(0, 20 * D), D, { ...contrastiveOptions, epochs: 1 }, hooks);
    expect(encodeFeature(features.subarray(0, D), model.encoder).every(Number.isFinite)).toBe(true);
  });

  it('survives photos that are all alike', async () => {
    const same = new Float32Array(300 * D).fill(1);
    const model = await trainDeepQuan(same, D, { ...base, epochs: 2 }, hooks);
    expect(encodeFeature(same.subarray(0, D), model.encoder).every(Number.isFinite)).toBe(true);
  });

  it('says what is wrong with features that are too few or not finite', async () => {
    await expect(trainDeepQuan(features.slice(0, 5 * D), D, base, hooks)).rejects.toThrow(/more than 10 rows/);
    await expect(
      trainDeepQuan(
        features.map((v, i) => (i === 70 ? NaN : v)),
        D,
        base,
        hooks,
      ),
    ).rejects.toThrow(/finite/);
  });

  it('leaves a model file that reads back as the same model, wherever its bytes lie', async () => {
    const model = await trainDeepQuan(features, D, { ...base, epochs: 2 }, hooks);
    const bytes = writeModel(model);
    const odd = Buffer.concat([Buffer.from([1, 2, 3]), bytes]).subarray(3);
    const back = readModel(odd);
    const feature = features.subarray(0, D);
    expect(encodeFeature(feature, back.encoder)).toEqual(encodeFeature(feature, model.encoder));
    expect(back).toEqual(model);
  });
});

describe('The shape of a code', () => {
  it('is refused where bits do not make whole subquantizers, or are out of range', () => {
    expect(() => shapeFor(20)).toThrow('Expected 8 to 256 bits in steps of 8, got 20');
    expect(() => shapeFor(20, 16)).not.toThrow();
    expect(() => shapeFor(512)).toThrow(/8 to 256/);
  });

  it('comes with more neighbours the more photos there are, and never more than there are', () => {
    expect([20, 1500, 10_000, 1e6].map(neighboursFor)).toEqual([5, 14, 35, 50]);
    expect(neighboursFor(3)).toBe(2);
    expect(epochsFor(100_000, contrastiveOptions)).toBe(2);
    expect(epochsFor(300, contrastiveOptions)).toBe(10);
  });
});

describe('The allocation of principal components', () => {
  it("uses each once and evens out the subspaces' products of variances", () => {
    const variances = Float32Array.from({ length: 16 }, (_, i) => 2 ** -i);
    const places = allocateComponents(variances, 4, 4);
    expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    const logs = [0, 1, 2, 3].map((m) =>
      [...places.slice(m * 4, m * 4 + 4)].reduce((sum, i) => sum + Math.log2(variances[i]), 0),
    );
    expect(Math.max(...logs) - Math.min(...logs)).toBeLessThan(8);
  });
});
