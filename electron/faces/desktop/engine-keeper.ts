// Keeps an engine running for the window: one that ends unexpectedly is started again, a few times.
import { LikenessError, saidBy } from '../../contract/errors.ts';
import type { AnyEvent } from '../../contract/events.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { createLink, type Link, type Wire } from './engine-link.ts';
import type { StartArguments } from './engine-process.ts';

/** A process that an engine runs in. */
export interface EngineProcess extends Wire {
  onExit(listener: () => void): void;
}

export interface EngineKeeperOptions {
  readonly fork: () => EngineProcess;
  readonly startWith: StartArguments;
  /** Answers what the engine asks of the window's process. */
  readonly serve: (target: string, argument: unknown) => Promise<unknown>;
  readonly onEvent: (event: AnyEvent) => void;
  /** Another engine has taken the place of one that ended: what the page knows may not hold any more. */
  readonly onStartedAgain: () => void;
  /** It is not started again, for the reason given. */
  readonly onGivenUp: (reason: Sentence) => void;
  /** Milliseconds by a clock that never goes back. */
  readonly now?: () => number;
}

/** As often within the time that follows, an engine is started again. */
const MOST_RESTARTS = 3;
const WITHIN = 3_600_000;

export class EngineKeeper {
  readonly #options: EngineKeeperOptions;
  readonly #now: () => number;
  /** When engines ended unexpectedly. */
  #ends: number[] = [];
  readonly #started = Promise.withResolvers<null>();
  #link: Link;
  #hasStarted = false;
  #isClosing = false;

  constructor(options: EngineKeeperOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    // Whoever asks hears of it.
    this.#started.promise.catch(() => undefined);
    this.#link = this.#begin(undefined);
  }

  /**
   * Resolves when the library is open.
   * @throws LikenessError where it cannot be opened
   */
  get started(): Promise<unknown> {
    return this.#started.promise;
  }

  /** See Link.call; asked while an engine is started again, it waits for that one. */
  call(target: string, argument: unknown, signal?: AbortSignal): Promise<unknown> {
    return this.#link.call(target, argument, signal);
  }

  /** Ends the engine once it has written what it has in hand. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#link.call('close', null);
  }

  /** @param notice that the engine says at its start */
  #begin(notice: Sentence | undefined): Link {
    const child = this.#options.fork();
    const link = createLink(child, this.#options.serve, this.#options.onEvent);
    let hasEnded = false;
    child.onExit(() => {
      hasEnded = true;
      link.breakOff(say`The engine has stopped. Start Likeness again; nothing is lost.`);
      if (!this.#isClosing) this.#startAgain();
    });
    link.call('start', { ...this.#options.startWith, notice }).then(
      () => {
        this.#hasStarted = true;
        this.#started.resolve(null);
        if (notice) this.#options.onStartedAgain();
      },
      (error: unknown) => {
        // One that ended is started again; one that cannot open its library says why.
        if (!hasEnded && !this.#isClosing) this.#giveUp(error);
      },
    );
    return link;
  }

  #startAgain(): void {
    const now = this.#now();
    this.#ends = [...this.#ends.filter((end) => now - end < WITHIN), now];
    if (this.#ends.length > MOST_RESTARTS) {
      const reason = say`Its engine ended unexpectedly several times. Nothing is lost: start it again, and it goes on from where it was.`;
      this.#giveUp(new LikenessError('unavailable', reason));
      return;
    }
    this.#link = this.#begin(say`The engine ended unexpectedly and was started again. Nothing is lost.`);
  }

  #giveUp(why: unknown): void {
    this.#isClosing = true;
    if (this.#hasStarted) this.#options.onGivenUp(saidBy(why));
    else this.#started.reject(why);
  }
}
