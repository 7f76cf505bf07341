import { describe, expect, it } from 'vitest';
import { contrastiveOptions, type TrainerOptions } from '../../../electron/deepquan/training/options.ts';
import { neighbourProjection } from '../../../electron/deepquan/training/neighbour-projection.ts';
import { linearStart, mapLinearly, Network } from '../../../electron/deepquan/training/network.ts';
import { hiddenVectors, trainDeepQuan } from '../../../electron/deepquan/training/trainer.ts';
import { learnFromViews } from '../../../electron/deepquan/training/views.ts';
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

/** How much nearer two views of a photo lie than views of two photos: the mean cosine of the one less that of the other. */
async function agreement(network: Network, photos: readonly number[][], random: Random): Promise<number> {
  const seenOnce = (): Promise<Float32Array> => hiddenVectors(network, unitRows(seen(photos, random)), D, hooks);
  const [a, b] = [await seenOnce(), await seenOnce()];
  const { hidden } = network.shape;
  const row = (rows: Float32Array, i: number): Float32Array => rows.subarray(i * hidden, (i + 1) * hidden);
  const mean = (other: (i: number) => number): number =>
    photos.reduce((sum, _, i) => sum + cosine(row(a, i), row(b, other(i))), 0) / photos.length;
  return mean((i) => i) - mean((i) => (i + 1) % photos.length);
}

function unitRows(rows: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  normalizeRows(rows, D);
  return rows;
}

describe('Views of photos', () => {
  const random = seededRandom(4);
  const photos = shown(random);
  const own = seen(photos, random);

  it('teach the branch that two views nobody has seen yet belong together', { timeout: 60_000 }, async () => {
    const [rows, ...views] = [own, seen(photos, random), seen(photos, random)].map((one) => unitRows(one.slice()));
    const shape = { input: D, middle: 128, hidden: 16 };
    const projection = { components: 32, shape: options.shape, neighbours: 10, random, breathe: hooks.breathe };
    const start = await neighbourProjection(rows, D, projection);
    const bend = await learnFromViews([rows, ...views], start, {
      input: D,
      hidden: 16,
      units: 64,
      neighbours: 10,
      random,
      breathe: hooks.breathe,
    });
    const straight = { ...bend, outward: new Float32Array(bend.outward.length) };
    const [before, after] = await Promise.all(
      [straight, bend].map((branch) =>
        agreement(new Network(shape, linearStart(shape, start, random, branch)), photos, seededRandom(5)),
      ),
    );
    // Of what is between two views of a photo, a quarter is gone at least.
    expect(1 - after).toBeLessThan(0.75 * (1 - before));
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
