// The native scan: the addon's classes behind the interface of every scan.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { NearestVectors } from '../../numeric/vector-index.ts';
import { codeSize, type Candidates, type CodeIndex, type ScanOptions } from '../../search/code-index.ts';

interface NativeIndex {
  readonly size: number;
  readonly removed: number;
  /** Bytes. */
  readonly memory: number;
  append(ids: Uint32Array, codes: Uint8Array): void;
  overwrite(ids: Uint32Array, codes: Uint8Array): void;
  remove(ids: Uint32Array): number;
  read(ids: Uint32Array): { found: Uint8Array; codes: Uint8Array };
  distances(lookup: Float32Array, ids: Uint32Array): Float32Array;
  /** Null where it was cancelled. */
  search(
    tables: Float32Array,
    k: number,
    selector: Uint32Array | null,
    threads: number,
  ): { promise: Promise<Candidates[] | null>; cancel: () => void };
  compact(): Promise<number>;
  sums(table: Uint8Array): Uint16Array;
}

interface NativeVectorIndex {
  readonly size: number;
  /** Bytes. */
  readonly memory: number;
  /** Null where it was cancelled. */
  nearest(
    queries: Float32Array,
    k: number,
    threads: number,
  ): { promise: Promise<NearestVectors | null>; cancel: () => void };
}

export interface NativeAddon {
  /** Instruction sets that this machine has, the slowest (scalar) first. */
  readonly levels: readonly string[];
  readonly CodeIndex: new (M: number, ksub: number, level: string) => NativeIndex;
  readonly VectorIndex: new (vectors: Float32Array, d: number, level: string) => NativeVectorIndex;
}

/** Where `npm ci` leaves the addon: beside the sources, from which compiled files are one folder farther away. */
export const nativeAddonPath = fileURLToPath(
  new URL(
    `${import.meta.url.endsWith('.ts') ? '../../..' : '../../../..'}/native/build/Release/likeness_scan.node`,
    import.meta.url,
  ),
);

/** The addon, or undefined where it could not be built. */
export function loadNativeAddon(): NativeAddon | undefined {
  return existsSync(nativeAddonPath) ? (createRequire(import.meta.url)(nativeAddonPath) as NativeAddon) : undefined;
}

export class NativeCodeIndex implements CodeIndex {
  readonly level: string;
  readonly index: NativeIndex;
  readonly #codeSize: number;

  /** @param ksub 256 or 16 @throws TypeError where this machine has no such level */
  constructor(addon: NativeAddon, M: number, ksub: number, level: string) {
    this.level = level;
    this.index = new addon.CodeIndex(M, ksub, level);
    this.#codeSize = codeSize({ M, ksub });
  }

  get size(): number {
    return this.index.size;
  }

  get removed(): number {
    return this.index.removed;
  }

  append(ids: Uint32Array, codes: Uint8Array): void {
    this.index.append(ids, codes);
  }

  overwrite(ids: Uint32Array, codes: Uint8Array): void {
    this.index.overwrite(ids, codes);
  }

  remove(ids: Uint32Array): number {
    return this.index.remove(ids);
  }

  codesOf(ids: readonly number[]): Map<number, Uint8Array> {
    const { found, codes } = this.index.read(Uint32Array.from(ids));
    return new Map(
      ids.flatMap((id, i) =>
        found[i] ? [[id, codes.slice(i * this.#codeSize, (i + 1) * this.#codeSize)] as const] : [],
      ),
    );
  }

  distancesOf(lookup: Float32Array, ids: Uint32Array): Float32Array {
    return this.index.distances(lookup, ids);
  }

  async search(
    tables: Float32Array,
    k: number,
    { selector, threads = 1, signal }: ScanOptions = {},
  ): Promise<Candidates[]> {
    signal?.throwIfAborted();
    const { promise, cancel } = this.index.search(tables, k, selector ?? null, threads);
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const found = await promise;
      if (found) return found;
      signal?.throwIfAborted();
      throw new Error('A search was cancelled by nobody');
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async compact(): Promise<void> {
    await this.index.compact();
  }
}
