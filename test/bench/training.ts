// A training step against a plain matMul of its largest size, on the same backend; and a whole training.
import * as tf from '@tensorflow/tfjs-core';
import { nativeVectorIndexes } from '../../electron/engine/codes/native-vector-index.ts';
import { chooseBackend } from '../../electron/engine/training/tensorflow-backend.ts';
import { assembleBatch, batchesOf, disposeBatch } from '../../electron/deepquan/training/batch.ts';
import { Network } from '../../electron/deepquan/training/network.ts';
import { contrastiveOptions, epochsFor, neighboursFor } from '../../electron/deepquan/training/options.ts';
import { trainDeepQuan } from '../../electron/deepquan/training/trainer.ts';
import { VIEWS } from '../../electron/library/decode/views.ts';
import { trainingStep } from '../../electron/deepquan/training/training-step.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { seconds } from './indexing.ts';

const D = 1280;
const STEPS = 12;
const LIBRARY = 10_000;

export async function benchTraining(): Promise<void> {
  const backend = await chooseBackend();
  const { batch, middle, shape } = contrastiveOptions;
  const hidden = shape.M * shape.dsub;
  const random = seededRandom(1);
  const n = 8 * batch;
  const k = neighboursFor(n);
  const rows = Float32Array.from({ length: n * D }, () => random.normal() / Math.sqrt(D));
  const graph = {
    k,
    ids: Int32Array.from({ length: n * k }, () => random.below(n)),
    affinities: new Float32Array(n * k).fill(0.5),
  };
  const assigned = {
    quantized: Float32Array.from({ length: n * hidden }, () => random.normal() / Math.sqrt(hidden)),
    lengths: new Float32Array(n).fill(1),
  };
  const layer = (from: number, to: number) => ({
    weights: Float32Array.from({ length: from * to }, () => random.normal() / Math.sqrt(from)),
    bias: new Float32Array(to),
  });
  const network = new Network(
    { input: D, middle, hidden },
    {
      encode1: layer(D, middle),
      encode2: layer(middle, hidden),
      decode1: layer(hidden, middle),
      decode2: layer(middle, D),
    },
  );
  const optimizer = tf.train.adam(1e-4);
  const [x, w] = [tf.randomNormal([2 * batch, D]), tf.randomNormal([D, middle])];

  // In turns, so that what else the machine does falls on both alike.
  const plain: number[] = [];
  const steps: number[] = [];
  for (const anchors of [...batchesOf(n, batch, random), ...batchesOf(n, batch, random)].slice(0, STEPS)) {
    plain.push(
      await seconds(async () => {
        const y = tf.matMul(x, w);
        await y.data();
        y.dispose();
      }),
    );
    const pieces = assembleBatch(anchors, { rows, d: D, graph, manifold: 'neighbours' }, assigned, random);
    steps.push(
      await seconds(async () => {
        await trainingStep(network, optimizer, pieces, contrastiveOptions);
      }),
    );
    disposeBatch(pieces);
  }
  tf.dispose([x, w]);
  // Anchors and positives are encoded, anchors decoded; a dense layer costs three products, the first one two.
  const products = 2 * batch * (2 * D * middle + 3 * middle * hidden) + batch * (3 * middle * hidden + 3 * D * middle);
  const plainRate = (2 * 2 * batch * D * middle) / median(plain);
  const stepRate = (2 * products) / median(steps);
  console.log(
    `  ${backend}: plain matMul ${(plainRate / 1e9).toFixed(1)} GFLOP/s; a step of ${batch} takes ${(median(steps) * 1000).toFixed(0)} ms, ${(stepRate / 1e9).toFixed(1)} GFLOP/s, ratio ${(stepRate / plainRate).toFixed(2)} (to reach 0.6)`,
  );

  const centres = Array.from({ length: 40 }, () => Float32Array.from({ length: D }, () => random.normal()));
  const features = Float32Array.from(
    { length: LIBRARY * D },
    (_, i) => centres[Math.floor(i / D) % 40][i % D] + 2 * random.normal(),
  );
  const seenOtherwise = (): Float32Array => features.map((value) => value + 0.5 * random.normal());
  const views = Array.from({ length: VIEWS }, seenOtherwise);
  const whole = await seconds(async () => {
    await trainDeepQuan(
      features,
      D,
      { ...contrastiveOptions, epochs: epochsFor(LIBRARY, contrastiveOptions) },
      { onEpoch: () => undefined, breathe: () => Promise.resolve(), makeVectorIndex: nativeVectorIndexes(1) },
      undefined,
      views,
    );
  });
  console.log(
    `  training on ${LIBRARY} photos of ${D} dimensions and ${VIEWS} views of each: ${whole.toFixed(0)} s (to stay within 180; looking at the views comes on top)`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
