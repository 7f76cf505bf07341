// The scan over codes that are in memory: the interface that every scan stands behind, and the plain one.
import { TopK } from '../numeric/top-k.ts';

export interface Candidates {
  /** Content ids, best first. */
  readonly ids: Float64Array;
  /** Distances by lookup, ascending. */
  readonly distances: Float32Array;
}

export interface CodeScan {
  /** Contents that can be found. */
  readonly size: number;
  /**
   * @param ids uint32, (n); 0 stands for a content that is gone and is passed over
   * @param codes uint8, (n, M)
   */
  append(ids: Uint32Array, codes: Uint8Array): void;
  remove(id: number): void;
  /**
   * The k contents whose codes are nearest by asymmetric distance.
   * @param lookup float32, (M, ksub): what centroid k of piece m adds to the distance
   */
  search(lookup: Float32Array, k: number): Candidates;
}

/** The scan in TypeScript: codes side by side in one array that doubles when it is full. */
export class PlainCodeScan implements CodeScan {
  readonly #M: number;
  readonly #ksub: number;
  #ids = new Uint32Array(1024);
  #codes: Uint8Array;
  #length = 0;
  #gone = 0;

  constructor(M: number, ksub: number) {
    this.#M = M;
    this.#ksub = ksub;
    this.#codes = new Uint8Array(1024 * M);
  }

  get size(): number {
    return this.#length - this.#gone;
  }

  append(ids: Uint32Array, codes: Uint8Array): void {
    if (codes.length !== ids.length * this.#M) {
      throw new RangeError(`Expected ${ids.length * this.#M} bytes of codes for ${ids.length} ids, got ${codes.length}`);
    }
    const needed = this.#length + ids.length;
    if (needed > this.#ids.length) this.#grow(Math.max(needed, this.#ids.length * 2));
    this.#ids.set(ids, this.#length);
    this.#codes.set(codes, this.#length * this.#M);
    this.#length = needed;
    for (const id of ids) if (id === 0) this.#gone++;
  }

  remove(id: number): void {
    const at = this.#ids.subarray(0, this.#length).indexOf(id);
    if (id === 0 || at < 0) return;
    this.#ids[at] = 0;
    this.#gone++;
  }

  search(lookup: Float32Array, k: number): Candidates {
    const M = this.#M;
    const ksub = this.#ksub;
    const ids = this.#ids;
    const codes = this.#codes;
    const best = new TopK(Math.max(1, Math.min(k, this.size)));
    for (let i = 0, at = 0; i < this.#length; i++, at += M) {
      let distance = 0;
      for (let m = 0, table = 0; m < M; m++, table += ksub) distance += lookup[table + codes[at + m]];
      if (distance <= best.threshold && ids[i] !== 0) best.offer(ids[i], distance);
    }
    return best.drain();
  }

  #grow(capacity: number): void {
    const ids = new Uint32Array(capacity);
    ids.set(this.#ids.subarray(0, this.#length));
    this.#ids = ids;
    const codes = new Uint8Array(capacity * this.#M);
    codes.set(this.#codes.subarray(0, this.#length * this.#M));
    this.#codes = codes;
  }
}

/** What a lookup table is made from; the codebooks of any quantizer have this form. */
export interface Centroids {
  readonly M: number;
  readonly ksub: number;
  readonly dsub: number;
  /** float32, (M, ksub, dsub). */
  readonly centroids: Float32Array;
}

/**
 * The lookup table of a query for asymmetric distance computation (Jégou, Douze, Schmid 2011, section III-A).
 * @param query float32, (M * dsub)
 * @param metric 'l2' sums up to squared distances; 'inner-product' to 2 - 2 q·x, which is the same for unit
 *   vectors and puts the longer of two in the same direction first
 * @returns float32, (M, ksub)
 */
export function lookupTable(query: Float32Array, { M, ksub, dsub, centroids }: Centroids, metric: 'l2' | 'inner-product'): Float32Array<ArrayBuffer> {
  const table = new Float32Array(M * ksub);
  for (let m = 0; m < M; m++) {
    for (let k = 0; k < ksub; k++) {
      const from = (m * ksub + k) * dsub;
      let sum = 0;
      if (metric === 'l2') for (let d = 0; d < dsub; d++) sum += (query[m * dsub + d] - centroids[from + d]) ** 2;
      else for (let d = 0; d < dsub; d++) sum += query[m * dsub + d] * centroids[from + d];
      table[m * ksub + k] = metric === 'l2' ? sum : 2 / M - 2 * sum;
    }
  }
  return table;
}
