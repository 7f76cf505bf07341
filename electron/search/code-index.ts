// The scan over codes that are in memory: the interface that every scan stands behind, and what they are asked with.
import type { Codebooks } from '../numeric/codebooks.ts';
import type { IdSelector } from './id-selector.ts';

export interface Candidates {
  /** Of regions, best first; ties by the smaller id. */
  readonly ids: Float64Array;
  /** Distances by lookup, ascending. */
  readonly distances: Float32Array;
}

export interface ScanOptions {
  /** Which ids may be found; all where nothing is said. */
  readonly selector?: IdSelector | undefined;
  /** Cores that one search may take; 1 where nothing is said. */
  readonly threads?: number | undefined;
  /** Ends a search early, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Codes are packed as packCodes does: one byte a subquantizer, or half of one where there are 16 centroids. A search
 * sees what was there when it began, less what was removed since, and may be short of k by as many.
 */
export interface CodeIndex {
  /** What scans: an instruction set, or 'typescript'. */
  readonly level: string;
  /** Contents that can be found. */
  readonly size: number;
  /** Contents that were removed and still take room. */
  readonly removed: number;
  /**
   * @param ids uint32, (n); 0 stands for a content that is gone and is passed over
   * @param codes uint8, (n, code size)
   */
  append(ids: Uint32Array, codes: Uint8Array): void;
  /** Gives contents new codes; those that are not here are appended. */
  overwrite(ids: Uint32Array, codes: Uint8Array): void;
  /** @returns how many were here */
  remove(ids: Uint32Array): number;
  /** The codes, uint8 (code size), of those of some contents that are here. */
  codesOf(ids: readonly number[]): Map<number, Uint8Array>;
  /** Distances of contents to a query, NaN where one is not here. @param lookup float32, (M, ksub) */
  distancesOf(lookup: Float32Array, ids: Uint32Array): Float32Array;
  /**
   * For each query the k contents whose codes are nearest by asymmetric distance.
   * @param tables float32, (queries, M, ksub), finite: what centroid k of piece m adds to the distance
   * @param k at least 1
   */
  search(tables: Float32Array, k: number, options?: ScanOptions): Promise<Candidates[]>;
  /** Gives back the room of what was removed. */
  compact(): Promise<void>;
}

/**
 * The lookup table of a query for asymmetric distance computation (Jégou, Douze, Schmid 2011, section III-A).
 * @param query float32, (M * dsub)
 * @param metric 'l2' sums up to squared distances; 'inner-product' to 2 - 2 q·x, which is the same for unit
 *   vectors and puts the longer of two in the same direction first
 * @returns float32, (M, ksub)
 */
export function lookupTable(
  query: Float32Array,
  { M, ksub, dsub, centroids }: Codebooks,
  metric: 'l2' | 'inner-product',
): Float32Array<ArrayBuffer> {
  const table = new Float32Array(M * ksub);
  for (let m = 0; m < M; m++) {
    const piece = query.subarray(m * dsub, (m + 1) * dsub);
    for (let at = m * ksub; at < (m + 1) * ksub; at += 4)
      if (metric === 'l2') addDistances(piece, centroids, at, table);
      else addProducts(piece, centroids, at, table);
  }
  if (metric === 'inner-product') for (let i = 0; i < table.length; i++) table[i] = 2 / M - 2 * table[i];
  return table;
}

/** Products of a piece with four centroids at once: the sum of one alone waits for each of its additions. */
function addProducts(piece: Float32Array, centroids: Float32Array, at: number, table: Float32Array): void {
  const d = piece.length;
  const first = at * d;
  let a = 0;
  let b = 0;
  let c = 0;
  let e = 0;
  for (let t = 0; t < d; t++) {
    const value = piece[t];
    a += value * centroids[first + t];
    b += value * centroids[first + d + t];
    c += value * centroids[first + 2 * d + t];
    e += value * centroids[first + 3 * d + t];
  }
  table[at] = a;
  table[at + 1] = b;
  table[at + 2] = c;
  table[at + 3] = e;
}

/** Squared distances of a piece to four centroids. */
function addDistances(piece: Float32Array, centroids: Float32Array, at: number, table: Float32Array): void {
  const d = piece.length;
  for (let k = at; k < at + 4; k++) {
    let sum = 0;
    for (let t = 0; t < d; t++) sum += (piece[t] - centroids[k * d + t]) ** 2;
    table[k] = sum;
  }
}

/** Bytes of a packed code. */
export function codeSize({ M, ksub }: Pick<Codebooks, 'M' | 'ksub'>): number {
  return ksub === 16 ? Math.ceil(M / 2) : M;
}
