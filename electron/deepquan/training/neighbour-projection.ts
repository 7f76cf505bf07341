// Where the encoder starts from: the linear map of the features under which neighbours come to lie together.
// Locality preserving projections (He and Niyogi 2003, section 2.2) on principal components, each direction
// weighted by how much neighbours agree along it, and the neighbour graph built anew once in the space found.
// Gradient descent on a contrastive loss approaches the same space slowly and overfits on the way (see the
// table in docs/experiments/deepquan.md), so its optimum is computed and gradient steps only bend it.
import { normalizeRows } from '../../numeric/vectors.ts';
import * as tf from '@tensorflow/tfjs-core';
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { CodeShape } from '../../numeric/codebooks.ts';
import type { Random } from '../../numeric/random.ts';
import { neighbourGraph, type GraphTools, type NeighbourGraph } from './neighbours.ts';
import { orthonormalize, principalComponents } from './principal-components.ts';

export interface NeighbourProjection {
  /** float32, (components, d), orthonormal rows. */
  readonly directions: Float32Array<ArrayBuffer>;
  /** float32, (components): the rows' mean along each. */
  readonly offset: Float32Array<ArrayBuffer>;
  /** float32, (components, hidden): from centred components to the hidden space; a random rotation last. */
  readonly matrix: Float32Array<ArrayBuffer>;
  /** float32, (hidden, components): the least-squares way back, from unit hidden vectors. */
  readonly inverse: Float32Array<ArrayBuffer>;
}

export interface ProjectionOptions extends GraphTools {
  /** Principal components that are looked at; at most d. */
  readonly components: number;
  /** Of the codes; its M * dsub are the dimensions of the hidden space. */
  readonly shape: CodeShape;
  readonly neighbours: number;
  readonly random: Random;
}

/** Rows multiplied at once. */
const BLOCK = 1024;
/** Times that the graph is built: in the features, then in the space found. */
const ROUNDS = 2;
/** Added to each component's variance before whitening, in units of the mean variance. */
const RIDGE = 0.1;
/** Of the least squares that give the decoder's start, in units of the mean variance of unit rows. */
const LEAST_RIDGE = 1e-4;

/**
 * @param rows float32, (n, d), prepared features, unit length
 * @param d dimensions
 */
export async function neighbourProjection(
  rows: Float32Array,
  d: number,
  options: ProjectionOptions,
): Promise<NeighbourProjection> {
  const { shape, neighbours, random, breathe } = options;
  const hidden = shape.M * shape.dsub;
  const n = rows.length / d;
  const { directions } = await principalComponents(rows, d, Math.min(options.components, d), random, breathe);
  const c = directions.length / d;
  const projected = await project(rows, d, directions, breathe);
  const offset = columnMeans(projected, c);
  for (let i = 0; i < projected.length; i++) projected[i] -= offset[i % c];
  const whitening = whiteningScales(projected, c);
  const white = projected.map((value, i) => value * whitening[i % c]);

  const near = await neighbourGraph(unitRowsOf(projected, c), n, neighbours, options);
  const matrix = Matrix.zeros(c, hidden);
  let column = 0;
  for (const { width, share, sharpness } of viewsOf(shape)) {
    const k = Math.max(1, Math.round(neighbours * share));
    let graph = nearestOnly(near, k);
    let weighted = new Matrix(0, 0);
    for (let round = 0; round < ROUNDS; round++) {
      if (round > 0)
        graph = await neighbourGraph(unitRowsOf(await multiply(white, c, weighted, breathe), width), n, k, options);
      weighted = await weightedDirections(white, c, width, graph, sharpness);
      await breathe();
    }
    const turned = weighted.mmul(randomRotation(width, random));
    for (let i = 0; i < c; i++) for (let j = 0; j < width; j++) turned.set(i, j, turned.get(i, j) * whitening[i]);
    // Each view at a mean squared length of its share of the whole, so that hidden vectors have one of about 1.
    const scale =
      Math.sqrt(width / hidden) / rootMeanSquareLength(await multiply(projected, c, turned, breathe), width);
    for (let i = 0; i < c; i++) for (let j = 0; j < width; j++) matrix.set(i, column + j, turned.get(i, j) * scale);
    column += width;
  }
  const vectors = await multiply(projected, c, matrix, breathe);
  return {
    directions,
    offset,
    matrix: Float32Array.from(matrix.to1DArray()),
    inverse: await leastSquares(unitRowsOf(vectors, hidden), hidden, projected, c),
  };
}

interface View {
  /** Places of the hidden vector. */
  readonly width: number;
  /** Of the neighbours, how many its graph has. */
  readonly share: number;
  /** Exponent on the eigenvalues. */
  readonly sharpness: number;
}

/** Two views, by a wide and by a narrow graph, each with half of the subquantizers: their errors differ, so that together they err less. */
function viewsOf({ M, dsub }: CodeShape): View[] {
  const narrow = Math.floor(M / 2);
  const wide: View = { width: (M - narrow) * dsub, share: 1, sharpness: 1 };
  return narrow === 0 ? [wide] : [wide, { width: narrow * dsub, share: 0.43, sharpness: 0.75 }];
}

function nearestOnly({ ids, affinities, k }: NeighbourGraph, fewer: number): NeighbourGraph {
  const kept = (_: unknown, at: number): boolean => at % k < fewer;
  return { k: fewer, ids: ids.filter(kept), affinities: affinities.filter(kept) };
}

function rootMeanSquareLength(rows: Float32Array, width: number): number {
  let sum = 0;
  for (const value of rows) sum += value * value;
  return Math.sqrt(Math.max(sum / (rows.length / width), 1e-12));
}

/** The B, float32 (a, b), for which X B is nearest to Y; a ridge, as small as will do, keeps it finite. */
async function leastSquares(
  x: Float32Array,
  a: number,
  y: Float32Array,
  b: number,
): Promise<Float32Array<ArrayBuffer>> {
  const n = x.length / a;
  const products = tf.tidy(() => {
    const xT = tf.transpose(tf.tensor2d(x, [n, a]));
    return [tf.matMul(xT, tf.tensor2d(x, [n, a])), tf.matMul(xT, tf.tensor2d(y, [n, b]))] as const;
  });
  const [gram, cross] = await Promise.all(products.map((product) => product.data()));
  tf.dispose([...products]);
  const right = Matrix.from1DArray(a, b, Array.from(cross));
  // Where columns of X say the same, what float32 rounds off can outweigh a small ridge.
  for (let ridge = LEAST_RIDGE; ; ridge *= 10) {
    const left = Matrix.from1DArray(a, a, Array.from(gram)).add(Matrix.eye(a).mul((ridge * n) / a));
    const factor = new CholeskyDecomposition(left);
    if (factor.isPositiveDefinite()) return Float32Array.from(factor.solve(right).to1DArray());
    if (ridge > 1) throw new RangeError('Expected finite rows of at most unit length for the least squares');
  }
}

/**
 * Eigenvectors of Xᵀ S X, X white and S the mean over neighbours in the symmetrised graph, each times its
 * eigenvalue, the correlation of neighbours along it, to a power.
 * @returns (c, width); columns beyond c are zeros
 */
async function weightedDirections(
  white: Float32Array,
  c: number,
  width: number,
  graph: NeighbourGraph,
  sharpness: number,
): Promise<Matrix> {
  const n = white.length / c;
  const smoothed = meanOverNeighbours(white, c, graph);
  const product = tf.tidy(() => tf.matMul(tf.transpose(tf.tensor2d(white, [n, c])), tf.tensor2d(smoothed, [n, c])));
  const covariance = new Matrix(c, c);
  const values = await product.data();
  product.dispose();
  for (let i = 0; i < c; i++)
    for (let j = 0; j < c; j++) covariance.set(i, j, (values[i * c + j] + values[j * c + i]) / (2 * n));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const directions = Matrix.zeros(c, width);
  order.slice(0, width).forEach((from, to) => {
    const weight = Math.max(0, realEigenvalues[from]) ** sharpness;
    for (let i = 0; i < c; i++) directions.set(i, to, eigenvectorMatrix.get(i, from) * weight);
  });
  return directions;
}

/** Each row the mean of those of its neighbours, and of those that it is a neighbour of. float32, (n, c). */
function meanOverNeighbours(rows: Float32Array, c: number, { ids, k }: NeighbourGraph): Float32Array {
  const n = rows.length / c;
  const sums = new Float32Array(rows.length);
  const degrees = new Float32Array(n);
  const add = (to: number, from: number): void => {
    degrees[to]++;
    for (let t = 0; t < c; t++) sums[to * c + t] += rows[from * c + t];
  };
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      add(i, ids[i * k + j]);
      add(ids[i * k + j], i);
    }
  }
  return sums.map((sum, i) => sum / degrees[Math.floor(i / c)]);
}

/** Scales that bring each column to variance 1, but for the ridge; 0 where nothing varies at all. */
function whiteningScales(rows: Float32Array, c: number): Float32Array {
  const variances = new Float64Array(c);
  for (let i = 0; i < rows.length; i++) variances[i % c] += rows[i] ** 2 / (rows.length / c);
  const mean = variances.reduce((sum, variance) => sum + variance, 0) / c;
  return Float32Array.from(variances, (variance) => (mean > 1e-12 ? 1 / Math.sqrt(variance + RIDGE * mean) : 0));
}

/** rows (n, d) times directionsᵀ (c, d). @returns float32, (n, c) */
export async function project(
  rows: Float32Array,
  d: number,
  directions: Float32Array,
  breathe: () => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> {
  const c = directions.length / d;
  const basis = tf.tidy(() => tf.transpose(tf.tensor2d(directions, [c, d])));
  try {
    return await inBlocks(rows, d, c, (block) => tf.matMul(block, basis), breathe);
  } finally {
    basis.dispose();
  }
}

const multiply = (
  rows: Float32Array,
  c: number,
  matrix: Matrix,
  breathe: () => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> => multiplyBy(rows, c, Float32Array.from(matrix.to1DArray()), breathe);

/** rows (n, c) times a factor (c, columns). @returns float32, (n, columns) */
export async function multiplyBy(
  rows: Float32Array,
  c: number,
  values: Float32Array,
  breathe: () => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> {
  const columns = values.length / c;
  const factor = tf.tensor2d(values, [c, columns]);
  try {
    return await inBlocks(rows, c, columns, (block) => tf.matMul(block, factor), breathe);
  } finally {
    factor.dispose();
  }
}

async function inBlocks(
  rows: Float32Array,
  from: number,
  to: number,
  work: (block: tf.Tensor2D) => tf.Tensor,
  breathe: () => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> {
  const n = rows.length / from;
  const out = new Float32Array(n * to);
  for (let start = 0; start < n; start += BLOCK) {
    const count = Math.min(BLOCK, n - start);
    const result = tf.tidy(() => work(tf.tensor2d(rows.subarray(start * from, (start + count) * from), [count, from])));
    out.set(await result.data<'float32'>(), start * to);
    result.dispose();
    await breathe();
  }
  return out;
}

function columnMeans(rows: Float32Array, c: number): Float32Array<ArrayBuffer> {
  const sums = new Float64Array(c);
  for (let i = 0; i < rows.length; i++) sums[i % c] += rows[i];
  return Float32Array.from(sums, (sum) => sum / (rows.length / c));
}

function unitRowsOf(rows: Float32Array, c: number): Float32Array {
  const out = Float32Array.from(rows);
  normalizeRows(out, c);
  return out;
}

/** A rotation at random, so that every subquantizer gets a like share of what matters (Jégou et al. 2010). */
function randomRotation(size: number, random: Random): Matrix {
  const rows = Float32Array.from({ length: size * size }, () => random.normal());
  orthonormalize(rows, size, random);
  return Matrix.from1DArray(size, size, Array.from(rows));
}
