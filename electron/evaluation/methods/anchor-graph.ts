// Hashing with graphs (Liu, Wang, Kumar and Chang 2011): eigenvectors of a graph in which photos are joined by the anchors that
// they are near to, cut at zero (one layer; sections 3.2 and 3.3), or again within both halves (two layers; section 3.4).
import * as tf from '@tensorflow/tfjs-core';
import { EigenvalueDecomposition, Matrix, solve } from 'ml-matrix';
import { squaredDistances } from '../../deepquan/training/dense.ts';
import { trainCodebooks } from '../../deepquan/training/kmeans.ts';
import type { MethodContext, MethodName, RetrievalMethod } from '../method.ts';
import { hammingIndex, signBits } from './hamming.ts';

/** As in the paper's experiments (section 4): 300 anchors, by k-means. */
const ANCHORS = 300;
const KMEANS_ROUNDS = 5;
/** Anchors that a photo is near to; to be chosen for each data set (section 4). */
const NEAR = [2, 5, 10];
const ROWS_AT_ONCE = 2048;

export const anchorGraph1 = anchorGraphHashing('agh1', 1);
export const anchorGraph2 = anchorGraphHashing('agh2', 2);

function anchorGraphHashing(name: MethodName, layers: 1 | 2): RetrievalMethod {
  return {
    name,
    source: `Liu, Wang, Kumar, Chang 2011, ${layers === 1 ? 'one layer' : 'two layers'}`,
    variants: (_d, bits) => (bits / layers < ANCHORS ? NEAR.map((s) => `${s} anchors a photo`) : []),
    async fit(training, bits, variant, context) {
      const s = Number.parseInt(variant, 10);
      const { rows, d } = training;
      const count = Math.min(ANCHORS, rows.length / d);
      const { centroids } = await trainCodebooks(
        rows,
        { M: 1, ksub: count, dsub: d },
        { iterations: KMEANS_ROUNDS, random: context.random, breathe: context.breathe },
      );
      const anchors: Anchors = { count, rows: centroids, d };
      const found = nearestOf(await distancesToMany(rows, anchors, context), count, s);
      const width = Math.max(meanOfLast(found), 1e-12);
      const near = sharesOf(found, width);
      const weights = eigenfunctions(near, count, bits / layers);
      const values = valuesOf(near, weights);
      const thresholds = layers === 2 ? secondThresholds(near, count, values, bits / 2) : undefined;
      const encode = (distances: Float32Array): Uint32Array => {
        const first = valuesOf(sharesOf(nearestOf(distances, count, s), width), weights);
        return signBits(thresholds ? withSecondLayer(first, thresholds) : first, bits);
      };
      return {
        index: async (photos) =>
          hammingIndex(encode(await distancesToMany(photos.rows, anchors, context)), bits, (query) =>
            encode(distancesToOne(query, anchors)),
          ),
      };
    },
  };
}

interface Anchors {
  readonly count: number;
  /** float32, (count, d). */
  readonly rows: Float32Array;
  readonly d: number;
}

/** Squared distances, float32, (n, count). */
async function distancesToMany(
  rows: Float32Array,
  { rows: anchors, count, d }: Anchors,
  { breathe }: Pick<MethodContext, 'breathe'>,
): Promise<Float32Array> {
  const n = rows.length / d;
  const out = new Float32Array(n * count);
  for (let start = 0; start < n; start += ROWS_AT_ONCE) {
    const block = rows.subarray(start * d, (start + ROWS_AT_ONCE) * d);
    const distances = tf.tidy(() =>
      squaredDistances(tf.tensor2d(block, [block.length / d, d]), tf.tensor2d(anchors, [count, d])),
    );
    out.set(await distances.data<'float32'>(), start * count);
    distances.dispose();
    await breathe();
  }
  return out;
}

function distancesToOne(query: Float32Array, { rows, count, d }: Anchors): Float32Array {
  return Float32Array.from({ length: count }, (_, k) => {
    let sum = 0;
    for (let t = 0; t < d; t++) sum += (query[t] - rows[k * d + t]) ** 2;
    return sum;
  });
}

/** The s anchors nearest to each photo, the nearest first. */
interface Nearest {
  readonly s: number;
  /** int32, (n, s). */
  readonly places: Int32Array;
  /** Squared, float32, (n, s). */
  readonly distances: Float32Array;
}

function nearestOf(all: Float32Array, count: number, most: number): Nearest {
  const s = Math.min(most, count);
  const n = all.length / count;
  const places = new Int32Array(n * s);
  const distances = new Float32Array(n * s).fill(Infinity);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < count; k++) {
      const distance = all[i * count + k];
      if (distance >= distances[(i + 1) * s - 1]) continue;
      let at = (i + 1) * s - 1;
      for (; at > i * s && distances[at - 1] > distance; at--) {
        distances[at] = distances[at - 1];
        places[at] = places[at - 1];
      }
      distances[at] = distance;
      places[at] = k;
    }
  }
  return { s, places, distances };
}

/** The mean squared distance to the last of the s: the width of the kernel. */
function meanOfLast({ s, distances }: Nearest): number {
  let sum = 0;
  for (let at = s - 1; at < distances.length; at += s) sum += distances[at];
  return sum / (distances.length / s);
}

/** A sparse row of Z (equation 2): anchors, and how much of the photo each has; they add up to 1. */
export interface AnchorShares {
  readonly s: number;
  readonly places: Int32Array;
  /** float64, (n, s). */
  readonly shares: Float64Array;
}

function sharesOf({ s, places, distances }: Nearest, width: number): AnchorShares {
  const shares = new Float64Array(places.length);
  for (let at = 0; at < places.length; at += s) {
    let total = 0;
    // By how much farther each is than the nearest, so that not all are too small to be told from nothing.
    for (let j = 0; j < s; j++) total += shares[at + j] = Math.exp((distances[at] - distances[at + j]) / width);
    for (let j = 0; j < s; j++) shares[at + j] /= total;
  }
  return { s, places, shares };
}

/**
 * W of equation 5: eigenvectors of Λ^-½ ZᵀZ Λ^-½ below the one that is the same for all, so that Z W are those of the graph.
 * @returns (anchors, count)
 */
export function eigenfunctions(near: AnchorShares, anchors: number, count: number): Matrix {
  const { s, places, shares } = near;
  const n = places.length / s;
  const sizes = sizesOf(near, anchors);
  const product = Matrix.zeros(anchors, anchors);
  for (let at = 0; at < places.length; at += s)
    for (let a = at; a < at + s; a++)
      for (let b = at; b < at + s; b++)
        product.set(places[a], places[b], product.get(places[a], places[b]) + shares[a] * shares[b]);
  const root = sizes.map((size) => (size > 0 ? 1 / Math.sqrt(size) : 0));
  for (let i = 0; i < anchors; i++)
    for (let j = 0; j < anchors; j++) product.set(i, j, product.get(i, j) * root[i] * root[j]);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(product, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const weights = Matrix.zeros(anchors, count);
  order.slice(1, count + 1).forEach((from, to) => {
    const scale = Math.sqrt(n / Math.max(realEigenvalues[from], 1e-12));
    for (let i = 0; i < anchors; i++) weights.set(i, to, scale * root[i] * eigenvectorMatrix.get(i, from));
  });
  return weights;
}

/** Λ: how much of all photos each anchor has. */
function sizesOf({ places, shares }: AnchorShares, anchors: number): Float64Array {
  const sizes = new Float64Array(anchors);
  places.forEach((anchor, at) => (sizes[anchor] += shares[at]));
  return sizes;
}

/** Z W. @returns float32, (n, count) */
export function valuesOf({ s, places, shares }: AnchorShares, weights: Matrix): Float32Array {
  const count = weights.columns;
  const out = new Float32Array((places.length / s) * count);
  for (let at = 0; at < places.length; at++) {
    const to = Math.floor(at / s) * count;
    for (let k = 0; k < count; k++) out[to + k] += shares[at] * weights.get(places[at], k);
  }
  return out;
}

export interface SecondThresholds {
  /** Where the photos above 0, and those not above it, are cut again; one of each eigenfunction. */
  readonly above: Float64Array;
  readonly below: Float64Array;
}

/**
 * The cuts of the second layer (section 3.4): the b⁺ and b⁻ for which [y⁺ - b⁺; -y⁻ + b⁻] changes least along the graph while it
 * is balanced, a quadratic problem in two unknowns with one linear constraint.
 */
export function secondThresholds(
  near: AnchorShares,
  anchors: number,
  values: Float32Array,
  count: number,
): SecondThresholds {
  const { s, places, shares } = near;
  const n = places.length / s;
  const sizes = sizesOf(near, anchors);
  const above = new Float64Array(count);
  const below = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    // Of the graph's Laplacian I - Z Λ⁻¹ Zᵀ over u = |y|, and over the two sides, + and -.
    const parts = [new Float64Array(n), new Float64Array(n), new Float64Array(n)];
    for (let i = 0; i < n; i++) {
      const value = values[i * count + k];
      parts[0][i] = Math.abs(value);
      if (value > 0) parts[1][i] = 1;
      else parts[2][i] = -1;
    }
    const gathered = parts.map((part) => {
      const sums = new Float64Array(anchors);
      for (let at = 0; at < places.length; at++) sums[places[at]] += shares[at] * part[Math.floor(at / s)];
      return sums;
    });
    const form = (a: number, b: number): number => {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += parts[a][i] * parts[b][i];
      for (let j = 0; j < anchors; j++) if (sizes[j] > 0) sum -= (gathered[a][j] * gathered[b][j]) / sizes[j];
      return sum;
    };
    const total = (part: number): number => parts[part].reduce((sum, value) => sum + value, 0);
    const system = new Matrix([
      [2 * form(1, 1), 2 * form(1, 2), total(1)],
      [2 * form(1, 2), 2 * form(2, 2), total(2)],
      [total(1), total(2), 0],
    ]);
    const right = Matrix.columnVector([2 * form(1, 0), 2 * form(2, 0), total(0)]);
    const solution = solve(system, right, true);
    above[k] = solution.get(0, 0);
    below[k] = solution.get(1, 0);
  }
  return { above, below };
}

/** @param first float32, (n, count) @returns float32, (n, 2 * count): the first layer, then the second */
function withSecondLayer(first: Float32Array, { above, below }: SecondThresholds): Float32Array {
  const count = above.length;
  const out = new Float32Array(2 * first.length);
  for (let i = 0; i < first.length; i++) {
    const [row, k] = [Math.floor(i / count), i % count];
    out[row * 2 * count + k] = first[i];
    out[row * 2 * count + count + k] = first[i] > 0 ? first[i] - above[k] : below[k] - first[i];
  }
  return out;
}
