// Local search quantization (Martinez, Clement, Hoos and Little 2016): additive codes by iterated local search, codebooks by
// least squares.
import * as tf from '@tensorflow/tfjs-core';
import { gather } from '../../deepquan/training/batch.ts';
import type { Random } from '../../numeric/random.ts';
import type { MethodContext } from '../method.ts';
import { beamSearch, encodeRows, KSUB, type AdditiveCodebooks } from './additive.ts';
import type { FittedQuantizer } from './quantizers.ts';
import { residualCodebooks } from './residual-quantization.ts';

/** Codebooks and codes in turn. */
const ROUNDS = 25;
/** Local searches from perturbed codes: while codebooks are learned, and for the codes that stay (LSQ-32 in the paper is 8 of 4). */
const SEARCHES = 8;
/** Codes that a perturbation changes, and passes of each local search (section 3.3 of the paper). */
const PERTURBED = 4;
const PASSES = 4;
/** Codebooks are learned from so many vectors at most. */
const LEARNED_FROM = 5000;
/** Of the least squares, as the authors' code has it. */
const RIDGE = 1e-4;
const CONJUGATE_STEPS = 20;

/** @param rows float32, (n, D) @param M codebooks */
export async function localSearchQuantizer(
  rows: Float32Array,
  D: number,
  M: number,
  context: MethodContext,
): Promise<FittedQuantizer> {
  const { random, breathe, onProgress } = context;
  const sample = sampleOf(rows, D, LEARNED_FROM, random);
  let books = await residualCodebooks(sample, D, M, { ...context, onProgress: () => undefined });
  let codes = await encodeRows(sample, books, beamSearch(M, 1), breathe);
  for (let round = 0; round < ROUNDS; round++) {
    books = await leastSquaresCodebooks(sample, codes, books);
    codes = await searchLocally(sample, books, codes, random, breathe);
    onProgress((round + 1) / ROUNDS);
  }
  const last = await leastSquaresCodebooks(sample, codes, books);
  return {
    books: last,
    encode: async (others) =>
      searchLocally(others, last, await encodeRows(others, last, beamSearch(M, 1), breathe), random, breathe),
  };
}

/** Some rows drawn at random, or all where there are no more. */
export function sampleOf(rows: Float32Array, D: number, most: number, random: Random): Float32Array {
  const n = rows.length / D;
  if (n <= most) return rows;
  const order = random.shuffle(Int32Array.from({ length: n }, (_, i) => i)).subarray(0, most);
  return gather(rows, D, order);
}

/** Better codes than those given, never worse ones. */
async function searchLocally(
  rows: Float32Array,
  books: AdditiveCodebooks,
  given: Uint8Array,
  random: Random,
  breathe: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { M } = books;
  const improve = conditionalModes(M);
  const trial = new Uint8Array(M);
  const order = Int32Array.from({ length: M }, (_, m) => m);
  return encodeRows(
    rows,
    books,
    (unary, pairs, codes, row) => {
      codes.set(given.subarray(row * M, (row + 1) * M));
      let best = costOf(unary, pairs, codes);
      for (let search = 0; search < SEARCHES; search++) {
        trial.set(codes);
        random.shuffle(order);
        for (const m of order.subarray(0, Math.min(PERTURBED, M))) trial[m] = random.below(KSUB);
        random.shuffle(order);
        for (let pass = 0; pass < PASSES; pass++) if (!improve(unary, pairs, trial, order)) break;
        const cost = costOf(unary, pairs, trial);
        if (cost < best) {
          best = cost;
          codes.set(trial);
        }
      }
    },
    breathe,
  );
}

/**
 * One pass of iterated conditional modes (Besag 1986): each code in turn becomes the best one beside the others.
 * @returns a function that says whether anything changed
 */
export function conditionalModes(
  M: number,
): (unary: Float32Array, pairs: Float32Array, codes: Uint8Array, order: Int32Array) => boolean {
  const sums = new Float32Array(KSUB);
  return (unary, pairs, codes, order) => {
    let changed = false;
    for (const m of order) {
      sums.set(unary.subarray(m * KSUB, (m + 1) * KSUB));
      for (let j = 0; j < M; j++) {
        if (j === m) continue;
        const from = ((j * M + m) * KSUB + codes[j]) * KSUB;
        for (let k = 0; k < KSUB; k++) sums[k] += pairs[from + k];
      }
      let best = 0;
      for (let k = 1; k < KSUB; k++) if (sums[k] < sums[best]) best = k;
      if (best !== codes[m]) {
        codes[m] = best;
        changed = true;
      }
    }
    return changed;
  };
}

/** Squared distance but for ||x||². */
export function costOf(unary: Float32Array, pairs: Float32Array, codes: Uint8Array): number {
  const M = codes.length;
  let cost = 0;
  for (let m = 0; m < M; m++) {
    cost += unary[m * KSUB + codes[m]];
    for (let j = 0; j < m; j++) cost += pairs[((j * M + m) * KSUB + codes[j]) * KSUB + codes[m]];
  }
  return cost;
}

/**
 * The codebooks for which codes stand nearest to rows: (BᵀB + ridge) C = BᵀX for the indicator matrix B (section 3.2), by
 * conjugate gradients that begin where codebooks were.
 */
async function leastSquaresCodebooks(
  rows: Float32Array,
  codes: Uint8Array,
  { M, D, centroids }: AdditiveCodebooks,
): Promise<AdditiveCodebooks> {
  const words = M * KSUB;
  const n = rows.length / D;
  const together = new Float32Array(words * words);
  const sums = new Float32Array(words * D);
  for (let i = 0; i < n; i++) {
    for (let a = 0; a < M; a++) {
      const word = a * KSUB + codes[i * M + a];
      for (let b = 0; b < M; b++) together[word * words + b * KSUB + codes[i * M + b]]++;
      for (let t = 0; t < D; t++) sums[word * D + t] += rows[i * D + t];
    }
  }
  for (let word = 0; word < words; word++) together[word * words + word] += RIDGE;
  const solution = tf.tidy(() => {
    const matrix = tf.tensor2d(together, [words, words]);
    let x: tf.Tensor2D = tf.tensor2d(centroids, [words, D]);
    let residual: tf.Tensor2D = tf.sub(tf.tensor2d(sums, [words, D]), tf.matMul(matrix, x));
    let direction = residual;
    // Every column is a system of its own, with its own steps.
    let squares = tf.sum(tf.square(residual), 0, true);
    for (let step = 0; step < CONJUGATE_STEPS; step++) {
      const moved: tf.Tensor2D = tf.matMul(matrix, direction);
      const along = tf.div(squares, tf.add(tf.sum(tf.mul(direction, moved), 0, true), 1e-12));
      x = tf.add(x, tf.mul(along, direction));
      residual = tf.sub(residual, tf.mul(along, moved));
      const next = tf.sum(tf.square(residual), 0, true);
      direction = tf.add(residual, tf.mul(tf.div(next, tf.add(squares, 1e-12)), direction));
      squares = next;
    }
    return x;
  });
  const values = Float32Array.from(await solution.data());
  solution.dispose();
  return { M, D, centroids: values };
}
