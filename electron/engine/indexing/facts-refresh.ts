// What files tell of photos that were read, read again without decoding, while nothing else is to be done: where a file beside a photo has
// come, changed or gone, and where Likeness asks for some fact now that it did not ask for before.
import type { LimitFunction } from 'p-limit';
import { fromAnyFile } from '../../library/any-file.ts';
import type { PhotoFacts } from '../../library/decode/metadata.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import { claimByName, isRawName } from '../../library/files/formats.ts';
import type { Library } from '../../library/library.ts';
import type { PhotoBeside } from '../../library/rows/beside-rows.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { LikenessError, saidBy } from '../../contract/errors.ts';
import type { TimelineEntry } from './timeline.ts';

export interface FactsRefreshParts {
  readonly library: Library;
  readonly readers: ReaderPool;
  /** Held for each photo in work. */
  readonly semaphore: LimitFunction;
  /** Something was said of photos by their files. */
  readonly onTold: () => void;
  /** Photos were taken at another time than was known. */
  readonly onDated: (entries: TimelineEntry[]) => void;
  /** Photos wait to be read. */
  readonly onWork: () => void;
  /** A sentence for the person. */
  readonly onTrouble: (sentence: Sentence) => void;
}

const AT_ONCE = 16;

export class FactsRefresh {
  readonly #parts: FactsRefreshParts;
  #running: Promise<void> | undefined;
  #isAsked = false;
  #letsPhotosWait = false;
  #stopped = false;
  /** The last content that was looked at since the start: one whose file is away is not tried again until the next. */
  #after = 0;

  constructor(parts: FactsRefreshParts) {
    this.#parts = parts;
  }

  /** Begins, or goes on. */
  start(): void {
    this.#stopped = false;
    this.#isAsked = true;
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

  /** Waits until nothing is in work. */
  async end(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isAsked && !this.#stopped) {
      this.#isAsked = false;
      await this.#followBeside();
      await this.#readMissing();
    }
    // Told at the end: it has all of this wait until those photos are read.
    if (!this.#letsPhotosWait) return;
    this.#letsPhotosWait = false;
    this.#parts.onWork();
  }

  /** What files beside photos say. */
  async #followBeside(): Promise<void> {
    const { library } = this.#parts;
    for (let after = ''; !this.#stopped;) {
      const paths = library.beside.due(after, AT_ONCE);
      if (paths.length === 0) return;
      await Promise.all(paths.map((path) => this.#follow(path)));
      after = paths.at(-1)!;
    }
  }

  async #follow(path: string): Promise<void> {
    const { library } = this.#parts;
    const photos = library.beside.photosOf(path);
    const done = await Promise.all(photos.map((photo) => this.#readAgain(photo)));
    // What could not be read is due at the next rest again.
    if (done.every(Boolean)) library.beside.settle(path);
  }

  /** @returns false where the file cannot be read now */
  async #readAgain({ photoId, path, contentId }: PhotoBeside): Promise<boolean> {
    const { library, readers, semaphore } = this.#parts;
    // One that was not read is read with what lies beside it; videos are taken apart by a page, which sees the video alone.
    if (contentId === null || claimByName(path) === 'video') return true;
    // It may be cropped or turned otherwise now.
    if (isRawName(path)) {
      library.photos.readAgain(photoId);
      this.#letsPhotosWait = true;
    }
    const stamp = library.photos.byPath(path);
    if (!stamp) return true;
    let facts: PhotoFacts;
    try {
      facts = await semaphore(() => readers.facts(path, { size: stamp.size, modifiedAt: stamp.modifiedAt }));
    } catch (error) {
      if (!(error instanceof LikenessError)) throw error;
      return false;
    }
    library.inTransaction(() => this.#write(contentId, facts));
    return true;
  }

  /** Facts that were not asked for when a photo was read. */
  async #readMissing(): Promise<void> {
    const { library, semaphore } = this.#parts;
    while (!this.#stopped) {
      const ids = library.contents.withOldFacts(this.#after, AT_ONCE);
      if (ids.length === 0) return;
      await Promise.all(ids.map((id) => semaphore(() => this.#refresh(id))));
      this.#after = ids.at(-1)!;
    }
  }

  async #refresh(contentId: number): Promise<void> {
    const { library, readers } = this.#parts;
    const facts = await fromAnyFile(library, contentId, (path, stamp) => readers.facts(path, stamp));
    if (facts) library.inTransaction(() => this.#write(contentId, facts));
  }

  /** To be called inside a transaction. */
  #write(contentId: number, facts: PhotoFacts): void {
    const { library, onTold, onDated } = this.#parts;
    const before = library.contents.told(contentId);
    const tiles = library.photos.tilesOf(contentId);
    const isDated = before && facts.takenAt !== null && tiles.some((tile) => tile.cameraTakenAt !== facts.takenAt);
    library.contents.setFacts(contentId, facts);
    const isSaid = before
      ? library.annotations.follow(contentId, before, facts.told)
      : library.annotations.takeOver(contentId, facts.told);
    if (isSaid) onTold();
    if (isDated) {
      library.contents.setTakenAt(contentId, facts.takenAt!);
      for (const { photoId } of tiles) library.photos.setTakenAt(photoId, facts.takenAt!);
      onDated([...library.photos.tiles(tiles.map(({ photoId }) => photoId)).values()]);
    }
    if (isDated || (before?.caption ?? null) !== facts.told.caption)
      for (const { photoId } of tiles) library.words.note(photoId);
  }
}
