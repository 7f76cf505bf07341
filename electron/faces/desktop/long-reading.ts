// Reading that took long has ended: worth a word to a person who does something else meanwhile.
import type { Activity } from '../../contract/status.ts';

/** Milliseconds. */
const LONG = 60_000;

export class LongReading {
  readonly #now: () => number;
  #began: number | undefined;
  #photos = 0;

  /** @param now milliseconds by a clock that never goes back */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @returns how many photos were read, where a long reading has just ended */
  hear({ doing, done }: Pick<Activity, 'doing' | 'done'>): number | undefined {
    if (doing === 'reading') {
      this.#began ??= this.#now();
      this.#photos = done;
      return undefined;
    }
    // Folders may be looked through between two readings; what is paused has not ended.
    if (this.#began === undefined || doing === 'walking' || doing === 'paused') return undefined;
    const lasted = this.#now() - this.#began;
    this.#began = undefined;
    return lasted >= LONG && doing !== 'stopped' ? this.#photos : undefined;
  }
}
