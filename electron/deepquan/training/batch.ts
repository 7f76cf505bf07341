// What one gradient step sees: anchors, a neighbour of each as its positive, and the rest as negatives.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../numeric/random.ts';
import type { NeighbourGraph } from './neighbours.ts';
import type { ManifoldTarget } from './options.ts';

export interface Batch {
  /** float32, (2 B, d): the anchors' prepared features, then the positives'. */
  readonly features: tf.Tensor2D;
  /** float32, (2 B, D): what their hidden vectors were quantized to; absent before codes exist. */
  readonly quantized: tf.Tensor2D | undefined;
  /** float32, (2 B, 1): lengths that hidden vectors are scaled to. */
  readonly lengths: tf.Tensor2D;
  /** float32, (B, 1): affinity of anchor and positive, in (0, 1]. */
  readonly affinities: tf.Tensor2D;
  /** float32, (B, B): 1 where positive j may serve as a negative of anchor i, else 0; the diagonal is 0. */
  readonly negatives: tf.Tensor2D;
  /** float32, (B, d): what the decoder is to find again of each anchor. */
  readonly target: tf.Tensor2D;
}

export interface BatchSource {
  /** float32, (n, d), prepared. */
  readonly rows: Float32Array;
  readonly d: number;
  readonly graph: NeighbourGraph;
  readonly manifold: ManifoldTarget;
}

/** What the last assignment of codes left; both one row a photo. */
export interface Assignment {
  /** float32, (n, D). */
  readonly quantized: Float32Array;
  /** float32, (n). */
  readonly lengths: Float32Array;
}

export function assembleBatch(
  anchors: Int32Array,
  { rows, d, graph, manifold }: BatchSource,
  assigned: Assignment | undefined,
  random: Random,
): Batch {
  const B = anchors.length;
  const members = new Int32Array(2 * B);
  const affinities = new Float32Array(B);
  members.set(anchors);
  for (let i = 0; i < B; i++) {
    const at = anchors[i] * graph.k + random.below(graph.k);
    members[B + i] = graph.ids[at];
    affinities[i] = graph.affinities[at];
  }
  const negatives = new Float32Array(B * B).fill(1);
  for (let i = 0; i < B; i++) {
    const own = new Set(graph.ids.subarray(anchors[i] * graph.k, (anchors[i] + 1) * graph.k)).add(anchors[i]);
    for (let j = 0; j < B; j++) if (own.has(members[B + j])) negatives[i * B + j] = 0;
  }
  const n = rows.length / d;
  const features = gather(rows, d, members);
  return {
    features: tf.tensor2d(features, [2 * B, d]),
    quantized:
      assigned &&
      tf.tensor2d(gather(assigned.quantized, assigned.quantized.length / n, members), [
        2 * B,
        assigned.quantized.length / n,
      ]),
    lengths: tf.tensor2d(assigned ? gather(assigned.lengths, 1, members) : new Float32Array(2 * B).fill(1), [2 * B, 1]),
    affinities: tf.tensor2d(affinities, [B, 1]),
    negatives: tf.tensor2d(negatives, [B, B]),
    target: tf.tensor2d(manifold === 'self' ? features.subarray(0, B * d) : neighbourMeans(anchors, rows, d, graph), [
      B,
      d,
    ]),
  };
}

export function disposeBatch(batch: Batch): void {
  for (const tensor of Object.values(batch) as (tf.Tensor | undefined)[]) tensor?.dispose();
}

/** The photos in a new order, cut into batches; the last, short one is left out unless it is all there is. */
export function* batchesOf(n: number, size: number, random: Random): Generator<Int32Array> {
  const order = random.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  const width = Math.min(size, n);
  for (let start = 0; start + width <= n; start += width) yield order.subarray(start, start + width);
}

/**
 * Means of the neighbours' rows, weighted by affinity. Finding the mean again has the same gradient as finding
 * every neighbour again, each with its weight (generalised autoencoder; Wang, Huang, Wang, Wang 2014, eq. 1).
 */
function neighbourMeans(
  anchors: Int32Array,
  rows: Float32Array,
  d: number,
  { ids, affinities, k }: NeighbourGraph,
): Float32Array {
  const out = new Float32Array(anchors.length * d);
  anchors.forEach((anchor, i) => {
    let total = 0;
    for (let j = 0; j < k; j++) {
      const weight = affinities[anchor * k + j];
      const from = ids[anchor * k + j] * d;
      total += weight;
      for (let t = 0; t < d; t++) out[i * d + t] += weight * rows[from + t];
    }
    for (let t = 0; t < d; t++) out[i * d + t] /= total;
  });
  return out;
}

/** Some rows of (n, width), in the order asked for. */
export function gather(from: Float32Array, width: number, members: Int32Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(members.length * width);
  members.forEach((row, i) => out.set(from.subarray(row * width, (row + 1) * width), i * width));
  return out;
}
