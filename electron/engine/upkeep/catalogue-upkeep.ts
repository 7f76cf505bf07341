// Once a day, while nothing else goes on, the catalogue is looked through from end to end and copied.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { saidBy } from '../../contract/errors.ts';
import { fromOutcome, type Outcome } from '../../contract/outcome.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { backupIsDue } from '../../library/care/backups.ts';

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
    const script = fileURLToPath(new URL(`../../library/care/care-thread${extname(import.meta.url)}`, import.meta.url));
    const pool = workerpool.pool(script, { workerType: 'thread', maxWorkers: 1 });
    try {
      fromOutcome((await pool.exec('care', [this.#parts.libraryPath])) as Outcome<null>);
    } catch (error) {
      this.#parts.onTrouble(say`The catalogue could not be copied as it is once a day: ${saidBy(error)}`);
    } finally {
      await pool.terminate();
    }
  }
}
