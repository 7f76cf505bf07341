// What goes on in a library, in its order: folders are looked through, photos are read, and at rest models are looked
// after and what is gone is deleted.
import { LikenessError, saidBy } from '../contract/errors.ts';
import type { Activity, Doing } from '../contract/status.ts';
import type { Library } from '../library/library.ts';
import { isOutOfSpace } from '../library/out-of-space.ts';
import type { Log } from './diagnosis/log.ts';
import type { EmbeddingSpaces } from './embedding/embedding-spaces.ts';
import type { ContentRemoval } from './indexing/content-removal.ts';
import type { FactsRefresh } from './indexing/facts-refresh.ts';
import type { FolderSync } from './indexing/folder-sync.ts';
import type { Indexer } from './indexing/indexer.ts';
import type { PhotoParts } from './photo-parts/photo-parts.ts';
import type { MapKeeper } from './atlas/map-keeper.ts';
import type { DuplicateSearch } from './duplicates/duplicate-search.ts';
import { Progress } from './status/progress.ts';
import { say, type Sentence } from '../contract/sentence.ts';

/** Milliseconds that a content is kept which no file holds any more: a file that moves comes back. */
const KEEP_ORPHANS = 24 * 3600 * 1000;

export interface JobsParts {
  readonly library: Library;
  readonly spaces: EmbeddingSpaces;
  readonly folders: FolderSync;
  readonly indexer: Indexer;
  readonly removal: ContentRemoval;
  readonly facts: FactsRefresh;
  readonly photoParts: PhotoParts;
  readonly duplicateSearch: DuplicateSearch;
  readonly mapKeeper: MapKeeper;
  readonly log: Log;
}

export class Jobs {
  readonly #parts: () => JobsParts;
  /** Tells the faces that something may have changed. */
  readonly publish: () => void;
  readonly #progress = new Progress();
  #atRest = false;
  #held = false;

  /**
   * @param parts asked for when something is to be done: they and these jobs know each other
   * @param publish tells the faces that something may have changed
   */
  constructor(parts: () => JobsParts, publish: () => void) {
    this.#parts = parts;
    this.publish = publish;
  }

  /** Begins to look through folders, follow them, read and train. */
  start(): void {
    const { indexer, spaces, removal, folders } = this.#parts();
    indexer.start();
    void spaces.removeLeftovers();
    removal.resume();
    spaces.findFastest();
    folders.startAll().then(
      () => this.wake(),
      (error: unknown) => this.fail(error),
    );
  }

  /** There may be photos to read. */
  wake(): void {
    const { library, indexer, facts, photoParts, duplicateSearch, mapKeeper } = this.#parts();
    if (this.#atRest && library.photos.waitingCount() > 0) {
      this.#atRest = false;
      facts.pause();
      photoParts.pause();
      duplicateSearch.pause();
      mapKeeper.pause();
    }
    indexer.wake();
    this.publish();
  }

  /** Nothing waits to be read. */
  rest(): void {
    const { removal, folders, facts } = this.#parts();
    if (!this.#atRest) {
      this.#atRest = true;
      this.#progress.restart();
      removal.removeOrphans(Date.now() - KEEP_ORPHANS).catch((error: unknown) => this.fail(error));
    }
    if (!folders.walking) {
      facts.start();
      this.#workAtRest();
    }
    this.publish();
  }

  /** A piece of work at rest ended; what is due next may begin. @param asked by the person: then it begins also while work is held */
  goOn(asked = false): void {
    if (this.#atRest) this.#workAtRest(asked);
    this.publish();
  }

  pause(): void {
    const { indexer, spaces, facts, photoParts, duplicateSearch, mapKeeper } = this.#parts();
    facts.pause();
    photoParts.pause();
    duplicateSearch.pause();
    mapKeeper.pause();
    indexer.pause();
    spaces.pause();
    this.publish();
  }

  resume(): void {
    this.#progress.notice = null;
    this.#parts().indexer.resume();
    this.wake();
  }

  /** Work at rest waits, or goes on: while the machine runs on its battery, say. What is asked for, and reading, go on. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#held = held;
    if (held) this.#parts().spaces.pause();
    if (this.#atRest) this.#workAtRest();
    this.publish();
  }

  get isHeld(): boolean {
    return this.#held;
  }

  /** Folders were looked through, and so many files found so far. */
  found(files: number): void {
    this.#progress.found(files);
    this.publish();
  }

  /** So many more photos are read. */
  read(photos: number): void {
    this.#progress.read(photos);
    this.publish();
  }

  /** Of what is done at rest. */
  step(done: number, total: number): void {
    if (this.#atRest) this.#progress.step(done, total);
    this.publish();
  }

  /** @param sentence for the person */
  notice(sentence: Sentence): void {
    this.#progress.notice = sentence;
    this.publish();
  }

  /** Looking through folders, or following them, failed. */
  fail(error: unknown): void {
    this.#parts().log.failed('following the folders', error);
    if (isOutOfSpace(error)) {
      this.notice(
        say`The disk that holds the library is full, so changes in the folders are not followed. Make room and start Likeness again.`,
      );
    } else {
      const said = saidBy(error);
      this.notice(error instanceof LikenessError ? said : say`Following the folders failed: ${said}`);
    }
  }

  /** Models first, then duplicates and the map, parts of photos behind everything else. */
  #workAtRest(asked = false): void {
    const { indexer, spaces, photoParts, duplicateSearch, mapKeeper } = this.#parts();
    if (asked || !this.#held) spaces.work();
    const isFree = !this.#held && !spaces.stage && !indexer.paused;
    if (isFree) duplicateSearch.work();
    else duplicateSearch.pause();
    // The map is drawn at once, by whom it is asked for: it takes the least.
    if (isFree) mapKeeper.work();
    else mapKeeper.pause();
    if (isFree && !duplicateSearch.isWorking && !mapKeeper.isWorking) photoParts.work();
    else photoParts.pause();
  }

  activity(): Activity {
    const { photos } = this.#parts().library;
    const counts = photos.counts();
    return this.#progress.activity(this.#doing(counts.waiting), counts, photos.videosToRead());
  }

  #doing(waiting: number): Doing {
    const { indexer, folders, spaces, photoParts, duplicateSearch, mapKeeper } = this.#parts();
    if (indexer.paused) return this.#progress.notice ? 'stopped' : 'paused';
    if (!this.#atRest && waiting > 0) return 'reading';
    if (folders.walking) return 'walking';
    if (spaces.stage) return spaces.stage;
    if (duplicateSearch.isWorking) return 'duplicates';
    if (mapKeeper.isWorking) return 'mapping';
    if (photoParts.isWorking) return 'parts';
    return this.#atRest ? 'ready' : 'starting';
  }
}
