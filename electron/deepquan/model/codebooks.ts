// Product quantization (Jégou, Douze, Schmid 2011, sections II and III): a hidden vector is cut into M
// pieces, and each piece is replaced by the nearest of ksub centroids of its subspace.

import type { Codebooks, CodeShape } from '../../numeric/codebooks.ts';

/**
 * The nearest centroid of each piece.
 * @param vectors float32, (n, M * dsub)
 * @returns uint8, (n, M): one centroid index in [0, ksub) a byte
 */
export function assignCodes(vectors: Float32Array, books: Codebooks): Uint8Array<ArrayBuffer> {
  const { M, ksub, dsub, centroids } = books;
  const codes = new Uint8Array(vectors.length / dsub);
  const halfNorms = halfSquaredNorms(books);
  for (let i = 0; i < codes.length; i++) {
    const m = i % M;
    const at = i * dsub;
    let best = Infinity;
    for (let k = 0, from = m * ksub * dsub; k < ksub; k++, from += dsub) {
      let dot = 0;
      for (let d = 0; d < dsub; d++) dot += vectors[at + d] * centroids[from + d];
      const score = halfNorms[m * ksub + k] - dot;
      if (score < best) {
        best = score;
        codes[i] = k;
      }
    }
  }
  return codes;
}

/**
 * ||c||² / 2 of each centroid: ||x - c||² = ||x||² - 2 (x·c - ||c||² / 2), so that with these kept a centroid
 * costs dsub multiplications.
 * @returns float32, (M, ksub)
 */
export function halfSquaredNorms({ M, ksub, dsub, centroids }: Codebooks): Float32Array {
  const out = new Float32Array(M * ksub);
  for (let i = 0; i < centroids.length; i++) out[Math.floor(i / dsub)] += centroids[i] ** 2 / 2;
  return out;
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

/**
 * As codes are stored and scanned: a byte each where there are 256 centroids; of 16, two in a byte, the first in
 * its low half.
 * @param codes uint8, (n, M), one centroid index a byte
 * @returns uint8, (n, code size)
 */
export function packCodes(codes: Uint8Array, { M, ksub }: CodeShape): Uint8Array {
  if (ksub !== 16) return codes;
  const size = Math.ceil(M / 2);
  const packed = new Uint8Array((codes.length / M) * size);
  codes.forEach((code, i) => {
    const m = i % M;
    packed[Math.floor(i / M) * size + (m >> 1)] |= code << ((m & 1) * 4);
  });
  return packed;
}

/** The reverse of packCodes. @returns uint8, (n, M) */
export function unpackCodes(packed: Uint8Array, { M, ksub }: CodeShape): Uint8Array {
  if (ksub !== 16) return packed;
  const size = Math.ceil(M / 2);
  return Uint8Array.from({ length: (packed.length / size) * M }, (_, i) => {
    const m = i % M;
    return (packed[Math.floor(i / M) * size + (m >> 1)] >> ((m & 1) * 4)) & 15;
  });
}

/** Mean squared distance between vectors (n, D) and what their codes stand for; >= 0. */
export function quantizationError(vectors: Float32Array, codes: Uint8Array, books: Codebooks): number {
  const decoded = decodeCodes(codes, books);
  let sum = 0;
  for (let i = 0; i < vectors.length; i++) sum += (vectors[i] - decoded[i]) ** 2;
  return sum / (vectors.length / (books.M * books.dsub));
}
