// K-means hashing (He, Wen, Sun 2013): k-means whose words lie so that the Hamming distance of their indices
// stands for their distance. Product form (section 3.4) of 8-bit words.
import type { Codebooks } from '../../numeric/codebooks.ts';
import { assignCodes } from '../../deepquan/model/codebooks.ts';
import { assignManyCodes } from '../../deepquan/training/kmeans.ts';
import { allocateComponents } from '../../deepquan/training/principal-components.ts';
import type { RetrievalMethod } from '../method.ts';
import { hammingIndex, popCount } from './hamming.ts';
import { applyToAll, applyToOne, combine, pca, type LinearMap } from './linear.ts';
import { Matrix } from 'ml-matrix';

const WORD_BITS = 8;
const WORDS = 2 ** WORD_BITS;
/** Dimensions of a subspace: as many as a word has bits, and as many again. */
const DSUB = 2 * WORD_BITS;
const ROUNDS = 30;
/** Weight of the affinity error (section 3.2). */
const LAMBDA = 10;
/** Gradient steps a round on the words, and their length relative to a word's own weight. */
const STEPS = 5;
const STEP = 0.25;

export const kmeansHashing: RetrievalMethod = {
  name: 'kmh',
  source: 'He, Wen, Sun 2013',
  variants: (d, bits) => (d >= (bits / WORD_BITS) * DSUB ? [''] : []),
  async fit(training, bits, _variant, context) {
    const M = bits / WORD_BITS;
    const components = await pca(training, M * DSUB, context);
    if (components.c < M * DSUB)
      throw new RangeError(`K-means hashing to ${bits} bits needs ${M * DSUB} dimensions, got ${components.c}`);
    const places = allocateComponents(components.variances, M, DSUB);
    const deal = Matrix.zeros(components.c, components.c);
    places.forEach((component, place) => deal.set(place, component, 1));
    const map: LinearMap = { c: components.c, directions: combine(deal, components.directions) };
    const rows = await applyToAll(training, map, context);
    const centroids = new Float32Array(M * WORDS * DSUB);
    for (let m = 0; m < M; m++) {
      centroids.set(await learnWords(piece(rows, M, m), context.breathe), m * WORDS * DSUB);
      context.onProgress((m + 1) / M);
    }
    const books: Codebooks = { M, ksub: WORDS, dsub: DSUB, centroids };
    return {
      index: async (photos) =>
        hammingIndex(pack(await assignManyCodes(await applyToAll(photos, map, context), books), M), bits, (query) =>
          pack(assignCodes(applyToOne(query, map), books), M),
        ),
    };
  },
};

/**
 * Words for one subspace, their indices meant for Hamming distance.
 * @param points float32, (n, DSUB), the components of most variance first
 * @returns float32, (WORDS, DSUB)
 */
export async function learnWords(
  points: Float32Array,
  breathe: () => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> {
  const n = points.length / DSUB;
  // Started from PCA hashing (section 3.3): a word is the mean of the points whose first signs are its bits.
  let members: Uint8Array = Uint8Array.from({ length: n }, (_, i) => {
    let word = 0;
    for (let b = 0; b < WORD_BITS; b++) if (points[i * DSUB + b] > 0) word |= 1 << b;
    return word;
  });
  const spread = new Float64Array(DSUB);
  points.forEach((value, i) => (spread[i % DSUB] += Math.abs(value) / n));
  const words = new Float32Array(WORDS * DSUB);
  for (let word = 0; word < WORDS; word++)
    for (let b = 0; b < WORD_BITS; b++) words[word * DSUB + b] = (word >> b) & 1 ? spread[b] : -spread[b];
  for (let round = 0; round < ROUNDS; round++) {
    const { means, counts } = meansOf(points, members);
    if (round === 0) means.forEach((value, i) => counts[Math.floor(i / DSUB)] > 0 && (words[i] = value));
    for (let step = 0; step < STEPS; step++) moveWords(words, means, counts, n);
    members = await assignManyCodes(points, { M: 1, ksub: WORDS, dsub: DSUB, centroids: words });
    await breathe();
  }
  return words;
}

/** One descent on Σ n_i/n ||c_i - mean_i||² + λ Σ w_ij (d(c_i, c_j) - s √h_ij)², w_ij = n_i n_j / n² (equations 3 to 7). */
function moveWords(words: Float32Array, means: Float32Array, counts: Float64Array, n: number): void {
  const distances = new Float64Array(WORDS * WORDS);
  let [above, below] = [0, 0];
  for (let i = 0; i < WORDS; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0;
      for (let t = 0; t < DSUB; t++) sum += (words[i * DSUB + t] - words[j * DSUB + t]) ** 2;
      const distance = Math.sqrt(sum);
      distances[i * WORDS + j] = distances[j * WORDS + i] = distance;
      const [weight, root] = [counts[i] * counts[j], Math.sqrt(popCount(i ^ j))];
      above += weight * distance * root;
      below += weight * root * root;
    }
  }
  const scale = above / Math.max(below, 1e-12);
  const before = Float32Array.from(words);
  for (let i = 0; i < WORDS; i++) {
    const share = counts[i] / n;
    if (share === 0) continue;
    const gradient = new Float64Array(DSUB);
    let weightSum = 0;
    for (let j = 0; j < WORDS; j++) {
      if (j === i || counts[j] === 0) continue;
      const weight = (2 * LAMBDA * share * counts[j]) / n;
      const distance = Math.max(distances[i * WORDS + j], 1e-9);
      const pull = (weight * (distance - scale * Math.sqrt(popCount(i ^ j)))) / distance;
      weightSum += weight;
      for (let t = 0; t < DSUB; t++) gradient[t] += pull * (before[i * DSUB + t] - before[j * DSUB + t]);
    }
    for (let t = 0; t < DSUB; t++) {
      const total = share * (before[i * DSUB + t] - means[i * DSUB + t]) + gradient[t];
      words[i * DSUB + t] = before[i * DSUB + t] - (STEP * total) / (share + weightSum);
    }
  }
}

function meansOf(points: Float32Array, members: Uint8Array): { means: Float32Array; counts: Float64Array } {
  const means = new Float32Array(WORDS * DSUB);
  const counts = new Float64Array(WORDS);
  members.forEach((word, i) => {
    counts[word]++;
    for (let t = 0; t < DSUB; t++) means[word * DSUB + t] += points[i * DSUB + t];
  });
  return { means: means.map((sum, i) => sum / Math.max(1, counts[Math.floor(i / DSUB)])), counts };
}

/** Piece m of each row (n, M * DSUB). float32, (n, DSUB). */
function piece(rows: Float32Array, M: number, m: number): Float32Array {
  const n = rows.length / (M * DSUB);
  const out = new Float32Array(n * DSUB);
  for (let i = 0; i < n; i++) out.set(rows.subarray((i * M + m) * DSUB, (i * M + m + 1) * DSUB), i * DSUB);
  return out;
}

/** Word numbers (n, M), 8 bits each, side by side in uint32 (n, M / 4 rounded up). */
function pack(codes: Uint8Array, M: number): Uint32Array {
  const width = Math.ceil(M / 4);
  const out = new Uint32Array((codes.length / M) * width);
  codes.forEach((word, i) => (out[Math.floor(i / M) * width + ((i % M) >>> 2)] |= word << (8 * ((i % M) & 3))));
  return out;
}
