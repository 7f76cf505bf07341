// UH-BDNN (Do, Doan and Cheung 2016, section 3): a network whose last layer but one is bits, which its last layer, a linear one,
// must make the features of. Bits and network are learned in turn, so that bits stay bits throughout.
// Settings are those of the paper's experiments, as far as known; it has none for more than 32 bits, and we take 160 and 90 units.
import * as tf from '@tensorflow/tfjs-core';
import { preparationFor } from '../../deepquan/model/encoder.ts';
import { dense } from '../../deepquan/training/dense.ts';
import type { MethodContext, RetrievalMethod } from '../method.ts';
import { hammingIndex, signBits } from './hamming.ts';
import { itq, rotationToSigns } from './itq.ts';
import { minimize } from './lbfgs.ts';
import { applyToAll, applyToOne, pca, type LinearMap } from './linear.ts';
import { sampleOf } from './local-search.ts';
import { multiplyRows } from './rotation.ts';

const COMPONENTS = 800;
const LEARNED_FROM = 5000;
const ROUNDS = 10;
const LBFGS_STEPS = 10;
const BIT_PASSES = 3;
/** λ1 to λ4: of the weights, of bits that are not what the network gives, of bits that depend on each other, of bits out of balance. */
const [DECAY, EQUAL, INDEPENDENT, BALANCED] = [1e-5, 5e-2, 1e-2, 1e-6];

export const binaryNetwork: RetrievalMethod = {
  name: 'uh-bdnn',
  source: 'Do, Doan, Cheung 2016',
  variants: (d, bits) => itq.variants(d, bits),
  async fit(training, bits, _variant, context) {
    const map = scaledToUnits(await pca(training, COMPONENTS, context), unitsFor(bits)[0]);
    const rows = sampleOf(await applyToAll(training, map, context), map.c, LEARNED_FROM, context.random);
    const network = await learn(rows, map.c, bits, context);
    const encode = (projected: Float32Array): Uint32Array => signBits(network(projected), bits);
    return {
      index: async (photos) =>
        hammingIndex(encode(await applyToAll(photos, map, context)), bits, (query) => encode(applyToOne(query, map))),
    };
  },
};

/** As long as sigmoids can tell apart: what the first layer gives has a variance of 1 on the average. */
function scaledToUnits({ c, directions, variances }: Awaited<ReturnType<typeof pca>>, units: number): LinearMap {
  const leading = variances.subarray(0, units);
  const scale = Math.sqrt(
    leading.length /
      Math.max(
        leading.reduce((sum, variance) => sum + variance, 0),
        1e-12,
      ),
  );
  return { c, directions: directions.map((value) => scale * value) };
}

/** Numbers of the hidden layers, then bits (section 4.1 of the paper, table of layers). */
function unitsFor(bits: number): [number, number, number] {
  if (bits <= 8) return [90, 20, bits];
  if (bits <= 16) return [90, 30, bits];
  if (bits <= 24) return [100, 40, bits];
  if (bits <= 32) return [120, 50, bits];
  return [160, Math.max(90, bits), bits];
}

/** The weights and biases of the four layers, one after the other. */
export class Parameters {
  readonly #shapes: readonly (readonly [number, number])[];
  readonly values: Float32Array;

  constructor(sizes: readonly number[], values?: Float32Array) {
    this.#shapes = sizes.slice(1).map((to, i) => [sizes[i], to] as const);
    this.values = values ?? new Float32Array(this.#shapes.reduce((sum, [from, to]) => sum + (from + 1) * to, 0));
  }

  with(values: Float32Array): Parameters {
    return new Parameters([this.#shapes[0][0], ...this.#shapes.map(([, to]) => to)], values);
  }

  /** float32, (from, to) and (to), views on the values. */
  layer(at: number): { from: number; to: number; weights: Float32Array; bias: Float32Array } {
    const start = this.#shapes.slice(0, at).reduce((sum, [from, to]) => sum + (from + 1) * to, 0);
    const [from, to] = this.#shapes[at];
    return {
      from,
      to,
      weights: this.values.subarray(start, start + from * to),
      bias: this.values.subarray(start + from * to, start + (from + 1) * to),
    };
  }
}

async function learn(
  rows: Float32Array,
  c: number,
  bits: number,
  context: MethodContext,
): Promise<(projected: Float32Array) => Float32Array> {
  const n = rows.length / c;
  const units = unitsFor(bits);
  let network = await startingNetwork(rows, c, units, context);
  let signs = await turnedSigns(outputs(rows, network), bits, context);
  const x = tf.tensor2d(rows, [n, c]);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const objective = objectiveFor(x, signs, bits, network);
      network = network.with(await minimize(network.values, objective, LBFGS_STEPS));
      signs = bestSigns(rows, c, outputs(rows, network), signs, bits, network);
      context.onProgress((round + 1) / ROUNDS);
      await context.breathe();
    }
  } finally {
    x.dispose();
  }
  const last = network;
  return (projected) => outputs(projected, last);
}

/** Each layer the principal components of what the one before gives (section 4.1 of the paper). */
async function startingNetwork(
  rows: Float32Array,
  c: number,
  units: readonly [number, number, number],
  context: MethodContext,
): Promise<Parameters> {
  const network = new Parameters([c, ...units, c]);
  let layerInput = rows;
  let width = c;
  for (let at = 0; at < units.length; at++) {
    const { from, to, weights, bias } = network.layer(at);
    const means = columnMeans(layerInput, width);
    const centred = layerInput.map((value, i) => value - means[i % width]);
    const { directions } = await pca({ rows: centred, d: width }, to, context);
    for (let k = 0; k < directions.length / width; k++)
      for (let t = 0; t < from; t++) {
        weights[t * to + k] = directions[k * width + t];
        bias[k] -= means[t] * directions[k * width + t];
      }
    layerInput = forward(layerInput, network, at);
    width = to;
  }
  return network;
}

const columnMeans = (rows: Float32Array, width: number): Float32Array => preparationFor(rows, width, 1).mean;

/** Bits to begin with: those of ITQ of what the network gives. float32, (n, bits), -1 or 1 */
async function turnedSigns(hidden: Float32Array, bits: number, context: MethodContext): Promise<Float32Array> {
  const means = columnMeans(hidden, bits);
  const centred = hidden.map((value, i) => value - means[i % bits]);
  const turned = await multiplyRows(centred, bits, await rotationToSigns(centred, bits, context));
  return turned.map((value) => (value > 0 ? 1 : -1));
}

/** What a layer gives: the sigmoid in the first two, nothing more in the others. */
function forward(rows: Float32Array, network: Parameters, at: number): Float32Array<ArrayBuffer> {
  const { from, to, weights, bias } = network.layer(at);
  const n = rows.length / from;
  const out = new Float32Array(n * to);
  for (let i = 0; i < n; i++) {
    const row = out.subarray(i * to, (i + 1) * to);
    row.set(bias);
    for (let t = 0; t < from; t++) {
      const value = rows[i * from + t];
      for (let k = 0; k < to; k++) row[k] += value * weights[t * to + k];
    }
    if (at < 2) for (let k = 0; k < to; k++) row[k] = 1 / (1 + Math.exp(-row[k]));
  }
  return out;
}

/** H, whose signs are the bits. float32, (n, bits) */
function outputs(rows: Float32Array, network: Parameters): Float32Array<ArrayBuffer> {
  return forward(forward(forward(rows, network, 0), network, 1), network, 2);
}

/** Equation 9 for bits that stay, and its gradient. */
function objectiveFor(x: tf.Tensor2D, signs: Float32Array, bits: number, network: Parameters) {
  const [n] = x.shape;
  return async (values: Float32Array, gradient: Float32Array): Promise<number> => {
    const parameters = network.with(values);
    const layers = [0, 1, 2, 3].map((at) => parameters.layer(at));
    const tensors = layers.flatMap(({ from, to, weights, bias }) => [
      tf.tensor2d(weights, [from, to]),
      tf.tensor1d(bias),
    ]);
    const b = tf.tensor2d(signs, [n, bits]);
    const { value, grads } = tf.valueAndGrads((...all: tf.Tensor[]) => loss(x, b, all))(tensors);
    const total = (await value.data())[0];
    let at = 0;
    for (const one of grads) {
      gradient.set(await one.data<'float32'>(), at);
      at += one.size;
    }
    tf.dispose([b, value, ...tensors, ...grads]);
    return total;
  };
}

function loss(x: tf.Tensor2D, b: tf.Tensor2D, all: readonly tf.Tensor[]): tf.Scalar {
  const [n, bits] = b.shape;
  const layer = (input: tf.Tensor2D, at: number): tf.Tensor2D =>
    dense(input, all[2 * at] as tf.Tensor2D, all[2 * at + 1] as tf.Tensor1D);
  const sigmoid = (input: tf.Tensor2D): tf.Tensor2D => tf.div(1, tf.add(1, tf.exp(tf.mul(input, -1))));
  const hidden = layer(sigmoid(layer(sigmoid(layer(x, 0)), 1)), 2);
  const squares = (tensor: tf.Tensor): tf.Scalar => tf.sum(tf.square(tensor));
  const dependent = tf.sub(tf.div(tf.matMul(tf.transpose(hidden), hidden), n), tf.eye(bits));
  const weights = [0, 2, 4, 6].map((at) => squares(all[at])).reduce((sum, one) => tf.add(sum, one));
  const terms: tf.Scalar[] = [
    tf.mul(squares(tf.sub(x, layer(b, 3))), 1 / (2 * n)),
    tf.mul(weights, DECAY / 2),
    tf.mul(squares(tf.sub(hidden, b)), EQUAL / (2 * n)),
    tf.mul(squares(dependent), INDEPENDENT / 2),
    tf.mul(squares(tf.sum(hidden, 0)), BALANCED / (2 * n)),
  ];
  return terms.reduce((sum, one) => tf.add<tf.Scalar>(sum, one));
}

/** Bits for a network that stays, one bit of all photos after the other (section 3.2, the step of B). */
export function bestSigns(
  rows: Float32Array,
  c: number,
  hidden: Float32Array,
  given: Float32Array,
  bits: number,
  network: Parameters,
): Float32Array {
  const { weights, bias } = network.layer(3);
  const signs = Float32Array.from(given);
  const n = rows.length / c;
  const between = new Float32Array(bits * bits);
  for (let a = 0; a < bits; a++)
    for (let b = 0; b < bits; b++)
      for (let t = 0; t < c; t++) between[a * bits + b] += weights[a * c + t] * weights[b * c + t];
  for (let i = 0; i < n; i++) {
    const wanted = new Float32Array(bits);
    for (let k = 0; k < bits; k++) {
      let sum = EQUAL * hidden[i * bits + k];
      for (let t = 0; t < c; t++) sum += weights[k * c + t] * (rows[i * c + t] - bias[t]);
      wanted[k] = sum;
    }
    for (let pass = 0; pass < BIT_PASSES; pass++) {
      for (let k = 0; k < bits; k++) {
        let sum = wanted[k];
        for (let j = 0; j < bits; j++) if (j !== k) sum -= between[k * bits + j] * signs[i * bits + j];
        signs[i * bits + k] = sum > 0 ? 1 : -1;
      }
    }
  }
  return signs;
}
