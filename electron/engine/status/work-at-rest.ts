// Work that is done at rest, from the first time on that somebody asks for what it makes.
import { saidBy } from '../../contract/errors.ts';
import type { Sentence } from '../../contract/sentence.ts';
import type { Library } from '../../library/library.ts';

export interface WorkAtRestHandlers {
  onProgress(done: number, total: number): void;
  onSwitched(): void;
  onEnded(): void;
  onTrouble(sentence: Sentence): void;
}

export abstract class WorkAtRest {
  readonly #library: Library;
  readonly #setting: string;
  readonly #handlers: WorkAtRestHandlers;
  #running: Promise<void> | undefined;
  #stopping = new AbortController();
  #closed = false;
  /** What there was when there was last nothing to do: until something else is there, nothing is asked. */
  #upTo: string | undefined;

  /** @param setting in which it is kept that somebody has asked */
  constructor(library: Library, setting: string, handlers: WorkAtRestHandlers) {
    this.#library = library;
    this.#setting = setting;
    this.#handlers = handlers;
  }

  /** Does what there is to do, as far as the signal lets it. */
  protected abstract run(signal: AbortSignal): Promise<void>;

  /** Tells one state of the library from another in which there may be more to do. */
  protected state(): string {
    return String(this.#library.contents.newest());
  }

  /** What a person is told when it failed. @param reason what was said of it */
  protected abstract trouble(reason: Sentence): Sentence;

  get isWorking(): boolean {
    return this.#running !== undefined;
  }

  /** Somebody asks for what it makes: from now on it is kept up. */
  wanted(): void {
    const { settings } = this.#library;
    if (settings.get(this.#setting) === 'on') return;
    settings.set(this.#setting, 'on');
    this.#handlers.onSwitched();
  }

  /** Begins, where somebody has asked for it and there may be something to do. */
  work(): void {
    const isWanted = this.#library.settings.get(this.#setting) === 'on';
    const state = this.state();
    if (this.#closed || this.#running || !isWanted || state === this.#upTo) return;
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    this.#running = this.run(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#handlers.onTrouble(this.trouble(saidBy(error)));
      })
      .finally(() => {
        // What failed is tried again when something has come, or at the next start.
        if (!signal.aborted) this.#upTo = state;
        this.#running = undefined;
        if (!this.#closed) this.#handlers.onEnded();
      });
  }

  /** Goes no further than what is in hand. */
  pause(): void {
    this.#stopping.abort();
  }

  /** Does it again from the beginning, when it is its turn. */
  protected again(): void {
    this.pause();
    this.#upTo = undefined;
    this.#handlers.onSwitched();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.pause();
    await this.#running;
  }
}
