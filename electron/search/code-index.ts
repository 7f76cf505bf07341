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

/** Bytes of a packed code. */
export function codeSize({ M, ksub }: Pick<Codebooks, 'M' | 'ksub'>): number {
  return ksub === 16 ? Math.ceil(M / 2) : M;
}
