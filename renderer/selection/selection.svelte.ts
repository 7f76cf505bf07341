// The photos that are selected, to do something with all of them.
/* eslint-disable svelte/prefer-svelte-reactivity -- sets are replaced as wholes: all of a million photos may be selected at once */
import type { Sequence } from '../viewer/sequence.ts';

export class Selection {
  /** Photo ids, in the order they were selected. */
  #ids = $state.raw<ReadonlySet<number>>(new Set());
  /** What was selected before the range that is being drawn. */
  #before: ReadonlySet<number> = new Set();
  /** From where a range goes. */
  #from: number | undefined;

  get size(): number {
    return this.#ids.size;
  }

  get ids(): number[] {
    return [...this.#ids];
  }

  has(photoId: number): boolean {
    return this.#ids.has(photoId);
  }

  toggle(photoId: number): void {
    const ids = new Set(this.#ids);
    if (!ids.delete(photoId)) ids.add(photoId);
    this.#ids = this.#before = ids;
    this.#from = photoId;
  }

  /** Selects all photos from the one selected last to a place, in the stead of the range to another place. */
  extendTo(photos: Sequence, place: number): void {
    const from = this.#from === undefined ? -1 : photos.placeOf(this.#from);
    const start = from < 0 ? place : from;
    const [first, last] = [Math.min(start, place), Math.max(start, place)];
    const range = Array.from({ length: last - first + 1 }, (_, i) => photos.idAt(first + i));
    this.#ids = new Set([...this.#before, ...range]);
    this.#from = photos.idAt(start);
  }

  all(photos: Sequence): void {
    this.#ids = this.#before = new Set(Array.from({ length: photos.length }, (_, at) => photos.idAt(at)));
  }

  /** These, and no others. */
  set(photoIds: readonly number[]): void {
    this.#ids = this.#before = new Set(photoIds);
    this.#from = photoIds.at(-1);
  }

  clear(): void {
    if (this.size > 0) this.#ids = new Set();
    this.#before = this.#ids;
    this.#from = undefined;
  }
}

export const selection = new Selection();
