// Comparing pictures by their pixels, for searches: in two reader processes, and once for each pair. Who marks results asks about the
// same pictures again and again.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';

/** Pairs that are remembered, about 100 bytes each. */
const KEPT = 20_000;
/** More pictures than this are compared in two processes: one takes a few milliseconds a picture. */
const IN_ONE = 2;

export class PictureComparison {
  readonly #readers: Pick<ReaderPool, 'compare'>;
  readonly #known = new LRUCache<string, number>({ max: KEPT });

  constructor(readers: Pick<ReaderPool, 'compare'>) {
    this.#readers = readers;
  }

  /** The correlation of some JPEGs with one, as in numeric/picture-correlation.ts. */
  async compare(picture: Uint8Array, others: readonly Uint8Array[]): Promise<number[]> {
    const [one, ...keys] = [picture, ...others].map(hashOf);
    const pairs = keys.map((key) => one! + key);
    const open = [...pairs.keys()].filter((i) => !this.#known.has(pairs[i]!));
    const half = open.length > IN_ONE ? Math.ceil(open.length / 2) : open.length;
    await Promise.all(
      [open.slice(0, half), open.slice(half)].map(async (part) => {
        if (part.length === 0) return;
        const values = await this.#readers.compare(
          picture,
          part.map((i) => others[i]!),
        );
        part.forEach((i, at) => this.#known.set(pairs[i]!, values[at]));
      }),
    );
    return pairs.map((pair) => this.#known.get(pair) ?? -1);
  }
}

const hashOf = (jpeg: Uint8Array): string => createHash('sha1').update(jpeg).digest('base64');
