// A training step against a plain matMul of its largest size, on the same backend.
import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../../electron/engine/tensorflow-backend.ts';
import { defaultOptions, trainDeepQuan } from '../../electron/deepquan/trainer.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { seconds } from './indexing.ts';

const D = 1280;

export async function benchTraining(): Promise<void> {
  const backend = await chooseBackend();
  const { batch, middle, shape } = defaultOptions;
  const [x, w] = [tf.randomNormal([2 * batch, D]), tf.randomNormal([D, middle])];
  const repeats = 20;
  tf.matMul(x, w).dispose();
  const plain = await seconds(async () => {
    for (let i = 0; i < repeats; i++) {
      const y = tf.matMul(x, w);
      await y.data();
      y.dispose();
    }
  });
  const plainRate = (2 * 2 * batch * D * middle * repeats) / plain;

  const n = 1280;
  const random = seededRandom(1);
  const features = Float32Array.from({ length: n * D }, () => random.normal());
  const marks: number[] = [];
  await trainDeepQuan(features, D, { ...defaultOptions, epochs: 8, warmUp: 1 }, { onEpoch: () => marks.push(performance.now()), breathe: () => Promise.resolve() });
  // Anchors and positives are encoded, anchors decoded; a dense layer costs three products, the first one two.
  const hidden = shape.M * shape.dsub;
  const products = 2 * batch * (2 * D * middle + 3 * middle * hidden) + batch * (3 * middle * hidden + 3 * D * middle);
  const steps = Math.floor(n / batch) * (marks.length - 1);
  const stepSeconds = (marks.at(-1)! - marks[0]) / 1000 / steps;
  console.log(`  ${backend}: plain matMul ${(plainRate / 1e9).toFixed(1)} GFLOP/s; a step of ${batch} takes ${(stepSeconds * 1000).toFixed(0)} ms, ${((2 * products) / stepSeconds / 1e9).toFixed(1)} GFLOP/s, ratio ${((2 * products) / stepSeconds / plainRate).toFixed(2)}`);
}
