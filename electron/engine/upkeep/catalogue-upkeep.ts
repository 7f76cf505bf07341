// Once a day, while nothing else goes on, the catalogue is looked through from end to end and copied.
import { saidBy } from '../../contract/errors.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { backupIsDue } from '../../library/care/backups.ts';
import { inThread } from '../../library/in-thread.ts';

export interface CatalogueUpkeepParts {
  readonly libraryPath: string;
  /** Whether nothing else goes on. */
  readonly isAtRest: () => boolean;
  /** A sentence for the person. */
  readonly onTrouble: (sentence: Sentence) => void;
}

/** Milliseconds between looks at whether it is time. */
const LOOK_EVERY = 60_000;

export class CatalogueUpkeep {
  readonly #parts: CatalogueUpkeepParts;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> | undefined;

  constructor(parts: CatalogueUpkeepParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY).unref();
  }

  /** Does what is due; at once, where nothing is. */
  async look(): Promise<void> {
    if (this.#work || !this.#parts.isAtRest() || !backupIsDue(this.#parts.libraryPath, Date.now())) return;
    this.#work = this.#care();
    await this.#work;
    this.#work = undefined;
  }

  /** Waits for a copy that is being written. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#work;
  }

  async #care(): Promise<void> {
    try {
      await inThread('care/care-thread', 'care', [this.#parts.libraryPath]);
    } catch (error) {
      this.#parts.onTrouble(say`The catalogue could not be copied as it is once a day: ${saidBy(error)}`);
    }
  }
}
