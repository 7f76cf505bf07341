// How often a folder is looked through that tells of no changes: the longer a look takes, and the longer nothing happened, the rarer.

/** Milliseconds between two looks. */
export interface RhythmLimits {
  shortest: number;
  longest: number;
}

export const LIMITS: RhythmLimits = { shortest: 20_000, longest: 600_000 };
/** A look takes this share of the time at most. */
const SHARE_OF_TIME = 1 / 20;
const SLOWER = 1.5;

export class LookRhythm {
  readonly #limits: RhythmLimits;
  #wait = 0;

  constructor(limits: RhythmLimits = LIMITS) {
    this.#limits = limits;
  }

  /** @param took milliseconds that the last look took @param changed whether it found something @returns milliseconds until the next one */
  next(took: number, changed: boolean): number {
    const { shortest, longest } = this.#limits;
    const least = Math.max(shortest, took / SHARE_OF_TIME);
    this.#wait = changed || this.#wait === 0 ? least : Math.max(least, Math.min(longest, this.#wait * SLOWER));
    return this.#wait;
  }
}
