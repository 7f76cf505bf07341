// Composite quantization (Zhang, Du and Wang 2014), which is also the part without labels of composite correlation quantization
// (Long, Cao, Wang and Yu 2016): additive codes in which the inner products between codebooks add up to the same for every
// photo, so that distances need no length beside the code.
import { trainCodebooks } from '../../deepquan/training/kmeans.ts';
import type { MethodContext, RetrievalMethod } from '../method.ts';
import { additiveIndex, beamSearch, decodeSums, encodeRows, KSUB, type AdditiveCodebooks } from './additive.ts';
import { minimize } from './lbfgs.ts';
import { applyToAll, applyToOne, pca } from './linear.ts';
import { sampleOf } from './local-search.ts';

/** Codes, constant and codebooks in turn. */
const ROUNDS = 10;
/** Passes over the codes, as in the paper (section 3.2). */
const PASSES = 3;
const LBFGS_STEPS = 10;
const LEARNED_FROM = 5000;
const COMPONENTS = 128;

export const compositeQuantization: RetrievalMethod = {
  name: 'cq',
  source: 'Zhang, Du, Wang 2014',
  variants: (d, bits) => (Math.min(d, COMPONENTS) % (bits / 8) === 0 ? ['penalty 0.1', 'penalty 1', 'penalty 10'] : []),
  async fit(training, bits, variant, context) {
    const M = bits / 8;
    const penalty = Number(variant.split(' ')[1]);
    const map = await pca(training, COMPONENTS, context);
    const rows = await applyToAll(training, map, context);
    const sample = sampleOf(rows, map.c, LEARNED_FROM, context.random);
    const { books, constant } = await compositeCodebooks(sample, map.c, M, penalty, context);
    return {
      index: async (photos) => {
        const others = await applyToAll(photos, map, context);
        const start = await encodeRows(others, books, beamSearch(M, 1), context.breathe);
        const codes = await improveCodes(others, books, start, constant, penalty, context);
        return additiveIndex(codes, books, (query) => applyToOne(query, map), {
          ...context,
          by: 'l2 of equal lengths',
        });
      },
    };
  },
};

/** @returns the codebooks, and what inner products between them should add up to */
export async function compositeCodebooks(
  rows: Float32Array,
  D: number,
  M: number,
  penalty: number,
  context: MethodContext,
): Promise<{ books: AdditiveCodebooks; codes: Uint8Array; constant: number }> {
  const { random, breathe, onProgress } = context;
  // Product quantization, where all inner products are zero.
  const shape = { M, ksub: KSUB, dsub: D / M };
  const start = await trainCodebooks(rows, shape, { iterations: 10, random, breathe });
  const centroids = new Float32Array(M * KSUB * D);
  for (let a = 0; a < M * KSUB; a++) {
    const from = a * shape.dsub;
    centroids.set(start.centroids.subarray(from, from + shape.dsub), a * D + Math.floor(a / KSUB) * shape.dsub);
  }
  let books: AdditiveCodebooks = { M, D, centroids };
  let codes = await encodeRows(rows, books, beamSearch(M, 1), breathe);
  let constant = 0;
  for (let round = 0; round < ROUNDS; round++) {
    codes = await improveCodes(rows, books, codes, constant, penalty, context);
    const products = innerProducts(codes, books);
    constant = products.reduce((sum, value) => sum + value, 0) / products.length;
    const objective = (x: Float32Array, gradient: Float32Array): number =>
      compositeObjective(rows, codes, { M, D, centroids: x as Float32Array<ArrayBuffer> }, constant, penalty, gradient);
    books = { M, D, centroids: await minimize(books.centroids, objective, LBFGS_STEPS) };
    onProgress((round + 1) / ROUNDS);
    await breathe();
  }
  return { books, codes, constant };
}

/** Each code in turn the best beside the others, inner products counted (section 3.2, "Update B"). */
async function improveCodes(
  rows: Float32Array,
  books: AdditiveCodebooks,
  given: Uint8Array,
  constant: number,
  penalty: number,
  { breathe }: Pick<MethodContext, 'breathe'>,
): Promise<Uint8Array<ArrayBuffer>> {
  const { M } = books;
  const beside = new Float32Array(KSUB);
  return encodeRows(
    rows,
    books,
    (unary, pairs, codes, row) => {
      codes.set(given.subarray(row * M, (row + 1) * M));
      const pair = (i: number, j: number): number => ((i * M + j) * KSUB + codes[i]) * KSUB;
      for (let pass = 0; pass < PASSES; pass++) {
        for (let m = 0; m < M; m++) {
          // Products among all the others, and of each word with all the others.
          let among = 0;
          for (let i = 0; i < M; i++)
            for (let j = 0; j < i; j++) if (i !== m && j !== m) among += pairs[pair(i, j) + codes[j]];
          beside.fill(among);
          for (let j = 0; j < M; j++) {
            if (j === m) continue;
            const from = pair(j, m);
            for (let k = 0; k < KSUB; k++) beside[k] += pairs[from + k];
          }
          let least = Infinity;
          for (let k = 0; k < KSUB; k++) {
            const cost = unary[m * KSUB + k] + beside[k] + penalty * (beside[k] - constant) ** 2;
            if (cost < least) {
              least = cost;
              codes[m] = k;
            }
          }
        }
      }
    },
    breathe,
  );
}

/** Of each photo, the inner products between the centroids of its code, over all ordered pairs. float32, (n) */
export function innerProducts(codes: Uint8Array, books: AdditiveCodebooks): Float32Array {
  const { M, D, centroids } = books;
  const sums = decodeSums(codes, books);
  return Float32Array.from({ length: codes.length / M }, (_, i) => {
    let product = 0;
    for (let t = 0; t < D; t++) product += sums[i * D + t] ** 2;
    for (let m = 0; m < M; m++) {
      const from = (m * KSUB + codes[i * M + m]) * D;
      for (let t = 0; t < D; t++) product -= centroids[from + t] ** 2;
    }
    return product;
  });
}

/** Error and penalty, a photo (equation 6 of the paper), with their gradient by the centroids. */
export function compositeObjective(
  rows: Float32Array,
  codes: Uint8Array,
  books: AdditiveCodebooks,
  constant: number,
  penalty: number,
  gradient: Float32Array,
): number {
  const { M, D, centroids } = books;
  const n = codes.length / M;
  const sums = decodeSums(codes, books);
  const products = innerProducts(codes, books);
  gradient.fill(0);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const off = products[i] - constant;
    total += penalty * off * off;
    for (let t = 0; t < D; t++) total += (sums[i * D + t] - rows[i * D + t]) ** 2;
    for (let m = 0; m < M; m++) {
      const at = (m * KSUB + codes[i * M + m]) * D;
      for (let t = 0; t < D; t++) {
        const sum = sums[i * D + t];
        gradient[at + t] += (2 * (sum - rows[i * D + t]) + 4 * penalty * off * (sum - centroids[at + t])) / n;
      }
    }
  }
  return total / n;
}
