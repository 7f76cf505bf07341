// Keeps known which photos are duplicates: looks at those that have come, at rest, from the first time that somebody asks for duplicates.
import type { LimitFunction } from 'p-limit';
import { saidBy } from '../../contract/errors.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { Library } from '../../library/library.ts';
import { nativeVectorIndexes } from '../codes/native-vector-index.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import { findLinks } from './find-links.ts';

export interface DuplicateSearchTools {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly semaphore: LimitFunction;
  /** What photos are seen by at this moment. */
  readonly space: () => EmbeddingSpace;
}

export interface DuplicateSearchHandlers {
  /** So many of the photos that had come were looked at. */
  onProgress(done: number, total: number): void;
  onSwitched(): void;
  onEnded(): void;
  onTrouble(sentence: Sentence): void;
}

const SETTING = 'duplicates';
const MEASURED_AT_ONCE = 32;

export class DuplicateSearch {
  readonly #tools: DuplicateSearchTools;
  readonly #handlers: DuplicateSearchHandlers;
  #running: Promise<void> | undefined;
  #stopping = new AbortController();
  #closed = false;
  /** The newest content when there was last nothing to look at: until another comes, nothing is asked. */
  #upTo = -1;

  constructor(tools: DuplicateSearchTools, handlers: DuplicateSearchHandlers) {
    this.#tools = tools;
    this.#handlers = handlers;
  }

  /** Whether photos are being looked at. */
  get isWorking(): boolean {
    return this.#running !== undefined;
  }

  /** Somebody asks for duplicates: from now on they are known. */
  wanted(): void {
    const { settings } = this.#tools.library;
    if (settings.get(SETTING) === 'on') return;
    settings.set(SETTING, 'on');
    this.#handlers.onSwitched();
  }

  /** Looks at what has come, where somebody has asked for duplicates. */
  work(): void {
    const { settings, contents } = this.#tools.library;
    if (this.#closed || this.#running || settings.get(SETTING) !== 'on' || contents.newest() === this.#upTo) return;
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    const newest = contents.newest();
    this.#running = this.#run(signal)
      .catch((error: unknown) => {
        if (!signal.aborted) this.#handlers.onTrouble(say`The search for duplicates waits: ${saidBy(error)}`);
      })
      .finally(() => {
        // What could not be looked at is tried again when something has come, or at the next start.
        if (!signal.aborted) this.#upTo = newest;
        this.#running = undefined;
        if (!this.#closed) this.#handlers.onEnded();
      });
  }

  /** Looks at no more photos after those in hand. */
  pause(): void {
    this.#stopping.abort();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.pause();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { library, readers, semaphore, space } = this.#tools;
    const finding = {
      library,
      readers,
      semaphore,
      embedder: space().row,
      makeVectorIndex: nativeVectorIndexes(),
      signal,
    };
    for await (const { looked, links, done, total } of findLinks(finding)) {
      library.inTransaction(() => library.duplicates.add(looked, links));
      this.#handlers.onProgress(done, total);
    }
    await this.#measureSharpness(signal);
  }

  /** Of shots of one moment, by which one of them is suggested. */
  async #measureSharpness(signal: AbortSignal): Promise<void> {
    const { library, readers, semaphore } = this.#tools;
    const { duplicates, contents } = library;
    for (let ids; !signal.aborted && (ids = duplicates.unmeasured(MEASURED_AT_ONCE)).length > 0;) {
      const measured = new Map(ids.map((id) => [id, 0]));
      const jpegs = ids.flatMap((id) => {
        const jpeg = contents.thumbnail(id);
        return jpeg ? [{ id, jpeg }] : [];
      });
      const values = await semaphore(() => readers.sharpness(jpegs.map(({ jpeg }) => jpeg)));
      jpegs.forEach(({ id }, i) => measured.set(id, values[i]!));
      library.inTransaction(() => measured.forEach((value, id) => duplicates.setSharpness(id, value)));
    }
  }
}
