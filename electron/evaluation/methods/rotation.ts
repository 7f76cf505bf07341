// The rotation that brings one set of points nearest to another (orthogonal Procrustes; Schönemann 1966).
import * as tf from '@tensorflow/tfjs-core';
import { Matrix, SVD } from 'ml-matrix';

/** aᵀ b for rows (n, c) of both. */
export async function crossProduct(a: Float32Array, b: Float32Array, c: number): Promise<Matrix> {
  const n = a.length / c;
  const product = tf.tidy(() => tf.matMul(tf.transpose(tf.tensor2d(a, [n, c])), tf.tensor2d(b, [n, c])));
  const values = await product.data();
  product.dispose();
  return Matrix.from1DArray(c, c, Array.from(values));
}

/** rows (n, c) times a (c, c) matrix, float32, (n, c). */
export async function multiplyRows(rows: Float32Array, c: number, matrix: Matrix): Promise<Float32Array<ArrayBuffer>> {
  const product = tf.tidy(() =>
    tf.matMul(tf.tensor2d(rows, [rows.length / c, c]), tf.tensor2d(matrix.to1DArray(), [c, c])),
  );
  const values = Float32Array.from(await product.data());
  product.dispose();
  return values;
}

/** The R with the least ||a R - b||, from aᵀ b. */
export function nearestRotation(cross: Matrix): Matrix {
  const { leftSingularVectors, rightSingularVectors } = new SVD(cross, { autoTranspose: true });
  return leftSingularVectors.mmul(rightSingularVectors.transpose());
}
