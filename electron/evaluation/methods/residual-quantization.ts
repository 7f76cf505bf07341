// Residual quantization (Chen, Guan and Wang 2010, section 3.1): each codebook is learned by k-means from what the ones before
// it left; codes come from a beam search.
import { assignManyCodes, trainCodebooks } from '../../deepquan/training/kmeans.ts';
import type { MethodContext } from '../method.ts';
import { beamSearch, encodeRows, KSUB, type AdditiveCodebooks } from './additive.ts';
import type { FittedQuantizer } from './quantizers.ts';

const KMEANS_ROUNDS = 25;
/** Sums that the beam search keeps. */
const BEAM = 5;

/** @param rows float32, (n, D) @param M codebooks */
export async function residualQuantizer(
  rows: Float32Array,
  D: number,
  M: number,
  context: MethodContext,
): Promise<FittedQuantizer> {
  const books = await residualCodebooks(rows, D, M, context);
  return {
    books,
    encode: (others) => encodeRows(others, books, beamSearch(M, BEAM), context.breathe),
  };
}

export async function residualCodebooks(
  rows: Float32Array,
  D: number,
  M: number,
  { random, breathe, onProgress }: MethodContext,
): Promise<AdditiveCodebooks> {
  const left = Float32Array.from(rows);
  const centroids = new Float32Array(M * KSUB * D);
  for (let m = 0; m < M; m++) {
    const shape = { M: 1, ksub: KSUB, dsub: D };
    const book = await trainCodebooks(left, shape, { iterations: KMEANS_ROUNDS, random, breathe });
    const codes = await assignManyCodes(left, book);
    for (let i = 0; i < codes.length; i++)
      for (let t = 0; t < D; t++) left[i * D + t] -= book.centroids[codes[i] * D + t];
    centroids.set(book.centroids, m * KSUB * D);
    onProgress((m + 1) / M);
  }
  return { M, D, centroids };
}
