// The codebooks of a product quantizer (Jégou, Douze, Schmid 2011, section II-C), with names as in FAISS.

/** D = M * dsub is the dimension of the vectors; one code takes M * log2(ksub) bits. */
export interface CodeShape {
  /** Subquantizers. */
  readonly M: number;
  /** Centroids per subquantizer, at most 256. */
  readonly ksub: number;
  /** Dimensions per subquantizer. */
  readonly dsub: number;
}

export interface Codebooks extends CodeShape {
  /** float32, (M, ksub, dsub), row-major, in units of the vectors. */
  readonly centroids: Float32Array<ArrayBuffer>;
}
