// When folders are looked through again: those that cannot be watched by a rhythm, others soon, where notices may have been lost.
import type { Sentence } from '../../contract/sentence.ts';
import { LookRhythm, type RhythmLimits } from './look-rhythm.ts';

interface Rhythmic {
  readonly rhythm: LookRhythm;
  /** Why the folder cannot be watched. */
  readonly reason: Sentence;
  timer: NodeJS.Timeout | undefined;
}

/** Milliseconds after the last of a burst until the folder is looked through. */
const SOON = 3000;

export class LookTimes {
  readonly #limits: RhythmLimits | undefined;
  /** Looks through a folder. */
  readonly #look: (folderId: number) => void;
  readonly #rhythmic = new Map<number, Rhythmic>();
  readonly #soon = new Map<number, NodeJS.Timeout>();
  #isClosed = false;

  constructor(limits: RhythmLimits | undefined, look: (folderId: number) => void) {
    this.#limits = limits;
    this.#look = look;
  }

  /** From now on a folder is looked through by a rhythm; `ended` says when a look is over. */
  takeRhythm(folderId: number, reason: Sentence): void {
    this.forgetRhythm(folderId);
    this.#rhythmic.set(folderId, { rhythm: new LookRhythm(this.#limits), reason, timer: undefined });
  }

  /** Why a folder is looked through by a rhythm; undefined of one that is watched. */
  reason(folderId: number): Sentence | undefined {
    return this.#rhythmic.get(folderId)?.reason;
  }

  /** A look is over; the next one comes by the rhythm, where the folder has one. @param took milliseconds */
  ended(folderId: number, took: number, foundChanges: boolean): void {
    const known = this.#rhythmic.get(folderId);
    if (!known || this.#isClosed) return;
    clearTimeout(known.timer);
    known.timer = setTimeout(() => this.#look(folderId), known.rhythm.next(took, foundChanges)).unref();
  }

  /** A burst of notices may have been cut off: looks once it is over. */
  soon(folderId: number): void {
    if (this.#isClosed) return;
    clearTimeout(this.#soon.get(folderId));
    this.#soon.set(
      folderId,
      setTimeout(() => {
        this.#soon.delete(folderId);
        this.#look(folderId);
      }, SOON),
    );
  }

  forgetRhythm(folderId: number): void {
    clearTimeout(this.#rhythmic.get(folderId)?.timer);
    this.#rhythmic.delete(folderId);
  }

  /** No look begins any more. */
  close(): void {
    this.#isClosed = true;
    for (const id of [...this.#rhythmic.keys()]) this.forgetRhythm(id);
    for (const timer of this.#soon.values()) clearTimeout(timer);
  }
}
