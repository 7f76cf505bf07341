// Trains DeepQuan by alternating: the network by gradient, the codebooks by k-means, the codes by
// assignment (the paper's scheme; its schedule here is ours).
import * as tf from '@tensorflow/tfjs-core';
import { seededRandom, type Random } from '../numeric/random.ts';
import { assignCodes, decodeCodes, quantizationError, trainCodebooks, type CodeShape } from './codebooks.ts';
import { normalizeFeatures } from './encoder.ts';
import { manifoldLoss, quantizationLoss, weightedTripletLoss } from './losses.ts';
import { neighbourGraph, type NeighbourGraph } from './neighbours.ts';
import { initialWeights, Network, type NetworkShape } from './network.ts';
import { encoderOf, type NetworkWeights } from './network-weights.ts';
import { allocateComponents, principalComponents } from './principal-components.ts';
import type { DeepQuanModel, EpochLosses } from './model.ts';

export interface TrainerOptions {
  readonly seed: number;
  readonly shape: CodeShape;
  /** Units between features and hidden vector. */
  readonly middle: number;
  readonly epochs: number;
  /** Photos a gradient step. */
  readonly batch: number;
  readonly learningRate: number;
  /** Positives are drawn from this many nearest neighbours. */
  readonly neighbours: number;
  readonly margin: number;
  /** Weight of the quantization error. */
  readonly beta: number;
  /** Weight of the manifold loss. */
  readonly alpha: number;
  /** Share of the epochs before codes exist, in which the decoder sees the hidden vector itself. */
  readonly warmUp: number;
}

export const defaultOptions: TrainerOptions = {
  seed: 1,
  shape: { M: 8, ksub: 256, dsub: 16 },
  middle: 512,
  epochs: 20,
  batch: 128,
  learningRate: 1e-3,
  neighbours: 10,
  margin: 1,
  beta: 1,
  alpha: 0.3,
  warmUp: 0.3,
};

export interface TrainingHooks {
  /** Called after each epoch. */
  readonly onEpoch: (epoch: number, losses: EpochLosses) => void;
  /** Awaited between steps, so that the thread can take messages; throws to cancel. */
  readonly breathe: () => Promise<void>;
}

const PCA_ROWS = 4096;
const CODEBOOK_ROUNDS = 2;
const FINAL_CODEBOOK_ROUNDS = 12;

/**
 * @param features float32, (n, d), finite, as the embedder gave them; n above options.neighbours
 * @param warmStart a model over the same features and shape to go on from
 * @throws RangeError when features are too few or not finite
 */
export async function trainDeepQuan(
  features: Float32Array,
  d: number,
  options: TrainerOptions,
  hooks: TrainingHooks,
  warmStart?: DeepQuanModel,
): Promise<DeepQuanModel> {
  const n = features.length / d;
  if (!Number.isInteger(n) || n <= options.neighbours) {
    throw new RangeError(`Expected more than ${options.neighbours} rows of ${d} features to train on, got ${n}`);
  }
  const mean = warmStart?.encoder.mean ?? meanOf(features, d);
  if (!mean.every(Number.isFinite)) throw new RangeError('Expected finite features to train on');
  const rows = normalizeFeatures(features, mean);
  const graph = await neighbourGraph(rows, n, options.neighbours, hooks.breathe);
  const random = seededRandom(options.seed);
  const hidden = options.shape.M * options.shape.dsub;
  const networkShape = { input: d, middle: options.middle, hidden };
  const network = new Network(networkShape, warmStart?.network ?? (await startingWeights(rows, networkShape, options, random, hooks)));
  const optimizer = tf.train.adam(options.learningRate);
  const history: EpochLosses[] = [];
  try {
    let books = warmStart?.codebooks;
    let quantized: Float32Array | undefined;
    const warmUpEpochs = warmStart ? 0 : Math.round(options.epochs * options.warmUp);
    const steps = options.epochs * Math.ceil(n / options.batch);
    let step = 0;
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      if (epoch >= warmUpEpochs) {
        const z = await hiddenVectors(network, rows, d, hooks);
        books = trainCodebooks(z, options.shape, { iterations: books ? CODEBOOK_ROUNDS : 8, random, initial: books });
        quantized = decodeCodes(assignCodes(z, books), books);
      }
      const sums: EpochLosses = { triplet: 0, quantization: 0, manifold: 0 };
      let batches = 0;
      for (const anchors of batchesOf(n, options.batch, random)) {
        (optimizer as unknown as { learningRate: number }).learningRate = oneCycle(step++ / steps) * options.learningRate;
        const batch = assembleBatch(anchors, rows, d, graph, quantized, hidden, random);
        const losses = await trainStep(network, optimizer, batch, options);
        sums.triplet += losses.triplet;
        sums.quantization += losses.quantization;
        sums.manifold += losses.manifold;
        batches++;
        await hooks.breathe();
      }
      const losses = {
        triplet: sums.triplet / batches,
        quantization: sums.quantization / batches,
        manifold: sums.manifold / batches,
      };
      history.push(losses);
      hooks.onEpoch(epoch + 1, losses);
    }
    const z = await hiddenVectors(network, rows, d, hooks);
    books = trainCodebooks(z, options.shape, { iterations: FINAL_CODEBOOK_ROUNDS, random, initial: books });
    const weights = await network.weights();
    return {
      encoder: encoderOf(mean, weights),
      network: weights,
      codebooks: books,
      trainedOn: n,
      losses: history,
      quantizationError: quantizationError(z, assignCodes(z, books), books),
    };
  } finally {
    network.dispose();
    optimizer.dispose();
  }
}

async function startingWeights(
  rows: Float32Array,
  shape: NetworkShape,
  options: TrainerOptions,
  random: Random,
  hooks: TrainingHooks,
): Promise<NetworkWeights> {
  const { M, dsub } = options.shape;
  const components = await principalComponents(rows.subarray(0, PCA_ROWS * shape.input), shape.input, shape.middle / 2, random, hooks.breathe);
  return initialWeights(shape, components, allocateComponents(components.variances, M, dsub), random);
}

interface Batch {
  readonly features: tf.Tensor2D;
  readonly quantized: tf.Tensor2D | undefined;
  readonly weights: tf.Tensor2D;
  readonly negativeMask: tf.Tensor2D;
}

async function trainStep(network: Network, optimizer: tf.Optimizer, batch: Batch, options: TrainerOptions): Promise<EpochLosses> {
  const parts: tf.Scalar[] = [];
  const cost = optimizer.minimize(
    () => {
      const z = network.encode(batch.features);
      const [anchors, positives] = halves(z);
      const triplet = weightedTripletLoss(anchors, positives, batch.weights, batch.negativeMask, options.margin);
      const quantization = batch.quantized ? quantizationLoss(z, batch.quantized) : tf.scalar(0);
      // Straight through (Bengio, Léonard, Courville 2013): the decoder sees Cb, its gradient reaches z.
      const seen = batch.quantized ? straightThrough(anchors, halves(batch.quantized)[0]) : anchors;
      const manifold = manifoldLoss(halves(batch.features)[0], network.decode(seen));
      parts.push(tf.keep(triplet), tf.keep(quantization), tf.keep(manifold));
      return tf.addN<tf.Scalar>([triplet, tf.mul(quantization, options.beta), tf.mul(manifold, options.alpha)]);
    },
    true,
    network.variables,
  );
  const values = await Promise.all(parts.map(async (part) => (await part.data())[0]));
  tf.dispose([...parts, cost!, batch.features, batch.weights, batch.negativeMask]);
  if (batch.quantized) tf.dispose(batch.quantized);
  if (!values.every(Number.isFinite)) throw new RangeError('Training diverged: a loss is no longer a finite number');
  return { triplet: values[0], quantization: values[1], manifold: values[2] };
}

/** The rows of the anchors, and those of their positives. */
function halves(rows: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  return tf.split(rows, 2) as [tf.Tensor2D, tf.Tensor2D];
}

const straightThrough: (z: tf.Tensor2D, quantized: tf.Tensor2D) => tf.Tensor2D = tf.customGrad(
  (...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => ({
    value: tf.clone(inputs[1] as tf.Tensor2D),
    gradFunc: (dy: tf.Tensor) => [tf.clone(dy), tf.zerosLike(dy)],
  }),
) as never;

function assembleBatch(
  anchors: Int32Array,
  rows: Float32Array,
  d: number,
  graph: NeighbourGraph,
  quantized: Float32Array | undefined,
  hidden: number,
  random: Random,
): Batch {
  const B = anchors.length;
  const members = new Int32Array(2 * B);
  const weights = new Float32Array(B);
  members.set(anchors);
  for (let i = 0; i < B; i++) {
    const at = anchors[i] * graph.k + random.below(graph.k);
    members[B + i] = graph.ids[at];
    weights[i] = graph.affinities[at];
  }
  const mask = new Float32Array(B * B).fill(1);
  for (let i = 0; i < B; i++) {
    const own = new Set(graph.ids.subarray(anchors[i] * graph.k, (anchors[i] + 1) * graph.k)).add(anchors[i]);
    for (let j = 0; j < B; j++) if (own.has(members[B + j])) mask[i * B + j] = 0;
  }
  return {
    features: tf.tensor2d(gather(rows, d, members), [2 * B, d]),
    quantized: quantized && tf.tensor2d(gather(quantized, hidden, members), [2 * B, hidden]),
    weights: tf.tensor2d(weights, [B, 1]),
    negativeMask: tf.tensor2d(mask, [B, B]),
  };
}

function gather(from: Float32Array, width: number, members: Int32Array): Float32Array {
  const out = new Float32Array(members.length * width);
  members.forEach((row, i) => out.set(from.subarray(row * width, (row + 1) * width), i * width));
  return out;
}

/** The photos in a new order, cut into batches; the last, short one is left out unless it is all there is. */
function* batchesOf(n: number, size: number, random: Random): Generator<Int32Array> {
  const order = random.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  const width = Math.min(size, n);
  for (let start = 0; start + width <= n; start += width) yield order.subarray(start, start + width);
}

async function hiddenVectors(network: Network, rows: Float32Array, d: number, hooks: TrainingHooks): Promise<Float32Array<ArrayBuffer>> {
  const n = rows.length / d;
  const { hidden } = network.shape;
  const out = new Float32Array(n * hidden);
  const block = 512;
  for (let start = 0; start < n; start += block) {
    const count = Math.min(block, n - start);
    const z = tf.tidy(() => network.encode(tf.tensor2d(rows.subarray(start * d, (start + count) * d), [count, d])));
    out.set(await z.data<'float32'>(), start * hidden);
    z.dispose();
    await hooks.breathe();
  }
  return out;
}

/** One-cycle learning rate (Smith and Topin 2018), relative to its peak: a short climb, then a cosine down. */
function oneCycle(progress: number): number {
  const climb = 0.1;
  if (progress < climb) return 0.1 + (0.9 * progress) / climb;
  return 0.5 * (1 + Math.cos((Math.PI * (progress - climb)) / (1 - climb))) + 1e-3;
}

function meanOf(features: Float32Array, d: number): Float32Array<ArrayBuffer> {
  const sums = new Float64Array(d);
  for (let i = 0; i < features.length; i++) sums[i % d] += features[i];
  return Float32Array.from(sums, (sum) => sum / (features.length / d));
}
