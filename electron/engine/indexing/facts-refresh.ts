// Photos that were read before Likeness asked for some fact, a caption say: it is read again from the file, without
// decoding, while nothing else is to be done.
import type { LimitFunction } from 'p-limit';
import { fromAnyFile } from '../../library/any-file.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { Library } from '../../library/library.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { saidBy } from '../../contract/errors.ts';

export interface FactsRefreshParts {
  readonly library: Library;
  readonly readers: ReaderPool;
  /** Held for each photo in work. */
  readonly semaphore: LimitFunction;
  /** Something was said of photos by their files. */
  readonly onTold: () => void;
  /** A sentence for the person. */
  readonly onTrouble: (sentence: Sentence) => void;
}

const AT_ONCE = 16;

export class FactsRefresh {
  readonly #parts: FactsRefreshParts;
  #running: Promise<void> | undefined;
  #stopped = false;
  /** The last content that was looked at since the start: one whose file is away is not tried again until the next. */
  #after = 0;

  constructor(parts: FactsRefreshParts) {
    this.#parts = parts;
  }

  /** Begins, or goes on. */
  start(): void {
    this.#stopped = false;
    this.#running ??= this.#run()
      .catch((error: unknown) =>
        this.#parts.onTrouble(say`What files tell is not read again for now: ${saidBy(error)}`),
      )
      .finally(() => (this.#running = undefined));
  }

  /** Looks at no more photos after those in hand, until it is started again. */
  pause(): void {
    this.#stopped = true;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { library, semaphore } = this.#parts;
    while (!this.#stopped) {
      const ids = library.contents.withOldFacts(this.#after, AT_ONCE);
      if (ids.length === 0) return;
      await Promise.all(ids.map((id) => semaphore(() => this.#refresh(id))));
      this.#after = ids.at(-1)!;
    }
  }

  async #refresh(contentId: number): Promise<void> {
    const { library, readers, onTold } = this.#parts;
    const facts = await fromAnyFile(library, contentId, (path, stamp) => readers.facts(path, stamp));
    if (!facts) return;
    library.inTransaction(() => {
      library.contents.setFacts(contentId, facts);
      if (library.annotations.takeOver(contentId, facts.told)) onTold();
      if (facts.told.caption === null) return;
      for (const { photoId } of library.photos.tilesOf(contentId)) library.words.note(photoId);
    });
  }
}
