// The rotation that brings one set of points nearest to another (orthogonal Procrustes; Schönemann 1966).
import { Matrix, SVD } from 'ml-matrix';

/** aᵀ b for rows (n, c) of both. */
export function crossProduct(a: Float32Array, b: Float32Array, c: number): Matrix {
  const sums = new Float64Array(c * c);
  for (let at = 0; at < a.length; at += c) {
    for (let i = 0; i < c; i++) {
      const value = a[at + i];
      for (let j = 0; j < c; j++) sums[i * c + j] += value * b[at + j];
    }
  }
  return Matrix.from1DArray(c, c, Array.from(sums));
}

/** The R with the least ||a R - b||, from aᵀ b. */
export function nearestRotation(cross: Matrix): Matrix {
  const { leftSingularVectors, rightSingularVectors } = new SVD(cross, { autoTranspose: true });
  return leftSingularVectors.mmul(rightSingularVectors.transpose());
}
