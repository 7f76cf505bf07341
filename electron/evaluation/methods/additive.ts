// Additive codes: a vector stands for the sum of one centroid of each of M codebooks, all of them as wide as the vector
// (Babenko and Lempitsky 2014, section 2). Product quantization is the case in which codebooks share no dimension.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../numeric/random.ts';
import { assignManyCodes, trainCodebooks } from '../../deepquan/training/kmeans.ts';
import type { SearchIndex } from '../method.ts';

export const KSUB = 256;
const ROWS_AT_ONCE = 2048;

export interface AdditiveCodebooks {
  readonly M: number;
  /** Dimensions of the vectors. */
  readonly D: number;
  /** float32, (M, KSUB, D). */
  readonly centroids: Float32Array<ArrayBuffer>;
}

/**
 * What a vector costs by its codes: the squared distance is ||x||² + unary[m, code m] summed over m
 * + pairs[i, j, code i, code j] summed over i < j.
 */
export interface Costs {
  /** float32, (M, M, KSUB, KSUB): 2 c·c', both ways round. */
  readonly pairs: Float32Array;
  /** float32, (rows, M, KSUB) of some rows: ||c||² - 2 x·c. */
  unary(rows: Float32Array): Promise<Float32Array>;
  dispose(): void;
}

export async function costsOf({ M, D, centroids }: AdditiveCodebooks): Promise<Costs> {
  const words = M * KSUB;
  const all = tf.tensor2d(centroids, [words, D]);
  const turned = tf.transpose(all);
  const product = tf.tidy(() => tf.mul(2, tf.matMul(all, turned)));
  const dots = await product.data<'float32'>();
  tf.dispose([all, product]);
  const pairs = new Float32Array(words * words);
  for (let a = 0; a < words; a++) {
    const i = Math.floor(a / KSUB);
    for (let j = 0; j < M; j++) {
      const to = ((i * M + j) * KSUB + (a % KSUB)) * KSUB;
      pairs.set(dots.subarray(a * words + j * KSUB, a * words + (j + 1) * KSUB), to);
    }
  }
  const norms = tf.tensor2d(
    Float32Array.from({ length: words }, (_, a) => dots[a * words + a] / 2),
    [1, words],
  );
  return {
    pairs,
    unary: async (rows) => {
      const cost = tf.tidy(() => tf.sub(norms, tf.mul(2, tf.matMul(tf.tensor2d(rows, [rows.length / D, D]), turned))));
      const values = await cost.data<'float32'>();
      cost.dispose();
      return values;
    },
    dispose: () => tf.dispose([turned, norms]),
  };
}

/**
 * Encodes rows some at a time.
 * @param encodeRow given the unary costs (M, KSUB) of a row and its number; fills its codes
 * @returns uint8, (n, M)
 */
export async function encodeRows(
  rows: Float32Array,
  books: AdditiveCodebooks,
  encodeRow: (unary: Float32Array, pairs: Float32Array, codes: Uint8Array, row: number) => void,
  breathe: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { M, D } = books;
  const n = rows.length / D;
  const codes = new Uint8Array(n * M);
  const costs = await costsOf(books);
  try {
    for (let start = 0; start < n; start += ROWS_AT_ONCE) {
      const count = Math.min(ROWS_AT_ONCE, n - start);
      const unary = await costs.unary(rows.subarray(start * D, (start + count) * D));
      for (let i = 0; i < count; i++) {
        const row = start + i;
        encodeRow(
          unary.subarray(i * M * KSUB, (i + 1) * M * KSUB),
          costs.pairs,
          codes.subarray(row * M, (row + 1) * M),
          row,
        );
        if (i % 256 === 0) await breathe();
      }
    }
  } finally {
    costs.dispose();
  }
  return codes;
}

/**
 * Codes by beam search: codebook after codebook, the `width` sums that are nearest so far are gone on with
 * (Babenko and Lempitsky 2014, section 2.2; for residual codes, Liu, Lu and Li 2015).
 */
export function beamSearch(
  M: number,
  width: number,
): (unary: Float32Array, pairs: Float32Array, codes: Uint8Array) => void {
  let beams = Array.from({ length: width }, () => ({ cost: 0, codes: new Uint8Array(M) }));
  let next = Array.from({ length: width }, () => ({ cost: 0, codes: new Uint8Array(M) }));
  const sums = new Float32Array(KSUB);
  return (unary, pairs, out) => {
    let alive = 1;
    beams[0].cost = 0;
    for (let m = 0; m < M; m++) {
      let found = 0;
      for (let b = 0; b < alive; b++) {
        const { cost, codes } = beams[b];
        for (let k = 0; k < KSUB; k++) sums[k] = cost + unary[m * KSUB + k];
        for (let j = 0; j < m; j++) {
          const from = ((j * M + m) * KSUB + codes[j]) * KSUB;
          for (let k = 0; k < KSUB; k++) sums[k] += pairs[from + k];
        }
        for (let k = 0; k < KSUB; k++) {
          if (found === width && sums[k] >= next[width - 1].cost) continue;
          let at = found < width ? found++ : width - 1;
          const free = next[at];
          for (; at > 0 && next[at - 1].cost > sums[k]; at--) next[at] = next[at - 1];
          next[at] = free;
          free.cost = sums[k];
          free.codes.set(codes);
          free.codes[m] = k;
        }
      }
      [beams, next] = [next, beams];
      alive = found;
    }
    out.set(beams[0].codes);
  };
}

/** What codes stand for. @returns float32, (n, D) */
export function decodeSums(codes: Uint8Array, { M, D, centroids }: AdditiveCodebooks): Float32Array<ArrayBuffer> {
  const n = codes.length / M;
  const out = new Float32Array(n * D);
  for (let i = 0; i < n; i++) {
    for (let m = 0; m < M; m++) {
      const from = (m * KSUB + codes[i * M + m]) * D;
      for (let t = 0; t < D; t++) out[i * D + t] += centroids[from + t];
    }
  }
  return out;
}

/** Mean squared distance between rows and what their codes stand for. */
export function meanError(rows: Float32Array, codes: Uint8Array, books: AdditiveCodebooks): number {
  const decoded = decodeSums(codes, books);
  let sum = 0;
  for (let i = 0; i < rows.length; i++) sum += (rows[i] - decoded[i]) ** 2;
  return sum / (rows.length / books.D);
}

export interface AdditiveIndexOptions {
  /**
   * 'l2' needs the length of what each code stands for, in a byte of its own; 'l2 of equal lengths' takes it as the same
   * for all; 'inner-product' needs none.
   */
  readonly by: 'l2' | 'l2 of equal lengths' | 'inner-product';
  readonly random: Random;
  readonly breathe: () => Promise<void>;
}

/**
 * Searches by tables, one sum of M numbers a photo.
 * @param encodeQuery to where codebooks are, (D)
 */
export async function additiveIndex(
  codes: Uint8Array,
  books: AdditiveCodebooks,
  encodeQuery: (query: Float32Array) => Float32Array,
  { by, random, breathe }: AdditiveIndexOptions,
): Promise<SearchIndex> {
  const { M } = books;
  const lengths = by === 'l2' ? await lengthsInAByte(decodeSums(codes, books), books.D, random, breathe) : undefined;
  return {
    bytesAPhoto: M + (lengths ? 1 : 0),
    prepare(query) {
      const { table, more } = tableOf(encodeQuery(query), books, by);
      return {
        distancesInto(out) {
          for (let i = 0; i < out.length; i++) {
            let sum = more + (lengths ? lengths.values[lengths.codes[i]] : 0);
            for (let m = 0; m < M; m++) sum += table[m * KSUB + codes[i * M + m]];
            out[i] = Math.max(0, sum);
          }
        },
      };
    },
  };
}

/** What each centroid adds to the distance, (M, KSUB), and what all have in common. */
function tableOf(
  query: Float32Array,
  { M, D, centroids }: AdditiveCodebooks,
  by: AdditiveIndexOptions['by'],
): { table: Float32Array; more: number } {
  const table = new Float32Array(M * KSUB);
  for (let a = 0; a < table.length; a++) {
    let dot = 0;
    for (let t = 0; t < D; t++) dot += query[t] * centroids[a * D + t];
    table[a] = -2 * dot;
  }
  if (by === 'l2') return { table, more: query.reduce((sum, value) => sum + value * value, 0) };
  // Only the order counts: the least of each codebook is brought to 0, so that no sum is below.
  for (let m = 0; m < M; m++) {
    const part = table.subarray(m * KSUB, (m + 1) * KSUB);
    const least = part.reduce((low, value) => Math.min(low, value), Infinity);
    for (let k = 0; k < KSUB; k++) part[k] -= least;
  }
  return { table, more: 0 };
}

/** Squared lengths of rows, each as one of 256 values (as LSQ keeps them; Martinez et al. 2016, section 4). */
async function lengthsInAByte(
  rows: Float32Array,
  D: number,
  random: Random,
  breathe: () => Promise<void>,
): Promise<{ codes: Uint8Array; values: Float32Array }> {
  const squared = new Float32Array(rows.length / D);
  for (let i = 0; i < rows.length; i++) squared[Math.floor(i / D)] += rows[i] ** 2;
  const books = await trainCodebooks(squared, { M: 1, ksub: KSUB, dsub: 1 }, { iterations: 10, random, breathe });
  return { codes: await assignManyCodes(squared, books), values: books.centroids };
}
