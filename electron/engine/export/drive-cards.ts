// Keeps the drive cards of folders in step with the library, in folders where the person switched that on.
import { LikenessError, saidBy } from '../../contract/errors.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { removeCard } from '../../library/cards/card-file.ts';
import type { CardToWrite } from '../../library/cards/write-card.ts';
import { describeFileError } from '../../library/files/walk.ts';
import { inThread } from '../../library/in-thread.ts';
import { isOutOfSpace } from '../../library/out-of-space.ts';
import type { Library } from '../../library/library.ts';
import type { FolderRow } from '../../library/rows/folder-rows.ts';

export interface DriveCardsParts {
  readonly library: Library;
  /** The embedder whose features are written. */
  readonly embedderId: () => number;
  /** Whether nothing else goes on. */
  readonly isAtRest: () => boolean;
  /** Told where a card could not be written, in a sentence. */
  readonly onTrouble: (sentence: Sentence) => void;
}

/** Milliseconds between looks at whether there is something to write. */
const LOOK_EVERY = 30_000;

export class DriveCards {
  readonly #parts: DriveCardsParts;
  /** Folders whose cards are in step with the library. */
  readonly #inStep = new Set<number>();
  readonly #closing = new AbortController();
  /** The card that is being written. */
  #writing: { folderId: number; breakOff: AbortController } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> | undefined;

  constructor(parts: DriveCardsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY).unref();
  }

  /** Photos came, changed or went. */
  changed(): void {
    this.#inStep.clear();
  }

  /** Writes what is due, where nothing else goes on. */
  look(): Promise<void> {
    if (!this.#work && (this.#closing.signal.aborted || !this.#parts.isAtRest())) return Promise.resolve();
    this.#work ??= this.#writeAll().finally(() => (this.#work = undefined));
    return this.#work;
  }

  /**
   * Keeps a card in a folder from now on, or deletes the one that is there.
   * @throws LikenessError 'unavailable' where the card cannot be deleted, because its drive is away or cannot be written
   */
  async set(folder: FolderRow, on: boolean): Promise<void> {
    const { library } = this.#parts;
    this.#inStep.delete(folder.id);
    if (!on) {
      if (!folder.available)
        throw new LikenessError(
          'unavailable',
          say`The card of ${folder.path} can be deleted once its drive is connected.`,
        );
      library.folders.setCard(folder.id, false);
      if (this.#writing?.folderId === folder.id) this.#writing.breakOff.abort();
      await this.#work;
      try {
        removeCard(folder.path);
      } catch (error) {
        throw new LikenessError(
          'unavailable',
          say`The card of ${folder.path} could not be deleted: ${describeFileError(error)}.`,
          { cause: error },
        );
      }
      return;
    }
    library.folders.setCard(folder.id, true);
    void this.look();
  }

  /** Breaks off what is being written; what is left is written another time. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.#work;
  }

  async #writeAll(): Promise<void> {
    const { library, embedderId, onTrouble } = this.#parts;
    for (const { id, path, card, available } of library.folders.all()) {
      if (this.#closing.signal.aborted || !card || !available || this.#inStep.has(id)) continue;
      // What changes while it is written is written the next time.
      this.#inStep.add(id);
      const what: CardToWrite = { libraryPath: library.path, folderId: id, folderPath: path, embedderId: embedderId() };
      const breakOff = new AbortController();
      this.#writing = { folderId: id, breakOff };
      const signal = AbortSignal.any([breakOff.signal, this.#closing.signal]);
      try {
        await inThread('cards/card-thread', 'write', [what], signal);
      } catch (error) {
        if (signal.aborted) continue;
        const why = isOutOfSpace(error) ? say`the disk is full` : saidBy(error);
        onTrouble(say`The drive card of ${path} could not be written: ${why}`);
      } finally {
        this.#writing = undefined;
      }
    }
  }
}
