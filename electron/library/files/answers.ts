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
  /** Places that owe an answer. */
  readonly #owing = new Set<string>();

  /** @param patience milliseconds */
  constructor(patience = PATIENCE) {
    this.#patience = patience;
  }

  /**
   * @param place that is asked; while it owes an answer, it is not asked again
   * @throws LikenessError 'unavailable' where it does not answer in time, owes an answer, or is lost; or as the question does
   */
  async ask<T>(place: string, question: () => Promise<T>): Promise<T> {
    if (this.#owing.has(place)) throw noAnswer(place);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      this.#owing.add(place);
      late.reject(noAnswer(place));
    }, this.#patience);
    const asked = question().finally(() => {
      clearTimeout(timer);
      this.#owing.delete(place);
    });
    // Where it fails after all, nobody waits any more.
    asked.catch(() => undefined);
    try {
      return await Promise.race([asked, late.promise]);
    } catch (error) {
      if (LOST.has((error as NodeJS.ErrnoException).code ?? '')) throw noAnswer(place);
      throw error;
    }
  }
}

const noAnswer = (place: string): LikenessError =>
  new LikenessError(
    'unavailable',
    say`${place} does not answer; is the network, or the computer that it lies on, there?`,
  );
