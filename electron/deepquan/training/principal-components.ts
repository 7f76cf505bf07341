// Where the network starts from: the principal directions of the features, dealt out to the subspaces.
import * as tf from '@tensorflow/tfjs-core';
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Random } from '../../numeric/random.ts';

export interface PrincipalComponents {
  /** float32, (count, d), orthonormal rows, largest variance first. */
  readonly directions: Float32Array<ArrayBuffer>;
  /** float32, (count), variance along each, in squared units of the features. */
  readonly variances: Float32Array<ArrayBuffer>;
}

/** Multiplications by the covariance, and how many of them between two orthonormalizations. */
const ROUNDS = 12;
const ROUNDS_A_STEP = 2;
/** Directions beyond those asked for, which let the last of those settle. */
const SPARE = 16;
const ROWS_AT_ONCE = 2048;

/**
 * The leading principal components: subspace iteration on the covariance, with a Rayleigh-Ritz step last
 * (Halko, Martinsson, Tropp 2011, algorithms 4.4 and 5.3).
 * @param rows float32, (n, d), centred
 * @param count at most d
 */
export async function principalComponents(
  rows: Float32Array,
  d: number,
  count: number,
  random: Random,
  breathe: () => Promise<void>,
): Promise<PrincipalComponents> {
  const width = Math.min(d, count + SPARE);
  const covariance = await covarianceOf(rows, d, breathe);
  const basis = Float32Array.from({ length: width * d }, () => random.normal());
  try {
    for (let round = 0; round < ROUNDS; round += ROUNDS_A_STEP) {
      await orthonormalizeFast(basis, d, random);
      const next = tf.tidy(() => {
        let moved: tf.Tensor2D = tf.tensor2d(basis, [width, d]);
        for (let i = 0; i < ROUNDS_A_STEP; i++) moved = tf.matMul(moved, covariance);
        return moved;
      });
      basis.set(await next.data<'float32'>());
      next.dispose();
      await breathe();
    }
    await orthonormalizeFast(basis, d, random);
    return await rayleighRitz(basis, covariance, d, count);
  } finally {
    covariance.dispose();
  }
}

/** rowsᵀ rows / n, (d, d). */
async function covarianceOf(rows: Float32Array, d: number, breathe: () => Promise<void>): Promise<tf.Tensor2D> {
  const n = rows.length / d;
  let sum: tf.Tensor2D = tf.zeros([d, d]);
  for (let start = 0; start < n; start += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, n - start);
    const next = tf.tidy(() => {
      const block = tf.tensor2d(rows.subarray(start * d, (start + count) * d), [count, d]);
      return tf.add<tf.Tensor2D>(sum, tf.div(tf.matMul(tf.transpose(block), block), n));
    });
    // Awaited, so that work does not pile up where the backend runs behind.
    const corner = tf.slice(next, [0, 0], [1, 1]);
    await corner.data();
    corner.dispose();
    sum.dispose();
    sum = next;
    await breathe();
  }
  return sum;
}

/** The best directions within the span of an orthonormal basis (width, d). */
async function rayleighRitz(
  basis: Float32Array,
  covariance: tf.Tensor2D,
  d: number,
  count: number,
): Promise<PrincipalComponents> {
  const width = basis.length / d;
  const small = tf.tidy(() => {
    const rows = tf.tensor2d(basis, [width, d]);
    return tf.matMul(tf.matMul(rows, covariance), tf.transpose(rows));
  });
  const values = await small.data();
  small.dispose();
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(width, width, Array.from(values)),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues
    .map((_, i) => i)
    .sort((a, b) => realEigenvalues[b] - realEigenvalues[a])
    .slice(0, count);
  const turn = Float32Array.from(order.flatMap((from) => eigenvectorMatrix.getColumn(from)));
  const turned = tf.tidy(() => tf.matMul(tf.tensor2d(turn, [count, width]), tf.tensor2d(basis, [width, d])));
  const directions = Float32Array.from(await turned.data());
  turned.dispose();
  return { directions, variances: Float32Array.from(order, (i) => Math.max(0, realEigenvalues[i])) };
}

/**
 * Which component goes to which place of the hidden vector, so that the subspaces share the variance
 * evenly: largest first, each to the subspace whose product of variances is smallest so far
 * (eigenvalue allocation; Ge, He, Ke, Sun 2013, section 3.2.2).
 * @returns int32, (M * dsub): for each hidden place, a component number
 */
export function allocateComponents(variances: Float32Array, M: number, dsub: number): Int32Array {
  const places = new Int32Array(M * dsub);
  const filled = new Int32Array(M);
  const logVariance = new Float64Array(M);
  for (let component = 0; component < M * dsub; component++) {
    let chosen = -1;
    for (let m = 0; m < M; m++) {
      if (filled[m] < dsub && (chosen < 0 || logVariance[m] < logVariance[chosen])) chosen = m;
    }
    places[chosen * dsub + filled[chosen]++] = component;
    // Logarithms relative to a floor, so that every component adds and none has variance below it.
    logVariance[chosen] += Math.log(Math.max(variances[component], 1e-12) / 1e-13);
  }
  return places;
}

/**
 * Orthonormal rows by the Cholesky factor of their products, twice (CholeskyQR2; Yamamoto et al. 2015), which
 * is all matrix products; by Gram-Schmidt where the rows are too close to dependent for that.
 */
async function orthonormalizeFast(rows: Float32Array, d: number, random: Random): Promise<void> {
  const count = rows.length / d;
  toUnitRows(rows, d);
  for (let pass = 0; pass < 2; pass++) {
    const product = tf.tidy(() => {
      const block = tf.tensor2d(rows, [count, d]);
      return tf.matMul(block, tf.transpose(block));
    });
    const gram = Matrix.from1DArray(count, count, Array.from(await product.data()));
    product.dispose();
    const cholesky = new CholeskyDecomposition(gram);
    const lower = cholesky.lowerTriangularMatrix;
    if (!cholesky.isPositiveDefinite() || lower.diagonal().some((value) => !(value > 1e-3))) {
      orthonormalize(rows, d, random);
      return;
    }
    const turned = tf.tidy(() =>
      tf.matMul(tf.tensor2d(inverseOfLower(lower), [count, count]), tf.tensor2d(rows, [count, d])),
    );
    rows.set(await turned.data<'float32'>());
    turned.dispose();
  }
}

/** float32, (n, n), of a lower triangular matrix. */
function inverseOfLower(lower: Matrix): Float32Array {
  const n = lower.rows;
  const flat = Float64Array.from(lower.to1DArray());
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const factor = flat[i * n + k];
      for (let j = 0; j <= k; j++) out[i * n + j] -= factor * out[k * n + j];
    }
    out[i * n + i] = 1;
    for (let j = 0; j <= i; j++) out[i * n + j] /= flat[i * n + i];
  }
  return Float32Array.from(out);
}

function toUnitRows(rows: Float32Array, d: number): void {
  for (let at = 0; at < rows.length; at += d) {
    const scale = 1 / Math.max(length(rows.subarray(at, at + d)), 1e-30);
    for (let t = 0; t < d; t++) rows[at + t] *= scale;
  }
}

/** Modified Gram-Schmidt over rows (count, d), in place; a row that vanishes is drawn anew. */
export function orthonormalize(rows: Float32Array, d: number, random: Random): void {
  const count = rows.length / d;
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * d, (i + 1) * d);
    for (let attempt = 0; ; attempt++) {
      const before = length(row);
      for (let j = 0; j < i; j++) {
        const other = rows.subarray(j * d, (j + 1) * d);
        let dot = 0;
        for (let t = 0; t < d; t++) dot += row[t] * other[t];
        for (let t = 0; t < d; t++) row[t] -= dot * other[t];
      }
      const after = length(row);
      if (after > 1e-4 * before && after > 1e-12) {
        for (let t = 0; t < d; t++) row[t] /= after;
        // A second pass where much was taken off keeps single precision orthogonal.
        if (after > 0.5 * before || attempt > 0) break;
      } else {
        for (let t = 0; t < d; t++) row[t] = random.normal();
      }
    }
  }
}

function length(row: Float32Array): number {
  let sum = 0;
  for (const value of row) sum += value * value;
  return Math.sqrt(sum);
}
