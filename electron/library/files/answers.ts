// Questions to file systems that may never answer, as a share whose server is gone: each one costs a thread until it does.
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

/** What a system says of a share that it has lost, once it gives up itself. */
const LOST = new Set([
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTCONN',
  'ESTALE',
  'ETIMEDOUT',
  'ECONNRESET',
  'ECONNABORTED',
]);

/** Milliseconds. */
const PATIENCE = 20_000;

export function isNoAnswer(error: unknown): boolean {
  return error instanceof LikenessError && error.code === 'unavailable';
}

export class Answers {
  readonly #patience: number;
  /** How many answers a place owes. */
  readonly #owing = new Map<string, number>();

  /** @param patience milliseconds */
  constructor(patience = PATIENCE) {
    this.#patience = patience;
  }

  /**
   * @param place that is asked; while it owes an answer, it is not asked again
   * @throws LikenessError 'unavailable' where it does not answer in time, owes an answer, or is lost; or as the question does
   */
  ask<T>(place: string, question: () => Promise<T>): Promise<T> {
    if (this.#owing.has(place)) return Promise.reject(noAnswer(place));
    return new Promise<T>((resolve, reject) => {
      let isLate = false;
      const timer = setTimeout(() => {
        isLate = true;
        this.#count(place, 1);
        reject(noAnswer(place));
      }, this.#patience);
      const settle = (): void => {
        clearTimeout(timer);
        if (isLate) this.#count(place, -1);
      };
      question().then(
        (answer) => {
          settle();
          resolve(answer);
        },
        (error: unknown) => {
          settle();
          reject(LOST.has((error as NodeJS.ErrnoException).code ?? '') ? noAnswer(place) : (error as Error));
        },
      );
    });
  }

  #count(place: string, by: 1 | -1): void {
    const owing = (this.#owing.get(place) ?? 0) + by;
    if (owing > 0) this.#owing.set(place, owing);
    else this.#owing.delete(place);
  }
}

const noAnswer = (place: string): LikenessError =>
  new LikenessError(
    'unavailable',
    say`${place} does not answer; is the network, or the computer that it lies on, there?`,
  );
