// Product quantization (Jégou, Douze, Schmid 2011, sections II and III): a hidden vector is cut into M
// pieces, and each piece is replaced by the nearest of ksub centroids of its subspace.
import type { Random } from '../numeric/random.ts';

/** Names as in FAISS. D = M * dsub is the hidden dimension; one code takes M * log2(ksub) bits. */
export interface CodeShape {
  /** Subquantizers. */
  readonly M: number;
  /** Centroids per subquantizer, at most 256. */
  readonly ksub: number;
  /** Dimensions per subquantizer. */
  readonly dsub: number;
}

export interface Codebooks extends CodeShape {
  /** float32, (M, ksub, dsub), row-major, in units of the hidden space. */
  readonly centroids: Float32Array<ArrayBuffer>;
}

export interface KMeansOptions {
  readonly iterations: number;
  readonly random: Random;
  /** Start from these instead of from sampled vectors. */
  readonly initial?: Codebooks | undefined;
}

/**
 * Lloyd's k-means in each subspace.
 * @param vectors float32, (n, M * dsub), n >= 1
 * @throws RangeError when there are no vectors
 */
export function trainCodebooks(vectors: Float32Array, shape: CodeShape, options: KMeansOptions): Codebooks {
  const { M, ksub, dsub } = shape;
  const n = vectors.length / (M * dsub);
  if (!(n >= 1)) throw new RangeError(`Expected at least one vector of ${M * dsub} numbers to train codebooks on`);
  const centroids = new Float32Array(M * ksub * dsub);
  if (options.initial) centroids.set(options.initial.centroids);
  else seedCentroids(centroids, vectors, shape, options.random);

  const books: Codebooks = { M, ksub, dsub, centroids };
  const codes = new Uint8Array(n * M);
  for (let iteration = 0; iteration < options.iterations; iteration++) {
    assignInto(codes, vectors, books);
    updateCentroids(books, vectors, codes, options.random);
  }
  return books;
}

/**
 * The nearest centroid of each piece.
 * @param vectors float32, (n, M * dsub)
 * @returns uint8, (n, M): one centroid index in [0, ksub) a byte
 */
export function assignCodes(vectors: Float32Array, books: Codebooks): Uint8Array<ArrayBuffer> {
  const codes = new Uint8Array((vectors.length / (books.M * books.dsub)) * books.M);
  assignInto(codes, vectors, books);
  return codes;
}

/**
 * Cb, the vector that a code stands for.
 * @param codes uint8, (n, M)
 * @returns float32, (n, M * dsub)
 */
export function decodeCodes(codes: Uint8Array, books: Codebooks): Float32Array<ArrayBuffer> {
  const { M, ksub, dsub, centroids } = books;
  const vectors = new Float32Array(codes.length * dsub);
  for (let i = 0; i < codes.length; i++) {
    const from = ((i % M) * ksub + codes[i]) * dsub;
    vectors.set(centroids.subarray(from, from + dsub), i * dsub);
  }
  return vectors;
}

/** Mean squared distance between vectors (n, D) and what their codes stand for; >= 0. */
export function quantizationError(vectors: Float32Array, codes: Uint8Array, books: Codebooks): number {
  const decoded = decodeCodes(codes, books);
  let sum = 0;
  for (let i = 0; i < vectors.length; i++) sum += (vectors[i] - decoded[i]) ** 2;
  return sum / (vectors.length / (books.M * books.dsub));
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

function assignInto(codes: Uint8Array, vectors: Float32Array, books: Codebooks): void {
  const { M, ksub, dsub, centroids } = books;
  const D = M * dsub;
  const n = vectors.length / D;
  // ||x - c||² = ||x||² - 2 x·c + ||c||²: with ||c||² kept, a centroid costs dsub multiplications.
  const halfNorms = new Float32Array(M * ksub);
  for (let c = 0; c < M * ksub; c++) {
    let sum = 0;
    for (let d = 0; d < dsub; d++) sum += centroids[c * dsub + d] ** 2;
    halfNorms[c] = sum / 2;
  }
  for (let m = 0; m < M; m++) {
    for (let i = 0; i < n; i++) {
      const at = i * D + m * dsub;
      let best = Infinity;
      let bestCentroid = 0;
      for (let k = 0, from = m * ksub * dsub; k < ksub; k++, from += dsub) {
        let dot = 0;
        for (let d = 0; d < dsub; d++) dot += vectors[at + d] * centroids[from + d];
        const score = halfNorms[m * ksub + k] - dot;
        if (score < best) {
          best = score;
          bestCentroid = k;
        }
      }
      codes[i * M + m] = bestCentroid;
    }
  }
}

/** Each centroid becomes the mean of its members; an empty one takes a random vector, so that none is idle. */
function updateCentroids(books: Codebooks, vectors: Float32Array, codes: Uint8Array, random: Random): void {
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
