// What views of a photo (cropped, mirrored, in other light) teach: a bend in the linear start, after which any one view
// gives the hidden vector that all views of its photo give together. It is a residual branch of ReLU units beside the
// linear map; it begins at zero, so that nothing is lost where it learns nothing.
// The distance between a view's output and a target that others make is that of Grill et al. 2020 (section 3.1, eq. 2).
// Ours is the target: what the linear start makes of all views, which stays as it is, so that nothing can collapse.
// Telling views of one photo from other photos (contrast) was worse; see docs/experiments/deepquan.md.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../numeric/random.ts';
import { cosine, normalizeRows } from '../../numeric/vectors.ts';
import { batchesOf, gather } from './batch.ts';
import { dense, unitRows } from './dense.ts';
import { neighbourGraph, type GraphTools } from './neighbours.ts';
import { mapLinearly, type LinearStart } from './network.ts';
import { oneCycle } from './schedule.ts';
import { trainable } from './variables.ts';

/** The residual branch, by which units beside the linear map change the hidden vector. */
export interface Bend {
  /** float32, (input, units). */
  readonly inward: Float32Array<ArrayBuffer>;
  /** float32, (units). */
  readonly bias: Float32Array<ArrayBuffer>;
  /** float32, (units, hidden). */
  readonly outward: Float32Array<ArrayBuffer>;
}

export interface BendOptions extends GraphTools {
  readonly input: number;
  readonly hidden: number;
  /** Units of the branch. */
  readonly units: number;
  /** Neighbours that count as alike, 1 at least; targets lean to the first of them. */
  readonly neighbours: number;
  readonly random: Random;
}

/** Photos a gradient step. */
const BATCH = 256;
/** Gradient steps are what counts; a small library is not looked at more often than this, though. */
const STEPS = 1000;
const MOST_EPOCHS = 60;
const LEARNING_RATE = 1e-3;
/** Share of the features that a step does not see, so that no single one is relied on (Srivastava et al. 2014). */
const DROPOUT = 0.2;
/** Share of the neighbours in a target. More would find more of a kind, and fewer of a photo's edited copies. */
const LEAN = 0.2;
/** Share of those that count as alike to which targets lean. */
const NEAREST = 0.2;
/** Of the inputs: rows have unit length, so that each number is small beside what weights move by in a step. */
const GAIN = 10;

/**
 * @param views float32, (n, input) each, prepared, unit rows: the photos as they are first, then as they were seen otherwise
 * @param start the linear map that is bent
 */
export async function learnFromViews(
  views: readonly Float32Array[],
  start: LinearStart,
  { input, hidden, units, neighbours, random, ...tools }: BendOptions,
): Promise<Bend> {
  const { breathe } = tools;
  const n = views[0].length / input;
  const straight: Float32Array[] = [];
  for (const view of views) straight.push(await mapLinearly(view, input, start, breathe));
  const nearby = Math.max(1, Math.round(NEAREST * neighbours));
  const targets = await leanedToNeighbours(meanDirections(straight, hidden), hidden, nearby, tools);
  const normals = (count: number, scale: number): Float32Array =>
    Float32Array.from({ length: count }, () => scale * random.normal());
  const inward = trainable(tf.tensor2d(normals(input * units, 1 / Math.sqrt(3 * input)), [input, units]));
  const bias = trainable(tf.zeros<tf.Rank.R1>([units]));
  const outward = trainable(tf.zeros<tf.Rank.R2>([units, hidden]));
  const none = tf.zeros<tf.Rank.R1>([hidden]);
  const optimizer = tf.train.adam(LEARNING_RATE);
  const epochs = Math.min(MOST_EPOCHS, Math.ceil((STEPS * BATCH) / n));
  const steps = epochs * Math.max(1, Math.floor(n / BATCH));
  try {
    let step = 0;
    for (let epoch = 0; epoch < epochs; epoch++) {
      for (const members of batchesOf(n, BATCH, random)) {
        (optimizer as unknown as { learningRate: number }).learningRate = oneCycle(step++ / steps) * LEARNING_RATE;
        const which = random.below(views.length);
        const B = members.length;
        const seen = tf.tensor2d(withoutSome(gather(views[which], input, members), random), [B, input]);
        const linear = tf.tensor2d(gather(straight[which], hidden, members), [B, hidden]);
        const target = tf.tensor2d(gather(targets, hidden, members), [B, hidden]);
        optimizer.minimize(() => {
          const branch = dense(tf.relu(dense(tf.mul(seen, GAIN), inward, bias)), outward, none);
          const z = unitRows(tf.add(linear, branch));
          return tf.sub<tf.Scalar>(1, tf.div(tf.sum(tf.mul(z, target)), B));
        });
        tf.dispose([seen, linear, target]);
        await breathe();
      }
    }
    return {
      inward: Float32Array.from(await inward.data<'float32'>(), (weight) => GAIN * weight),
      bias: Float32Array.from(await bias.data()),
      outward: Float32Array.from(await outward.data()),
    };
  } finally {
    tf.dispose([inward, bias, outward, none]);
    optimizer.dispose();
  }
}

/** What all views of each photo give together: the mean of their directions. float32, (n, hidden), unit rows. */
function meanDirections(all: readonly Float32Array[], hidden: number): Float32Array {
  const out = new Float32Array(all[0].length);
  for (const rows of all) {
    const directions = Float32Array.from(rows);
    normalizeRows(directions, hidden);
    for (let i = 0; i < out.length; i++) out[i] += directions[i];
  }
  normalizeRows(out, hidden);
  return out;
}

/**
 * Each direction, drawn a little to the mean of its neighbours', weighted by cos³ (weights after Gordo, Radenović and Berg 2020,
 * section 3): what photos around agree on is more certain than what one shows.
 */
async function leanedToNeighbours(
  directions: Float32Array,
  hidden: number,
  k: number,
  tools: GraphTools,
): Promise<Float32Array> {
  const n = directions.length / hidden;
  const { ids } = await neighbourGraph(directions, n, k, tools);
  const out = new Float32Array(directions.length);
  for (let i = 0; i < n; i++) {
    const own = directions.subarray(i * hidden, (i + 1) * hidden);
    const mean = out.subarray(i * hidden, (i + 1) * hidden);
    for (const id of ids.subarray(i * k, (i + 1) * k)) {
      const other = directions.subarray(id * hidden, (id + 1) * hidden);
      const weight = Math.max(0, cosine(own, other)) ** 3;
      for (let t = 0; t < hidden; t++) mean[t] += weight * other[t];
    }
  }
  normalizeRows(out, hidden);
  for (let i = 0; i < out.length; i++) out[i] = (1 - LEAN) * directions[i] + LEAN * out[i];
  normalizeRows(out, hidden);
  return out;
}

/** Leaves out a share of the numbers, in place; what is left is scaled up by as much as is missing. */
export function withoutSome<T extends Float32Array>(rows: T, random: Random): T {
  for (let i = 0; i < rows.length; i++) rows[i] = random.uniform() < DROPOUT ? 0 : rows[i] / (1 - DROPOUT);
  return rows;
}
