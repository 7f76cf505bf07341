// Pictures that were dropped or pasted to search by. They live in memory, the last few of them.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

export interface Example {
  name: string;
  /** JPEG. */
  thumbnail: Uint8Array;
  /** float32, by the embedder of that row id. */
  feature: Float32Array;
  embedderId: number;
  /** SHA-256 of its bytes. */
  hash: Uint8Array;
}

const KEPT = 32;

export class Examples {
  readonly #examples = new LRUCache<number, Example>({ max: KEPT });
  /** Not from 1 at each start: an address of before must not mean another picture. */
  #next = Date.now();

  add(example: Example): number {
    const id = this.#next++;
    this.#examples.set(id, example);
    return id;
  }

  /** @throws LikenessError 'not-found' */
  get(id: number): Example {
    const example = this.#examples.get(id);
    if (!example)
      throw new LikenessError('not-found', say`That picture is no longer held in memory. Drop or paste it again.`);
    return example;
  }
}

export function hashBytes(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
