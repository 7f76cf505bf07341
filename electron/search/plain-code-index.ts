// The scan in TypeScript, for where there is no native one: codes side by side in one array that doubles when it is full.
import { TopK } from '../numeric/top-k.ts';
import { selects, type IdSelector } from './id-selector.ts';
import { codeSize, type Candidates, type CodeIndex, type ScanOptions } from './code-index.ts';

/** Codes scanned before others get their turn on the thread: about a millisecond. */
const SLICE = 16_384;

export class PlainCodeIndex implements CodeIndex {
  readonly level = 'typescript';
  readonly #M: number;
  readonly #ksub: number;
  readonly #codeSize: number;
  #ids = new Uint32Array(1024);
  #codes: Uint8Array;
  #length = 0;
  #removed = 0;
  /** Grows when codes change places: a search that finds it grown begins again. */
  #layout = 0;

  /** @param ksub 256 or 16 */
  constructor(M: number, ksub: number) {
    this.#M = M;
    this.#ksub = ksub;
    this.#codeSize = codeSize({ M, ksub });
    this.#codes = new Uint8Array(1024 * this.#codeSize);
  }

  get size(): number {
    return this.#length - this.#removed;
  }

  get removed(): number {
    return this.#removed;
  }

  append(ids: Uint32Array, codes: Uint8Array): void {
    this.#require(ids, codes);
    const needed = this.#length + ids.length;
    if (needed > this.#ids.length) this.#resize(Math.max(needed, this.#ids.length * 2));
    this.#ids.set(ids, this.#length);
    this.#codes.set(codes, this.#length * this.#codeSize);
    this.#length = needed;
    for (const id of ids) if (id === 0) this.#removed++;
  }

  overwrite(ids: Uint32Array, codes: Uint8Array): void {
    this.#require(ids, codes);
    ids.forEach((id, i) => {
      const code = codes.subarray(i * this.#codeSize, (i + 1) * this.#codeSize);
      const at = this.#find(id);
      if (at < 0) this.append(Uint32Array.of(id), code);
      else this.#codes.set(code, at * this.#codeSize);
    });
  }

  remove(ids: Uint32Array): number {
    const gone = new Set(ids);
    let count = 0;
    for (let i = 0; i < this.#length; i++) {
      if (this.#ids[i] === 0 || !gone.has(this.#ids[i])) continue;
      this.#ids[i] = 0;
      count++;
    }
    this.#removed += count;
    return count;
  }

  codesOf(ids: readonly number[]): Map<number, Uint8Array> {
    const wanted = new Set(ids);
    const found = new Map<number, Uint8Array>();
    for (let i = 0; i < this.#length && found.size < wanted.size; i++) {
      const id = this.#ids[i];
      if (id !== 0 && wanted.has(id)) found.set(id, this.#codes.slice(i * this.#codeSize, (i + 1) * this.#codeSize));
    }
    return found;
  }

  distancesOf(lookup: Float32Array, ids: Uint32Array): Float32Array {
    const codes = this.codesOf([...ids]);
    return Float32Array.from(ids, (id) => {
      const code = codes.get(id);
      return code ? this.#distance(lookup, 0, code, 0) : NaN;
    });
  }

  async search(tables: Float32Array, k: number, options: ScanOptions = {}): Promise<Candidates[]> {
    const size = this.#M * this.#ksub;
    if (tables.length === 0 || tables.length % size !== 0)
      throw new RangeError(`Expected lookup tables of ${size} numbers each, got ${tables.length} numbers`);
    const { selector, signal } = options;
    for (;;) {
      const layout = this.#layout;
      const queries = Array.from({ length: tables.length / size }, () => new TopK(Math.max(1, Math.min(k, this.size))));
      const end = this.#length;
      let start = 0;
      for (; start < end && layout === this.#layout; start += SLICE) {
        queries.forEach((best, q) =>
          this.#searchSlice(tables, q * size, start, Math.min(end, start + SLICE), best, selector),
        );
        if (start + SLICE < end) await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      }
      if (start >= end) return queries.map((best) => this.#stillHere(best.drain()));
    }
  }

  compact(): Promise<void> {
    let to = 0;
    for (let from = 0; from < this.#length; from++) {
      if (this.#ids[from] === 0) continue;
      this.#ids[to] = this.#ids[from];
      this.#codes.copyWithin(to * this.#codeSize, from * this.#codeSize, (from + 1) * this.#codeSize);
      to++;
    }
    this.#length = to;
    this.#removed = 0;
    this.#layout++;
    this.#resize(Math.max(1024, to));
    return Promise.resolve();
  }

  #searchSlice(
    tables: Float32Array,
    table: number,
    start: number,
    end: number,
    best: TopK,
    selector: IdSelector | undefined,
  ): void {
    const ids = this.#ids;
    for (let i = start; i < end; i++) {
      const id = ids[i];
      if (id === 0 || !selects(selector, id)) continue;
      const distance = this.#distance(tables, table, this.#codes, i * this.#codeSize);
      if (distance <= best.threshold) best.offer(id, distance);
    }
  }

  #distance(tables: Float32Array, table: number, codes: Uint8Array, at: number): number {
    let distance = 0;
    if (this.#ksub === 16)
      for (let m = 0; m < this.#M; m++, table += 16)
        distance += tables[table + ((codes[at + (m >> 1)] >> ((m & 1) * 4)) & 15)];
    else for (let m = 0; m < this.#M; m++, table += this.#ksub) distance += tables[table + codes[at + m]];
    return distance;
  }

  /** Without what was removed while the search gave others their turn. */
  #stillHere({ ids, distances }: Candidates): Candidates {
    const here = this.codesOf([...ids]);
    if (here.size === ids.length) return { ids, distances };
    const kept = [...ids.keys()].filter((i) => here.has(ids[i]));
    return { ids: Float64Array.from(kept, (i) => ids[i]), distances: Float32Array.from(kept, (i) => distances[i]) };
  }

  #find(id: number): number {
    return id === 0 ? -1 : this.#ids.subarray(0, this.#length).indexOf(id);
  }

  #require(ids: Uint32Array, codes: Uint8Array): void {
    if (codes.length !== ids.length * this.#codeSize) {
      throw new RangeError(
        `Expected ${ids.length * this.#codeSize} bytes of codes for ${ids.length} ids, got ${codes.length}`,
      );
    }
  }

  #resize(capacity: number): void {
    const ids = new Uint32Array(capacity);
    ids.set(this.#ids.subarray(0, this.#length));
    this.#ids = ids;
    const codes = new Uint8Array(capacity * this.#codeSize);
    codes.set(this.#codes.subarray(0, this.#length * this.#codeSize));
    this.#codes = codes;
  }
}
