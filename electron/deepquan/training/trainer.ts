// Trains DeepQuan by alternating: the network by gradient, the codebooks by k-means, the codes by
// assignment (the paper's scheme; its schedule here is ours).
import * as tf from '@tensorflow/tfjs-core';
import { seededRandom, type Random } from '../../numeric/random.ts';
import { normalizeRows } from '../../numeric/vectors.ts';
import { assembleBatch, batchesOf, disposeBatch, type Assignment, type BatchSource } from './batch.ts';
import type { Codebooks } from '../../numeric/codebooks.ts';
import { decodeCodes, quantizationError } from '../model/codebooks.ts';
import type { ConfidenceField } from '../model/confidence.ts';
import { preparationFor, prepareFeatures, suitablePower } from '../model/encoder.ts';
import { assignManyCodes, trainCodebooks } from './kmeans.ts';
import { applyManyConfidences, learnConfidence } from './learn-confidence.ts';
import type { Losses } from '../../contract/models.ts';
import type { DeepQuanModel } from '../model/model.ts';
import { neighbourProjection } from './neighbour-projection.ts';
import { neighbourGraph, type GraphTools, type NeighbourGraph } from './neighbours.ts';
import { linearStart, Network, principalStart, type NetworkShape } from './network.ts';
import type { NetworkWeights } from '../model/network-weights.ts';
import { shape4Bit, neighboursFor, type TrainerOptions } from './options.ts';
import { allocateComponents, principalComponents } from './principal-components.ts';
import { oneCycle } from './schedule.ts';
import { trainingStep } from './training-step.ts';
import { learnFromViews } from './views.ts';

export interface TrainingHooks extends GraphTools {
  /** Called after each epoch. */
  readonly onEpoch: (epoch: number, losses: Losses) => void;
  /** Awaited between steps, so that the thread can take messages; throws to cancel. */
  readonly breathe: () => Promise<void>;
}

const FIRST_CODEBOOK_ROUNDS = 8;
const CODEBOOK_ROUNDS = 2;
const FINAL_CODEBOOK_ROUNDS = 16;
const ENCODE_BLOCK = 512;

/**
 * @param features float32, (n, d), finite, as the embedder gave them; n at least 2, and above options.neighbours
 * @param warmStart a model over the same features, of the same variant and shape, to go on from
 * @param views each like features: the same photos seen otherwise; a model that goes on from another learns nothing from them
 * @throws RangeError when features are too few, or they or views not finite
 */
export async function trainDeepQuan(
  features: Float32Array,
  d: number,
  options: TrainerOptions,
  hooks: TrainingHooks,
  warmStart?: DeepQuanModel,
  views: readonly Float32Array[] = [],
): Promise<DeepQuanModel> {
  const n = features.length / d;
  const neighbours = options.neighbours || neighboursFor(n);
  if (!Number.isInteger(n) || n < 2 || n <= neighbours) {
    throw new RangeError(`Expected more than ${Math.max(1, neighbours)} rows of ${d} features to train on, got ${n}`);
  }
  if (![features, ...views].every((all) => all.every(Number.isFinite)))
    throw new RangeError('Expected finite features to train on');
  const preparation =
    warmStart?.encoder.preparation ??
    preparationFor(features, d, options.variant === 'paper' ? 1 : suitablePower(features));
  const rows = prepareFeatures(features, preparation);
  const random = seededRandom(options.seed);
  // Models of earlier versions have fewer units, and go on with as many.
  const middle = warmStart?.network.encode1.bias.length ?? options.middle;
  const shape: NetworkShape = { input: d, middle, hidden: options.shape.M * options.shape.dsub };
  const network = new Network(
    shape,
    warmStart?.network ??
      (await startingWeights(
        [rows, ...views.map((view) => prepareFeatures(view, preparation))],
        shape,
        neighbours,
        options,
        random,
        hooks,
      )),
  );
  const optimizer = tf.train.adam(options.learningRate);
  try {
    const space = new HiddenSpace(network, rows, d, neighbours, options, random, hooks);
    const graph = options.variant === 'paper' ? await neighbourGraph(rows, n, neighbours, hooks) : await space.graph();
    if (options.epochs > 0) await space.learnLengths(graph);
    const source: BatchSource = { rows, d, graph, manifold: options.manifold };
    const history: Losses[] = [];
    const warmUpEpochs = warmStart ? 0 : Math.round(options.epochs * options.warmUp);
    const steps = options.epochs * Math.ceil(n / options.batch);
    let books = warmStart?.codebooks;
    let assigned: Assignment | undefined;
    let step = 0;
    for (let epoch = 0; epoch < options.epochs; epoch++) {
      if (epoch >= warmUpEpochs) ({ books, assigned } = await space.assign(books));
      const sums: Losses = { ranking: 0, quantization: 0, manifold: 0 };
      let batches = 0;
      for (const anchors of batchesOf(n, options.batch, random)) {
        (optimizer as unknown as { learningRate: number }).learningRate =
          oneCycle(step++ / steps) * options.learningRate;
        const batch = assembleBatch(anchors, source, assigned, random);
        const losses = await trainingStep(network, optimizer, batch, options).finally(() => disposeBatch(batch));
        sums.ranking += losses.ranking;
        sums.quantization += losses.quantization;
        sums.manifold += losses.manifold;
        batches++;
        await hooks.breathe();
      }
      const losses = {
        ranking: sums.ranking / batches,
        quantization: sums.quantization / batches,
        manifold: sums.manifold / batches,
      };
      history.push(losses);
      hooks.onEpoch(epoch + 1, losses);
    }
    const final = await space.finish(books, warmStart?.codebooks4Bit);
    const weights = await network.weights();
    return {
      variant: options.variant,
      encoder: { preparation, layers: [weights.encode1, weights.encode2], confidence: final.confidence },
      network: weights,
      codebooks: final.books,
      codebooks4Bit: final.fastBooks,
      trainedOn: n,
      startedOn: warmStart?.startedOn ?? n,
      losses: history,
      quantizationError: final.error,
    };
  } finally {
    network.dispose();
    optimizer.dispose();
  }
}

/** The hidden vectors of all photos as the network makes them now, and what is learned from them. */
class HiddenSpace {
  readonly #network: Network;
  readonly #rows: Float32Array;
  readonly #d: number;
  readonly #neighbours: number;
  readonly #options: TrainerOptions;
  readonly #random: Random;
  readonly #hooks: TrainingHooks;
  #confidence: ConfidenceField | undefined;

  constructor(
    network: Network,
    rows: Float32Array,
    d: number,
    neighbours: number,
    options: TrainerOptions,
    random: Random,
    hooks: TrainingHooks,
  ) {
    this.#network = network;
    this.#rows = rows;
    this.#d = d;
    this.#neighbours = neighbours;
    this.#options = options;
    this.#random = random;
    this.#hooks = hooks;
  }

  /** Who is near whom in hidden space. */
  async graph(vectors?: Float32Array): Promise<NeighbourGraph> {
    return neighbourGraph(
      vectors ?? (await this.vectors()),
      this.#rows.length / this.#d,
      this.#neighbours,
      this.#hooks,
    );
  }

  /** How sure each photo is, for all epochs: it changes little while they bend the space. */
  async learnLengths(graph: NeighbourGraph): Promise<void> {
    if (this.#options.variant !== 'paper')
      this.#confidence = await learnConfidence(
        await this.vectors(),
        this.#network.shape.hidden,
        graph,
        this.#random,
        this.#hooks.breathe,
      );
  }

  /** Codes for the next epoch. */
  async assign(initial: Codebooks | undefined): Promise<{ books: Codebooks; assigned: Assignment }> {
    const z = await this.vectors();
    if (this.#confidence) await applyManyConfidences(z, this.#confidence);
    const iterations = initial ? CODEBOOK_ROUNDS : FIRST_CODEBOOK_ROUNDS;
    const books = await trainCodebooks(z, this.#options.shape, {
      iterations,
      random: this.#random,
      initial,
      breathe: this.#hooks.breathe,
    });
    return {
      books,
      assigned: {
        quantized: decodeCodes(await assignManyCodes(z, books), books),
        lengths: lengthsOf(z, this.#network.shape.hidden),
      },
    };
  }

  async finish(
    initial: Codebooks | undefined,
    initialFast: Codebooks | undefined,
  ): Promise<{ books: Codebooks; fastBooks: Codebooks; confidence: ConfidenceField | undefined; error: number }> {
    const z = await this.vectors();
    if (this.#options.variant !== 'paper') {
      this.#confidence = await learnConfidence(
        z,
        this.#network.shape.hidden,
        await this.graph(z),
        this.#random,
        this.#hooks.breathe,
      );
      await applyManyConfidences(z, this.#confidence);
    }
    const rounds = { iterations: FINAL_CODEBOOK_ROUNDS, random: this.#random, breathe: this.#hooks.breathe };
    const books = await trainCodebooks(z, this.#options.shape, { ...rounds, initial });
    const fastBooks = await trainCodebooks(z, shape4Bit(this.#options.shape), { ...rounds, initial: initialFast });
    return {
      books,
      fastBooks,
      confidence: this.#confidence,
      error: quantizationError(z, await assignManyCodes(z, books), books),
    };
  }

  async vectors(): Promise<Float32Array<ArrayBuffer>> {
    return hiddenVectors(this.#network, this.#rows, this.#d, this.#hooks);
  }
}

/**
 * @param rows float32, (n, input), prepared
 * @returns z, float32, (n, hidden), unit rows
 */
export async function hiddenVectors(
  network: Network,
  rows: Float32Array,
  d: number,
  hooks: Pick<TrainingHooks, 'breathe'>,
): Promise<Float32Array<ArrayBuffer>> {
  const n = rows.length / d;
  const { hidden } = network.shape;
  const out = new Float32Array(n * hidden);
  for (let start = 0; start < n; start += ENCODE_BLOCK) {
    const count = Math.min(ENCODE_BLOCK, n - start);
    const z = tf.tidy(() => network.encode(tf.tensor2d(rows.subarray(start * d, (start + count) * d), [count, d])));
    out.set(await z.data<'float32'>(), start * hidden);
    z.dispose();
    await hooks.breathe();
  }
  return out;
}

/** @param views float32, (n, input) each, prepared: the photos as they are, then as they were seen otherwise */
async function startingWeights(
  views: readonly Float32Array[],
  shape: NetworkShape,
  neighbours: number,
  options: TrainerOptions,
  random: Random,
  { breathe, makeVectorIndex }: TrainingHooks,
): Promise<NetworkWeights> {
  const { input, hidden, middle } = shape;
  const rows = unitMeanOf(views, input);
  const most = Math.floor(rows.length / input / 2);
  const components = Math.max(1, Math.min(options.components, middle / 2, input, most));
  if (options.variant === 'contrastive') {
    const projection = { components, shape: options.shape, neighbours, random, breathe, makeVectorIndex };
    const start = await neighbourProjection(rows, input, projection);
    if (views.length === 1) return linearStart(shape, start, random);
    const units = middle - 2 * components;
    return linearStart(
      shape,
      start,
      random,
      await learnFromViews(views, start, {
        input,
        hidden,
        units,
        neighbours,
        random,
        breathe,
        makeVectorIndex,
      }),
    );
  }
  const { M, dsub } = options.shape;
  const principal = await principalComponents(rows, input, components, random, breathe);
  return linearStart(shape, principalStart(principal, allocateComponents(principal.variances, M, dsub)), random);
}

/** Of rows (n, d) that say the same in several ways: the mean of each, at unit length. */
function unitMeanOf(all: readonly Float32Array[], d: number): Float32Array {
  if (all.length === 1) return all[0];
  const out = Float32Array.from(all[0]);
  for (const rows of all.slice(1)) for (let i = 0; i < out.length; i++) out[i] += rows[i];
  normalizeRows(out, d);
  return out;
}

/** float32, (n), of rows (n, D). */
function lengthsOf(rows: Float32Array, D: number): Float32Array {
  const out = new Float32Array(rows.length / D);
  for (let i = 0; i < rows.length; i++) out[Math.floor(i / D)] += rows[i] ** 2;
  return out.map(Math.sqrt);
}
