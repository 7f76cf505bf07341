// Which photos somebody looked at. Written some at a time: each change of the catalogue lets what is worked out of it be worked out anew.
import type { Library } from '../../library/library.ts';

const AT_ONCE = 50;
/** Milliseconds that a look waits at most. */
const WRITE_AFTER = 60_000;

export class Looks {
  readonly #library: Library;
  /** Milliseconds since 1970, by photo. */
  readonly #waiting = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(library: Library) {
    this.#library = library;
  }

  note(photoId: number, now = Date.now()): void {
    this.#waiting.set(photoId, now);
    if (this.#waiting.size >= AT_ONCE) this.write();
    else this.#timer ??= setTimeout(() => this.write(), WRITE_AFTER).unref();
  }

  write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#waiting.size === 0) return;
    this.#library.inTransaction(() => this.#waiting.forEach((at, photoId) => this.#library.map.look(photoId, at)));
    this.#waiting.clear();
  }
}
