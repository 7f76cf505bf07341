import { describe, expect, it } from 'vitest';
import { encodeFeature } from '../../../electron/deepquan/model/encoder.ts';
import type { DeepQuanModel } from '../../../electron/deepquan/model/model.ts';
import { contrastiveOptions, type TrainerOptions } from '../../../electron/deepquan/training/options.ts';
import { linearStart, mapLinearly, Network } from '../../../electron/deepquan/training/network.ts';
import { hiddenVectors, trainDeepQuan } from '../../../electron/deepquan/training/trainer.ts';
import { cosine, normalizeRows } from '../../../electron/numeric/vectors.ts';
import { seededRandom, type Random } from '../../../electron/numeric/random.ts';
import { useTensorFlow } from '../../support/tensorflow.ts';

useTensorFlow();

const D = 48;
const KINDS = 8;
const EACH = 40;
const options: TrainerOptions = {
  ...contrastiveOptions,
  shape: { M: 4, ksub: 16, dsub: 4 },
  components: 32,
  middle: 128,
  epochs: 0,
  neighbours: 10,
};
const hooks = { onEpoch: () => undefined, breathe: () => Promise.resolve() };

/** What photos show, which is the same in every view. */
const shown = (random: Random): number[][] => {
  const kinds = Array.from({ length: KINDS }, () => Array.from({ length: D }, () => random.normal()));
  return Array.from({ length: KINDS * EACH }, (_, i) => kinds[i % KINDS].map((value) => value + random.normal()));
};

/** Features of one view of each: what it shows, squared where a view brightens it, and chance. float32, (n, D). */
function seen(photos: readonly number[][], random: Random): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    photos.flatMap((photo) => {
      const light = 0.5 + random.uniform();
      return photo.map((value) => value + 0.8 * light * Math.abs(value) + 0.7 * random.normal());
    }),
  );
}

/** How near the hidden vectors of two further views of the same photos are: their mean cosine. */
function agreement(model: DeepQuanModel, photos: readonly number[][], random: Random): number {
  const [a, b] = [seen(photos, random), seen(photos, random)];
  const hidden = (rows: Float32Array, i: number): Float32Array =>
    encodeFeature(rows.subarray(i * D, (i + 1) * D), model.encoder);
  const mean = (of: (i: number) => number): number => photos.reduce((sum, _, i) => sum + of(i), 0) / photos.length;
  return mean((i) => cosine(hidden(a, i), hidden(b, i)));
}

describe('Views of photos', () => {
  const random = seededRandom(4);
  const photos = shown(random);
  const own = seen(photos, random);

  it('teach that two views nobody has seen yet belong together', { timeout: 60_000 }, async () => {
    const views = [seen(photos, random), seen(photos, random)];
    const without = await trainDeepQuan(own, D, options, hooks);
    const learned = await trainDeepQuan(own, D, options, hooks, undefined, views);
    const [before, after] = [without, learned].map((model) => agreement(model, photos, seededRandom(5)));
    expect(after).toBeGreaterThan(before + 0.02);
  });

  it('bend a network that begins as its linear map, whatever the units beside it are', async () => {
    const draw = (count: number): Float32Array<ArrayBuffer> =>
      Float32Array.from({ length: count }, () => random.normal());
    const start = { directions: draw(6 * D), offset: draw(6), matrix: draw(6 * 8), inverse: draw(8 * 6) };
    const shape = { input: D, middle: 20, hidden: 8 };
    const unheard = { inward: draw(D * 8), bias: draw(8), outward: new Float32Array(8 * 8) };
    const network = new Network(shape, linearStart(shape, start, random, unheard));
    const rows = own.subarray(0, 5 * D);
    const hidden = await hiddenVectors(network, rows, D, hooks);
    const linear = await mapLinearly(rows, D, start, hooks.breathe);
    normalizeRows(linear, 8);
    hidden.forEach((value, i) => expect(value).toBeCloseTo(linear[i], 4));
  });

  it('are learned from the same way for the same seed', { timeout: 60_000 }, async () => {
    const views = [seen(photos, seededRandom(6))];
    const weights = async (): Promise<Float32Array> =>
      (await trainDeepQuan(own, D, options, hooks, undefined, views)).network.encode2.weights;
    expect(await weights()).toEqual(await weights());
  });
});
