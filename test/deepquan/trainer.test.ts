import { describe, expect, it } from 'vitest';
import { assignCodes, decodeCodes } from '../../electron/deepquan/codebooks.ts';
import { encodeFeature } from '../../electron/deepquan/encoder.ts';
import { readModel, writeModel } from '../../electron/deepquan/model-file.ts';
import type { DeepQuanModel } from '../../electron/deepquan/model.ts';
import { allocateComponents } from '../../electron/deepquan/principal-components.ts';
import { defaultOptions, trainDeepQuan, type TrainerOptions } from '../../electron/deepquan/trainer.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { clusteredFeatures, useTensorFlow } from './tensorflow.ts';

useTensorFlow();

const D = 48;
const CLUSTERS = 8;
const options: TrainerOptions = { ...defaultOptions, shape: { M: 4, ksub: 16, dsub: 4 }, middle: 64, epochs: 8, batch: 64 };
const hooks = { onEpoch: () => undefined, breathe: () => Promise.resolve() };
const features = clusteredFeatures(seededRandom(9), CLUSTERS, 40, D, 1.4);

/** Of each row's ten nearest by codes, the share from its own cluster. */
function precision(model: DeepQuanModel): number {
  const n = features.length / D;
  const hidden = Array.from({ length: n }, (_, i) => encodeFeature(features.subarray(i * D, (i + 1) * D), model.encoder));
  const decoded = hidden.map((z) => decodeCodes(assignCodes(z, model.codebooks), model.codebooks));
  const distance = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
  let right = 0;
  for (let q = 0; q < n; q++) {
    const nearest = decoded.map((x, i) => ({ i, d: distance(hidden[q], x) })).filter(({ i }) => i !== q).sort((a, b) => a.d - b.d);
    right += nearest.slice(0, 10).filter(({ i }) => i % CLUSTERS === q % CLUSTERS).length;
  }
  return right / (10 * n);
}

describe('Training DeepQuan', () => {
  it('learns codes that find a photo\'s own kind better than those it starts from', async () => {
    const untrained = await trainDeepQuan(features, D, { ...options, epochs: 1, learningRate: 0 }, hooks);
    const trained = await trainDeepQuan(features, D, options, hooks);
    expect(precision(trained)).toBeGreaterThan(precision(untrained));
    expect(precision(trained)).toBeGreaterThan(0.9);
    expect(trained.losses.at(-1)!.quantization).toBeLessThan(trained.losses[3].quantization);
  });

  it('gives the same codes for the same seed, and others for another', async () => {
    const codes = async (seed: number): Promise<Uint8Array> => {
      const model = await trainDeepQuan(features, D, { ...options, epochs: 3, seed }, hooks);
      return assignCodes(encodeFeature(features.subarray(0, D), model.encoder), model.codebooks);
    };
    expect(await codes(5)).toEqual(await codes(5));
    expect(await codes(5)).not.toEqual(await codes(6));
  });

  it('goes on from an earlier model without losing what it knew', async () => {
    const first = await trainDeepQuan(features, D, options, hooks);
    const second = await trainDeepQuan(features, D, { ...options, epochs: 2, learningRate: 1e-4 }, hooks, first);
    expect(precision(second)).toBeGreaterThan(precision(first) - 0.05);
  });

  it('survives photos that are all alike', async () => {
    const same = new Float32Array(300 * D).fill(1);
    const model = await trainDeepQuan(same, D, { ...options, epochs: 2 }, hooks);
    expect(encodeFeature(same.subarray(0, D), model.encoder).every(Number.isFinite)).toBe(true);
  });

  it('says what is wrong with features that are too few or not finite', async () => {
    await expect(trainDeepQuan(features.slice(0, 5 * D), D, options, hooks)).rejects.toThrow(/more than 10 rows/);
    await expect(trainDeepQuan(features.map((v, i) => (i === 70 ? NaN : v)), D, options, hooks)).rejects.toThrow(/finite/);
  });

  it('leaves a model file that reads back as the same model, wherever its bytes lie', async () => {
    const model = await trainDeepQuan(features, D, { ...options, epochs: 2 }, hooks);
    const bytes = writeModel(model);
    const odd = Buffer.concat([Buffer.from([1, 2, 3]), bytes]).subarray(3);
    const back = readModel(odd);
    const feature = features.subarray(0, D);
    expect(encodeFeature(feature, back.encoder)).toEqual(encodeFeature(feature, model.encoder));
    expect(back.codebooks).toEqual(model.codebooks);
    expect(back.losses).toEqual(model.losses);
  });
});

describe('The allocation of principal components', () => {
  it('uses each once and evens out the subspaces\' products of variances', () => {
    const variances = Float32Array.from({ length: 16 }, (_, i) => 2 ** -i);
    const places = allocateComponents(variances, 4, 4);
    expect([...places].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    const logs = [0, 1, 2, 3].map((m) => [...places.slice(m * 4, m * 4 + 4)].reduce((sum, i) => sum + Math.log2(variances[i]), 0));
    expect(Math.max(...logs) - Math.min(...logs)).toBeLessThan(8);
  });
});
