// Libraries as nobody would plan them: training must give a model that is finite and finds what is there.
import { describe, expect, it } from 'vitest';
import { assignCodes, decodeCodes } from '../../../electron/deepquan/model/codebooks.ts';
import { encodeFeature, type Layer } from '../../../electron/deepquan/model/encoder.ts';
import { readModel, writeModel } from '../../../electron/deepquan/model/model-file.ts';
import type { DeepQuanModel } from '../../../electron/deepquan/model/model.ts';
import {
  contrastiveOptions,
  epochsFor,
  paperOptions,
  shapeFor,
  type TrainerOptions,
} from '../../../electron/deepquan/training/options.ts';
import { trainDeepQuan } from '../../../electron/deepquan/training/trainer.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { normalized } from '../../../electron/numeric/vectors.ts';
import { clusteredFeatures } from '../../support/clustered-features.ts';
import { useTensorFlow } from '../../support/tensorflow.ts';

useTensorFlow();

const D = 48;
const hooks = { onEpoch: () => undefined, breathe: () => Promise.resolve() };
/** As the product trains, but for fewer units. */
const small: TrainerOptions = { ...contrastiveOptions, middle: 128, components: 32 };

async function learn(
  features: Float32Array,
  d = D,
  options = small,
  views: readonly Float32Array[] = [],
): Promise<DeepQuanModel> {
  const epochs = epochsFor(features.length / d, options);
  return trainDeepQuan(features, d, { ...options, epochs }, hooks, undefined, views);
}

function numbersOf({ encoder, network, codebooks, codebooks4Bit, losses, quantizationError }: DeepQuanModel): number[] {
  const { confidence, preparation } = encoder;
  return [
    ...preparation.mean,
    ...Object.values<Layer>({ ...network }).flatMap(({ weights, bias }) => [...weights, ...bias]),
    ...(confidence ? [...confidence.prototypes, ...confidence.consensus, confidence.scale] : []),
    ...codebooks.centroids,
    ...codebooks4Bit.centroids,
    ...losses.flatMap((loss) => Object.values<number>({ ...loss })),
    quantizationError,
  ];
}

/** Photos by their codes, nearest first, as a search ranks them. */
function ranked(features: Float32Array, d: number, query: number, model: DeepQuanModel): number[] {
  const n = features.length / d;
  const hidden = (i: number) => encodeFeature(features.subarray(i * d, (i + 1) * d), model.encoder);
  const asked = normalized(hidden(query));
  const score = Array.from({ length: n }, (_, i) =>
    decodeCodes(assignCodes(hidden(i), model.codebooks), model.codebooks).reduce(
      (sum, value, t) => sum + value * asked[t],
      0,
    ),
  );
  return Array.from(score, (_, i) => i).sort((a, b) => score[b] - score[a]);
}

/** Of any model, that it is whole: no number in it is none, and it comes back from its file as it was. */
function expectWhole(model: DeepQuanModel): void {
  expect(numbersOf(model).filter((value) => !Number.isFinite(value))).toEqual([]);
  expect(numbersOf(readModel(writeModel(model)))).toEqual(numbersOf(model));
}

const variants = [
  ['as the product learns', small],
  ["by the paper's losses", { ...small, ...paperOptions, middle: 128, components: 32 }],
] as const;

describe.each(variants)('A library, learned %s,', (_, options) => {
  it.each([
    ['256 photos that are all the same', new Float32Array(256 * D).map((_, i) => 1 + (i % D))],
    ['256 photos of which nothing is known: zeros', new Float32Array(256 * D)],
    ['256 photos with the same number everywhere', new Float32Array(256 * D).fill(0.5)],
  ])('can be %s: the model is whole, and all are as near as can be', { timeout: 60_000 }, async (_, features) => {
    const model = await learn(features, D, options);
    expectWhole(model);
    const code = assignCodes(encodeFeature(features.subarray(0, D), model.encoder), model.codebooks);
    for (const i of [1, 128, 255])
      expect(assignCodes(encodeFeature(features.subarray(i * D, (i + 1) * D), model.encoder), model.codebooks)).toEqual(
        code,
      );
  });

  it('can be half duplicates: a photo finds its copy first', { timeout: 60_000 }, async () => {
    const once = clusteredFeatures(seededRandom(3), 8, 16, D, 1.4);
    const features = new Float32Array([...once, ...once]);
    const model = await learn(features, D, options);
    expectWhole(model);
    for (const query of [0, 40, 127])
      expect(
        ranked(features, D, query, model)
          .slice(0, 2)
          .toSorted((a, b) => a - b),
      ).toEqual([query, query + 128]);
  });

  it('can be of one kind only: a photo still finds itself among its first', { timeout: 60_000 }, async () => {
    const features = clusteredFeatures(seededRandom(4), 1, 256, D, 1);
    const model = await learn(features, D, options);
    expectWhole(model);
    const places = Array.from({ length: 32 }, (_, query) => ranked(features, D, query * 8, model).indexOf(query * 8));
    expect(places.filter((place) => place < 10).length).toBeGreaterThan(28);
  });

  it('can have fewer dimensions than subquantizers', { timeout: 60_000 }, async () => {
    const d = 5;
    expect(shapeFor(64).M).toBeGreaterThan(d);
    const features = clusteredFeatures(seededRandom(5), 4, 64, d, 0.4);
    const model = await learn(features, d, options);
    expectWhole(model);
    expect(
      ranked(features, d, 0, model)
        .slice(0, 10)
        .filter((i) => i % 4 === 0).length,
    ).toBeGreaterThan(6);
  });

  it('can have one dimension that says anything, and constants', { timeout: 60_000 }, async () => {
    const features = Float32Array.from({ length: 256 * D }, (_, i) => (i % D === 7 ? Math.floor(i / D) : 3));
    expectWhole(await learn(features, D, options));
  });

  it.each([NaN, Infinity, -Infinity])('is refused where a number is %s', async (bad) => {
    const features = clusteredFeatures(seededRandom(6), 4, 32, D, 1);
    features[999] = bad;
    await expect(learn(features, D, options)).rejects.toThrow('Expected finite features');
  });

  it.each([2, 3, 6, 7])('of %i photos gives a model or says that there are too few', async (n) => {
    const features = clusteredFeatures(seededRandom(7), 1, n, D, 1);
    const outcome = await learn(features, D, options).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome.message).toMatch(/^Expected more than \d+ rows/);
    else expectWhole(outcome as DeepQuanModel);
  });
});

describe('Views of photos', () => {
  const features = clusteredFeatures(seededRandom(8), 4, 64, D, 1);

  it('may all be the photos themselves', { timeout: 60_000 }, async () => {
    expectWhole(await learn(features, D, small, [features, features]));
  });

  it('may be zeros', { timeout: 60_000 }, async () => {
    expectWhole(await learn(features, D, small, [new Float32Array(features.length)]));
  });

  it('are refused where a number is none', async () => {
    const bad = Float32Array.from(features);
    bad[50] = NaN;
    await expect(learn(features, D, small, [bad])).rejects.toThrow('Expected finite features');
  });
});

describe('A model of a larger library', () => {
  it('does not go on from numbers that are none', { timeout: 60_000 }, async () => {
    const features = clusteredFeatures(seededRandom(10), 4, 64, D, 1);
    const model = await learn(features);
    features[1234] = NaN;
    await expect(trainDeepQuan(features, D, { ...small, epochs: epochsFor(256, small) }, hooks, model)).rejects.toThrow(
      'Expected finite features',
    );
  });

  it('goes on from fewer photos than it has centroids', { timeout: 60_000 }, async () => {
    const many = clusteredFeatures(seededRandom(9), 8, 64, D, 1.4);
    const model = await learn(many);
    const few = many.subarray(0, 40 * D);
    const next = await trainDeepQuan(few, D, { ...small, epochs: epochsFor(40, small) }, hooks, model);
    expectWhole(next);
    expect(next.trainedOn).toBe(40);
    expect(
      ranked(few, D, 0, next)
        .slice(0, 5)
        .filter((i) => i % 8 === 0).length,
    ).toBeGreaterThan(2);
  });
});
