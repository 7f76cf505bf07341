// What a scan over codes costs in quality: of the results that comparing all hidden vectors finds, how many are
// among the best so many by their codes. How good the hidden vectors are is not asked here.
import * as tf from '@tensorflow/tfjs-core';
import { assignManyCodes } from '../../deepquan/training/kmeans.ts';
import type { Codebooks } from '../../numeric/codebooks.ts';
import { packCodes } from '../../deepquan/model/codebooks.ts';
import type { MakeVectorIndex, VectorIndex } from '../../numeric/vector-index.ts';
import { normalized } from '../../numeric/vectors.ts';
import { lookupTable } from '../../search/code-index.ts';
import { PlainCodeIndex } from '../../search/plain-code-index.ts';

/**
 * @param hidden float32, (n, D): the vectors searched; the first `queries` of them are the queries, too
 * @param k results that are looked for
 * @param depths candidates that are kept of a scan, at least k each
 * @returns for each depth the share of the true k nearest, by inner product and without the query itself, among that
 *   many by codes; in [0, 1]. makeVectorIndex finds the truth where it is there, TensorFlow.js where not
 */
export async function measureRecall(
  hidden: Float32Array,
  queries: number,
  k: number,
  books: Codebooks,
  depths: readonly number[],
  makeVectorIndex?: MakeVectorIndex,
): Promise<number[]> {
  const D = books.M * books.dsub;
  const n = hidden.length / D;
  const most = Math.min(k, n - 1);
  const truth = makeVectorIndex
    ? await nearestByIndex(makeVectorIndex(hidden, D), hidden.subarray(0, queries * D), queries, most)
    : await nearestByProducts(hidden, D, queries, most);
  const scan = new PlainCodeIndex(books.M, books.ksub);
  scan.append(
    Uint32Array.from({ length: n }, (_, i) => i + 1),
    packCodes(await assignManyCodes(hidden, books), books),
  );
  const deepest = Math.max(...depths);
  const found = new Float64Array(depths.length);
  for (let q = 0; q < queries; q++) {
    const query = normalized(hidden.subarray(q * D, (q + 1) * D));
    // One more, because the query finds itself.
    const [nearest] = await scan.search(lookupTable(query, books, 'inner-product'), deepest + 1);
    const { ids } = nearest!;
    const places = new Map([...ids].filter((id) => id !== q + 1).map((id, place) => [id - 1, place]));
    depths.forEach(
      (depth, i) =>
        (found[i]! += truth[q]!.filter((id) => (places.get(id) ?? Infinity) < depth).length / truth[q]!.length),
    );
  }
  return [...found].map((sum) => sum / queries);
}

/** The rows with the largest inner product with each of the first rows, without itself. */
async function nearestByIndex(
  index: VectorIndex,
  asked: Float32Array,
  queries: number,
  k: number,
): Promise<number[][]> {
  const { places } = await index.nearest(asked, k + 1);
  return Array.from({ length: queries }, (_, q) =>
    [...places.subarray(q * (k + 1), (q + 1) * (k + 1))].filter((id) => id !== q).slice(0, k),
  );
}

/** The same by TensorFlow.js. */
async function nearestByProducts(hidden: Float32Array, D: number, queries: number, k: number): Promise<number[][]> {
  const n = hidden.length / D;
  const rows = tf.tensor2d(hidden, [n, D]);
  const columns = tf.tidy(() => tf.transpose(rows));
  try {
    const nearest: number[][] = [];
    for (let q = 0; q < queries; q++) {
      const best = tf.tidy(
        () => tf.topk(tf.reshape(tf.matMul(tf.slice2d(rows, [q, 0], [1, D]), columns), [n]), k + 1).indices,
      );
      nearest.push([...(await best.data())].filter((id) => id !== q).slice(0, k));
      best.dispose();
    }
    return nearest;
  } finally {
    tf.dispose([rows, columns]);
  }
}
