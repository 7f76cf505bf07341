// Codebooks by k-means, and codes of many vectors at once, on TensorFlow.js.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../numeric/random.ts';
import type { Codebooks, CodeShape } from '../../numeric/codebooks.ts';
import { halfSquaredNorms } from '../model/codebooks.ts';

export interface KMeansOptions {
  readonly iterations: number;
  readonly random: Random;
  /** Start from these instead of from sampled vectors. */
  readonly initial?: Codebooks | undefined;
  readonly breathe: () => Promise<void>;
}

/**
 * Lloyd's k-means in each subspace.
 * @param vectors float32, (n, M * dsub), n >= 1
 * @param shape where no codes are made of them, there may be up to 65,536 centroids
 * @throws RangeError when there are no vectors
 */
export async function trainCodebooks(
  vectors: Float32Array,
  shape: CodeShape,
  options: KMeansOptions,
): Promise<Codebooks> {
  const { M, ksub, dsub } = shape;
  const n = vectors.length / (M * dsub);
  if (!(n >= 1)) throw new RangeError(`Expected at least one vector of ${M * dsub} numbers to train codebooks on`);
  const centroids = new Float32Array(M * ksub * dsub);
  if (options.initial) centroids.set(options.initial.centroids);
  else seedCentroids(centroids, vectors, shape, options.random);
  const books: Codebooks = { M, ksub, dsub, centroids };
  const pieces = cut(vectors, shape);
  try {
    for (let iteration = 0; iteration < options.iterations; iteration++) {
      updateCentroids(books, vectors, await nearest(pieces, n, books), options.random);
      await options.breathe();
    }
  } finally {
    tf.dispose(pieces);
  }
  return books;
}

/** assignCodes for many vectors. @param vectors float32, (n, M * dsub) */
export async function assignManyCodes(vectors: Float32Array, books: Codebooks): Promise<Uint8Array<ArrayBuffer>> {
  const pieces = cut(vectors, books);
  try {
    return Uint8Array.from(await nearest(pieces, vectors.length / (books.M * books.dsub), books));
  } finally {
    tf.dispose(pieces);
  }
}

/** The vectors cut into M tensors of (n, dsub). */
function cut(vectors: Float32Array, { M, dsub }: CodeShape): tf.Tensor2D[] {
  return tf.tidy(() => tf.split<tf.Tensor2D>(tf.tensor2d(vectors, [vectors.length / (M * dsub), M * dsub]), M, 1));
}

/** The nearest centroid of each piece: uint16, (n, M). */
async function nearest(pieces: readonly tf.Tensor2D[], n: number, books: Codebooks): Promise<Uint16Array> {
  const { M, ksub, dsub, centroids } = books;
  const halfNorms = halfSquaredNorms(books);
  const codes = new Uint16Array(n * M);
  for (let m = 0; m < M; m++) {
    const best = tf.tidy(() => {
      const points = tf.transpose(
        tf.tensor2d(centroids.subarray(m * ksub * dsub, (m + 1) * ksub * dsub), [ksub, dsub]),
      );
      return tf.argMax(
        tf.sub(tf.matMul(pieces[m], points), tf.tensor2d(halfNorms.subarray(m * ksub, (m + 1) * ksub), [1, ksub])),
        1,
      );
    });
    const values = await best.data();
    best.dispose();
    for (let i = 0; i < n; i++) codes[i * M + m] = values[i];
  }
  return codes;
}

function seedCentroids(centroids: Float32Array, vectors: Float32Array, shape: CodeShape, random: Random): void {
  const { M, ksub, dsub } = shape;
  const D = M * dsub;
  const n = vectors.length / D;
  const order = random.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  for (let m = 0; m < M; m++) {
    for (let k = 0; k < ksub; k++) {
      const from = order[k % n] * D + m * dsub;
      centroids.set(vectors.subarray(from, from + dsub), (m * ksub + k) * dsub);
    }
  }
}

/** Each centroid becomes the mean of its members; an empty one takes a random vector, so that none is idle. */
function updateCentroids(books: Codebooks, vectors: Float32Array, codes: Uint16Array, random: Random): void {
  const { M, ksub, dsub, centroids } = books;
  const D = M * dsub;
  const n = vectors.length / D;
  const counts = new Int32Array(M * ksub);
  const sums = new Float64Array(centroids.length);
  for (let i = 0; i < n; i++) {
    for (let m = 0; m < M; m++) {
      const c = m * ksub + codes[i * M + m];
      counts[c]++;
      for (let d = 0; d < dsub; d++) sums[c * dsub + d] += vectors[i * D + m * dsub + d];
    }
  }
  for (let c = 0; c < M * ksub; c++) {
    if (counts[c] > 0) {
      for (let d = 0; d < dsub; d++) centroids[c * dsub + d] = sums[c * dsub + d] / counts[c];
    } else {
      const from = random.below(n) * D + Math.floor(c / ksub) * dsub;
      centroids.set(vectors.subarray(from, from + dsub), c * dsub);
    }
  }
}
