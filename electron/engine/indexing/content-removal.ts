// Deletes what no file holds any more, and the photos of a folder that was removed: a few at a time, so that searches
// are answered in between. A kill leaves the rest to the next start.
import type { Library } from '../../library/library.ts';

export interface ContentRemovalHandlers {
  /**
   * Contents are about to be deleted with their regions, in the transaction that is under way.
   * @returns what to call once it is through
   */
  forget(contentIds: readonly number[], regionIds: readonly number[]): () => void;
  onPhotosRemoved(photoIds: readonly number[]): void;
}

/** Photos, or contents, that are deleted in one transaction: about ten milliseconds. */
const AT_ONCE = 64;

export class ContentRemoval {
  readonly #library: Library;
  readonly #handlers: ContentRemovalHandlers;
  readonly #under = new Set<Promise<void>>();
  #closed = false;

  constructor(library: Library, handlers: ContentRemovalHandlers) {
    this.#library = library;
    this.#handlers = handlers;
  }

  /** Goes on with folders whose removal was begun before this start. */
  resume(): void {
    for (const id of this.#library.folders.beingRemoved()) void this.removeFolder(id);
  }

  /** Deletes the photos of a folder that is marked as removed, and the contents that only they held. */
  removeFolder(folderId: number): Promise<void> {
    return this.#track(async () => {
      for (;;) {
        const removed = this.#inBatch((forget) => {
          const some = this.#library.folders.removeSome(folderId, AT_ONCE);
          if (some) forget(some.contentIds);
          return some;
        });
        if (!removed) return;
        this.#handlers.onPhotosRemoved(removed.photoIds);
        if (!(await this.#breathe())) return;
      }
    });
  }

  /** Deletes contents that no file has held since before a time. */
  removeOrphans(before: number): Promise<void> {
    return this.#track(async () => {
      for (;;) {
        const orphans = this.#library.contents.orphansBefore(before, AT_ONCE);
        if (orphans.length === 0) return;
        this.#inBatch((forget) => forget(orphans));
        if (!(await this.#breathe())) return;
      }
    });
  }

  /** Finishes the batch in hand. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#under);
  }

  #inBatch<T>(work: (forget: (contentIds: readonly number[]) => void) => T): T {
    const through: (() => void)[] = [];
    const result = this.#library.inTransaction(() =>
      work((contentIds) => {
        through.push(this.#handlers.forget(contentIds, this.#library.regions.idsOf(contentIds)));
        this.#library.contents.remove(contentIds);
      }),
    );
    for (const done of through) done();
    return result;
  }

  /** @returns false where nothing more is to be done */
  async #breathe(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return !this.#closed;
  }

  #track(work: () => Promise<void>): Promise<void> {
    const tracked: Promise<void> = work().finally(() => this.#under.delete(tracked));
    this.#under.add(tracked);
    return tracked;
  }
}
