// Exact search over feature vectors, for libraries too small to train on, and the likeness of vectors.
import { TopK } from '../numeric/top-k.ts';
import { normalized } from '../numeric/vectors.ts';
import { seededRandom } from '../numeric/random.ts';
import type { Candidates } from './code-index.ts';
import { selects } from './id-selector.ts';
import { combineExamples, type VectorQuery } from './query.ts';

/** Rows at random that a vector is compared to at most. */
const BACKGROUND = 1000;
const BACKGROUND_SEED = 5;

/** Feature vectors side by side, each of unit length. */
export class FeatureMatrix {
  readonly #d: number;
  #ids: number[] = [];
  #rows = new Float32Array(0);

  /** @param d dimensions */
  constructor(d: number) {
    this.#d = d;
  }

  get size(): number {
    return this.#ids.length;
  }

  /** @param vector float32, (d), of any length; kept at unit length */
  append(id: number, vector: Float32Array): void {
    const at = this.#ids.length * this.#d;
    if (at + this.#d > this.#rows.length) {
      const rows = new Float32Array(Math.max(64 * this.#d, this.#rows.length * 2));
      rows.set(this.#rows);
      this.#rows = rows;
    }
    this.#rows.set(normalized(vector), at);
    this.#ids.push(id);
  }

  remove(id: number): void {
    const at = this.#ids.indexOf(id);
    if (at < 0) return;
    const last = this.#ids.length - 1;
    this.#ids[at] = this.#ids[last];
    this.#rows.copyWithin(at * this.#d, last * this.#d, (last + 1) * this.#d);
    this.#ids.pop();
  }

  /** How alike rows taken at random are to a vector of (d): their inner products. float32, (rows). */
  likenessesAtRandom(vector: Float32Array): Float32Array<ArrayBuffer> {
    const random = seededRandom(BACKGROUND_SEED);
    return Float32Array.from({ length: Math.min(BACKGROUND, this.size) }, () => {
      const at = random.below(this.size) * this.#d;
      let dot = 0;
      for (let t = 0; t < this.#d; t++) dot += vector[t] * this.#rows[at + t];
      return dot;
    });
  }

  /**
   * The k nearest by squared distance of unit vectors, 2 - 2 cos.
   * @param query of vectors of (d); features have no subspaces, so none can be weighted
   */
  search(query: VectorQuery, k: number): { candidates: Candidates; vector: Float32Array } {
    const q = combineExamples(query);
    const best = new TopK(Math.max(1, Math.min(k, this.size)));
    for (let i = 0; i < this.#ids.length; i++) {
      if (selects(query.selector, this.#ids[i])) best.offer(this.#ids[i], squaredDistance(q, this.#rows, i * this.#d));
    }
    return { candidates: best.drain(), vector: q };
  }
}

/** ||a - b||² with b at an offset of a longer array. */
export function squaredDistance(a: Float32Array, b: Float32Array, offset = 0): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i] - b[offset + i];
    sum += difference * difference;
  }
  return sum;
}

/** 2 - 2 q·x: what the squared distance of two unit vectors comes to, and less where x is longer. */
export function innerProductDistance(query: Float32Array, vector: ArrayLike<number>): number {
  let dot = 0;
  for (let i = 0; i < query.length; i++) dot += query[i] * vector[i];
  return 2 - 2 * dot;
}

/**
 * How alike two vectors are: their inner product, 1 - d² / 2, which is the cosine of unit vectors.
 * @param distance squared, or 2 less twice the inner product
 */
export function likeness(distance: number): number {
  return 1 - distance / 2;
}
