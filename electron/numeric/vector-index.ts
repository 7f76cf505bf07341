// Exact nearest neighbours over vectors that do not change, where this machine has something faster than a matrix product
// in TensorFlow.js.

export interface VectorIndex {
  /**
   * The k vectors of largest inner product with each query; of equal ones, those that come first.
   * @param queries float32, (q, d), finite
   * @param k at most the number of vectors
   */
  nearest(queries: Float32Array, k: number): Promise<NearestVectors>;
}

export interface NearestVectors {
  /** int32, (q, k): places of vectors, the nearest first. */
  readonly places: Int32Array;
  /** float32, (q, k). */
  readonly products: Float32Array;
}

/** @param vectors float32, (n, d), finite, n at least 1 */
export type MakeVectorIndex = (vectors: Float32Array, d: number) => VectorIndex;
