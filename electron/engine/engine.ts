// The engine: wires library, vision, deepquan and search together, runs their jobs, and implements the contract.
import { EventEmitter } from 'node:events';
import { stat } from 'node:fs/promises';
import { availableParallelism, homedir } from 'node:os';
import pLimit from 'p-limit';
import { LikenessError } from '../contract/errors.ts';
import type { AnyEvent } from '../contract/events.ts';
import type { MediaRequest, MediaSource } from '../contract/media.ts';
import { FILE_LIMITS } from '../contract/files.ts';
import type { Implementation, ParsedInput } from '../contract/methods.ts';
import type {
  Activity,
  Doing,
  EmbedderPack,
  FolderInfo,
  Listing,
  PhotoDetails,
  Status,
  PhotoTile,
} from '../contract/types.ts';
import type { FolderRow } from '../library/rows/folder-rows.ts';
import { isOutOfSpace, Library } from '../library/library.ts';
import { lockLibrary, type LibraryLock } from '../library/lock.ts';
import { ReaderPool } from '../library/decode/reader-pool.ts';
import { upgradeCatalogue } from '../library/upgrade.ts';
import { describeFileError } from '../library/files/walk.ts';
import { chooseEmbedder, describeEmbedderInUse, type ChosenEmbedders } from './embedding/choose-embedder.ts';
import { scanLevel } from './codes/choose-code-index.ts';
import { ContentRemoval } from './indexing/content-removal.ts';
import { EmbedderPacks, notKnown } from './embedding/embedder-packs.ts';
import { FolderSync, type WalkCounts } from './indexing/folder-sync.ts';
import { Indexer, type TimeSpent } from './indexing/indexer.ts';
import { listFolders } from './indexing/list-folders.ts';
import { Progress } from './status/progress.ts';
import { notThere, Queries } from './searching/queries.ts';
import type { EmbeddingSpace } from './embedding/embedding-space.ts';
import { EmbeddingSpaces } from './embedding/embedding-spaces.ts';
import { toTile } from './searching/searcher.ts';
import { StatusPublisher } from './status/status-publisher.ts';
import { Timeline } from './indexing/timeline.ts';

export interface EngineOptions {
  readonly libraryPath: string;
  /** See chooseEmbedder. */
  readonly embedder?: string | undefined;
  /** Follow the folders; else they are scanned once. */
  readonly watching: boolean;
  /** Train while photos are still being read, or only at rest. */
  readonly trainWhileReading: boolean;
  /** Told what takes a while before the library is open. */
  readonly onOpening?: ((notice: string) => void) | undefined;
  /** What only a face that a person looks at can do; absent in commands. */
  readonly desktop?: Desktop | undefined;
}

export interface Desktop {
  openFile(path: string): Promise<void>;
  showInFolder(path: string): Promise<void>;
}

const PREVIEW_SIDE = 2560;
/** Copies of a photo that are told by their paths. */
const COPIES_TOLD = 20;
/** Milliseconds that a content is kept which no file holds any more: a file that moves comes back. */
const KEEP_ORPHANS = 24 * 3600 * 1000;

export class Engine implements Implementation, MediaSource {
  readonly library: Library;
  readonly #lock: LibraryLock;
  readonly #options: EngineOptions;
  readonly #packs: EmbedderPacks;
  readonly #readers: ReaderPool;
  readonly #folders: FolderSync;
  readonly #spaces: EmbeddingSpaces;
  readonly #indexer: Indexer;
  readonly #queries: Queries;
  readonly #removal: ContentRemoval;
  readonly #timeline = new Timeline();
  readonly #events = new EventEmitter<{ event: [AnyEvent] }>();
  readonly #progress = new Progress();
  readonly #publisher = new StatusPublisher(
    { activity: () => this.#activity(), photosVersion: () => this.#timeline.version },
    (event) => this.#emit(event),
  );
  #indexed = 0;
  #atRest = false;

  /** @throws LikenessError 'already-running' where another program has the library open */
  static async open(options: EngineOptions): Promise<Engine> {
    const lock = lockLibrary(options.libraryPath);
    let library: Library | undefined;
    try {
      await upgradeCatalogue(options.libraryPath, options.onOpening ?? (() => undefined));
      library = Library.open(options.libraryPath);
      // One thread more than reading uses, so that a dropped picture never waits for it.
      const packs = new EmbedderPacks(library, spareCores() + 1);
      await packs.removeLeftovers();
      const chosen = await chooseEmbedder(library, packs, options.embedder);
      const engine = new Engine(options, lock, library, packs, chosen);
      if (chosen.next) await engine.#spaces.resume(chosen.next);
      return engine;
    } catch (error) {
      library?.close();
      lock.release();
      throw error;
    }
  }

  private constructor(
    options: EngineOptions,
    lock: LibraryLock,
    library: Library,
    packs: EmbedderPacks,
    chosen: ChosenEmbedders,
  ) {
    this.#options = options;
    this.#lock = lock;
    this.library = library;
    this.#packs = packs;
    const cores = spareCores();
    // One process more than reading uses, so that a preview or a dropped picture never waits for it.
    this.#readers = new ReaderPool(cores + 1);
    const semaphore = pLimit(cores);
    this.#spaces = new EmbeddingSpaces(
      { library, readers: this.#readers, semaphore, packs, groups: cores + 1 },
      chosen,
      {
        onProgress: (done, total) => {
          if (this.#atRest) this.#progress.step(done, total);
          this.#publisher.publish();
        },
        onAdopted: (modelId) => this.#emit({ name: 'modelAdopted', detail: { modelId } }),
        onEnded: () => {
          if (this.#atRest) this.#spaces.work();
          this.#publisher.publish();
        },
        onChanged: () => {
          this.#emit({ name: 'embedderChanged', detail: { name: this.#space.row.name } });
          this.#publisher.publish();
        },
        onPlacesChanged: (lost) => {
          this.#timeline.remove(lost);
          if (lost.length > 0)
            this.#emit({ name: 'problemsChanged', detail: { total: library.photos.counts().failed } });
          // What was being read for the other waits again.
          this.#wake();
        },
        onTrouble: (sentence) => {
          this.#progress.notice = sentence;
          this.#publisher.publish();
        },
      },
    );
    this.#removal = new ContentRemoval(library, {
      forget: (regionIds) => this.#spaces.forget(regionIds),
      onPhotosRemoved: (photoIds) => {
        this.#timeline.remove(photoIds);
        this.#publisher.publish();
      },
    });
    this.#queries = new Queries(library, this.#readers, () => this.#space);
    this.#indexer = new Indexer(
      { library, readers: this.#readers, space: () => this.#space, semaphore, groups: cores + 1 },
      {
        onWritten: ({ entries, lost, indexed, failed }) => {
          this.#timeline.remove(lost);
          this.#timeline.add(entries);
          this.#indexed += indexed;
          this.#progress.read(indexed + failed);
          if (failed > 0) this.#emit({ name: 'problemsChanged', detail: { total: library.photos.counts().failed } });
          if (options.trainWhileReading && !this.#spaces.changing) this.#space.models.consider(false);
          this.#publisher.publish();
        },
        onIdle: () => this.#rest(),
        onStopped: (reason) => {
          this.#progress.notice = reason;
          this.#publisher.publish();
        },
      },
    );
    this.#folders = new FolderSync(library, options.watching, {
      onWork: () => this.#wake(),
      onPhotosRemoved: (ids) => {
        this.#timeline.remove(ids);
        this.#publisher.publish();
      },
      onFoldersChanged: () => {
        this.#emit({ name: 'foldersChanged', detail: { folders: library.folders.all().length } });
        this.#publisher.publish();
      },
      onWalkProgress: (found) => {
        this.#progress.found(found);
        this.#publisher.publish();
      },
      onError: (error) => {
        this.#progress.notice = isOutOfSpace(error)
          ? 'The disk that holds the library is full, so changes in the folders are not followed. Make room and start Likeness again.'
          : `Following the folders failed: ${(error as Error).message}`;
        this.#publisher.publish();
      },
    });
    this.#timeline.add([...library.photos.timelineRows()]);
  }

  /** Begins to scan, follow, read and train. Returns at once. */
  start(): void {
    this.#indexer.start();
    void this.#spaces.removeLeftovers();
    this.#removal.resume();
    this.#spaces.findFastest();
    this.#folders.startAll().then(
      () => this.#wake(),
      (error: unknown) => this.#fail(error),
    );
  }

  /**
   * Scans some folders once, reads and trains to the end: what the command line does.
   * @returns what the scans counted
   */
  async indexOnce(paths: readonly string[]): Promise<WalkCounts> {
    const rows: FolderRow[] = [];
    for (const path of paths) {
      const row = await this.#folders.add(path);
      if (!rows.some(({ id }) => id === row.id)) rows.push(row);
    }
    const counts: WalkCounts = { new: 0, changed: 0, unchanged: 0, ignored: 0 };
    for (const row of rows) {
      const found = await this.#folders.start(row);
      for (const key of Object.keys(counts) as (keyof WalkCounts)[]) counts[key] += found[key];
    }
    this.#indexer.start();
    this.#spaces.findFastest();
    this.#wake();
    await this.#untilReady();
    return counts;
  }

  /** Photos read, or linked to a content read before, since this engine was opened. */
  get photosIndexed(): number {
    return this.#indexed;
  }

  /** What reading photos took since this engine was opened. */
  get timeSpent(): TimeSpent {
    return this.#indexer.spent;
  }

  /** Where a second start can find this one. */
  announce(address: string): void {
    this.#lock.announce(address);
  }

  onEvent(listener: (event: AnyEvent) => void): () => void {
    this.#events.on('event', listener);
    return () => this.#events.off('event', listener);
  }

  /** Finishes what is being written and lets go of everything. */
  async close(): Promise<void> {
    this.#publisher.close();
    await this.#folders.close();
    await this.#indexer.close();
    await this.#removal.close();
    await this.#spaces.close();
    await this.#readers.close();
    this.#publisher.close();
    this.#events.removeAllListeners();
    this.library.close();
    this.#lock.release();
  }

  // --- the contract ---

  getStatus(): Status {
    const counts = this.library.photos.counts();
    return {
      libraryPath: this.library.path,
      folders: this.#folderInfos(),
      photos: counts.photos,
      indexed: counts.indexed,
      waiting: counts.waiting,
      problems: counts.failed,
      embedder: describeEmbedderInUse(this.library),
      model: this.#space.models.active?.summary ?? null,
      scan: scanLevel(),
      activity: this.#activity(),
    };
  }

  async addFolder({ path }: ParsedInput<'addFolder'>): Promise<FolderInfo> {
    const row = await this.#folders.add(path);
    this.#folders.start(row).catch((error: unknown) => this.#fail(error));
    return this.#folderInfos().find(({ folderId }) => folderId === row.id)!;
  }

  async removeFolder({ folderId }: ParsedInput<'removeFolder'>): Promise<null> {
    await this.#folders.remove(folderId);
    await this.#removal.removeFolder(folderId);
    return null;
  }

  browseFolders({ path }: ParsedInput<'browseFolders'>): Promise<Listing> {
    return listFolders(path ?? homedir());
  }

  pauseIndexing(): Activity {
    this.#indexer.pause();
    this.#spaces.pause();
    this.#publisher.publish();
    return this.#activity();
  }

  resumeIndexing(): Activity {
    this.#progress.notice = null;
    this.#indexer.resume();
    this.#wake();
    return this.#activity();
  }

  getTimeline() {
    return this.#timeline.toMessage();
  }

  getTimelineChanges({ since }: ParsedInput<'getTimelineChanges'>) {
    return this.#timeline.changesSince(since);
  }

  listPhotos({ photoIds }: ParsedInput<'listPhotos'>): PhotoTile[] {
    return [...this.library.photos.tiles(photoIds).values()].map(toTile);
  }

  getPhoto({ photoId }: ParsedInput<'getPhoto'>): PhotoDetails {
    const row = this.library.photos.details(photoId);
    if (!row) throw notThere();
    return {
      ...toTile(row),
      path: row.path,
      folder: row.folder,
      size: row.size,
      format: row.format,
      camera: row.camera,
      dateFrom: row.cameraTakenAt === null ? 'file' : 'camera',
      warning: row.warning,
      available: row.available === 1,
      copies: this.library.photos.copies(row.contentId, row.photoId, COPIES_TOLD),
      copyCount: this.library.photos.copyCount(row.contentId) - 1,
    };
  }

  searchPhotos(input: ParsedInput<'searchPhotos'>, signal?: AbortSignal) {
    return this.#queries.search(input, signal);
  }

  addExample(input: ParsedInput<'addExample'>): Promise<{ exampleId: number }> {
    return this.#queries.addExample(input);
  }

  listProblems({ start, count }: ParsedInput<'listProblems'>) {
    return { total: this.library.photos.counts().failed, problems: this.library.photos.problems(start, count) };
  }

  retryProblems({ photoId }: ParsedInput<'retryProblems'>): null {
    this.library.photos.retry(photoId);
    this.#emit({ name: 'problemsChanged', detail: { total: this.library.photos.counts().failed } });
    this.#wake();
    return null;
  }

  async openPhoto({ photoId }: ParsedInput<'openPhoto'>): Promise<null> {
    const path = await this.#existingPath(photoId);
    await this.#desktop().openFile(path);
    return null;
  }

  async revealPhoto({ photoId }: ParsedInput<'revealPhoto'>): Promise<null> {
    const path = await this.#existingPath(photoId);
    await this.#desktop().showInFolder(path);
    return null;
  }

  getModelCard() {
    return this.#space.models.card();
  }

  trainModel(): null {
    this.#space.models.trainNow();
    this.#publisher.publish();
    return null;
  }

  cancelTraining(): null {
    this.#space.models.cancel();
    return null;
  }

  restorePreviousModel(): null {
    this.#space.models.restorePrevious();
    this.#publisher.publish();
    return null;
  }

  markResult({ queryPhotoId, resultPhotoId, relevant }: ParsedInput<'markResult'>): null {
    const [query, result] = [queryPhotoId, resultPhotoId].map((id) => this.library.photos.tile(id));
    if (!query || !result) throw notThere();
    const mark = { queryContentId: query.contentId, resultContentId: result.contentId };
    if (relevant) this.library.marks.add(mark, Date.now());
    else this.library.marks.remove(mark);
    return null;
  }

  listEmbedders(): Promise<EmbedderPack[]> {
    return this.#spaces.list();
  }

  async addEmbedder({ name, bytes, description }: ParsedInput<'addEmbedder'>): Promise<EmbedderPack> {
    if (bytes.length > FILE_LIMITS.addEmbedder) {
      throw new LikenessError(
        'bad-input',
        `${name} takes ${Math.round(bytes.length / 2 ** 20)} MiB; at most ${FILE_LIMITS.addEmbedder / 2 ** 20} MiB can be added here. The command "likeness embedder add" takes larger ones.`,
      );
    }
    return this.#spaces.describe(await this.#packs.addBytes(name, bytes, description));
  }

  /** The same of a file, for the command line. */
  async addEmbedderFile(file: string): Promise<EmbedderPack> {
    return this.#spaces.describe(await this.#packs.add(file));
  }

  async useEmbedder({ name }: ParsedInput<'useEmbedder'>): Promise<null> {
    // Names alone: a path is the command line's to give.
    if (/[\\/]/.test(name)) throw notKnown(name);
    await this.#spaces.use(name);
    if (this.#atRest) this.#spaces.work();
    this.#publisher.publish();
    return null;
  }

  async removeEmbedder({ name }: ParsedInput<'removeEmbedder'>): Promise<null> {
    await this.#spaces.remove(name);
    return null;
  }

  rankEmbedders(): Promise<EmbedderPack[]> {
    return this.#spaces.rank();
  }

  async getMedia({ kind, id }: MediaRequest): Promise<Uint8Array> {
    if (kind === 'example') return this.#queries.thumbnailOf(id);
    if (kind === 'thumbnail') {
      const thumbnail = this.library.contents.thumbnail(id);
      if (!thumbnail) throw notThere();
      return thumbnail;
    }
    const path = await this.#existingPath(id);
    const stats = await stat(path);
    return this.#readers.preview(path, { size: stats.size, modifiedAt: stats.mtimeMs }, PREVIEW_SIDE);
  }

  // --- what goes on inside ---

  /** What photos are seen by at this moment. */
  get #space(): EmbeddingSpace {
    return this.#spaces.current;
  }

  #desktop(): Desktop {
    const { desktop } = this.#options;
    if (!desktop)
      throw new LikenessError(
        'unavailable',
        'Photos are opened and shown from the window or the browser page; this command has neither.',
      );
    return desktop;
  }

  async #existingPath(photoId: number): Promise<string> {
    const path = this.library.photos.path(photoId);
    if (path === undefined) throw notThere();
    try {
      await stat(path);
    } catch (error) {
      throw new LikenessError(
        'unavailable',
        `${path} cannot be opened: ${describeFileError(error)}. Is its drive connected?`,
        { cause: error },
      );
    }
    return path;
  }

  #folderInfos(): FolderInfo[] {
    const counts = this.library.folders.photoCounts();
    return this.library.folders.all().map(({ id, path, available }) => ({
      folderId: id,
      path,
      available,
      photos: counts.get(id) ?? 0,
      notice: available
        ? this.#folders.notice(path)
        : 'Its drive is not connected; its photos stay known and come back with it.',
    }));
  }

  #wake(): void {
    if (this.#atRest && this.library.photos.waitingCount() > 0) this.#atRest = false;
    this.#indexer.wake();
    this.#publisher.publish();
  }

  /** Nothing waits to be read. */
  #rest(): void {
    if (!this.#atRest) {
      this.#atRest = true;
      this.#progress.restart();
      this.#removal.removeOrphans(Date.now() - KEEP_ORPHANS).catch((error: unknown) => this.#fail(error));
    }
    if (!this.#folders.scanning) this.#spaces.work();
    this.#publisher.publish();
  }

  #activity(): Activity {
    const counts = this.library.photos.counts();
    return this.#progress.activity(this.#whatIsDone(counts.waiting), counts);
  }

  #whatIsDone(waiting: number): Doing {
    if (this.#indexer.paused) return this.#progress.notice ? 'stopped' : 'paused';
    if (!this.#atRest && waiting > 0) return 'reading';
    if (this.#folders.scanning) return 'scanning';
    if (this.#spaces.stage) return this.#spaces.stage;
    return this.#atRest ? 'ready' : 'starting';
  }

  async #untilReady(): Promise<void> {
    await new Promise<void>((done, fail) => {
      const look = (): void => {
        const { doing, notice } = this.#activity();
        if (doing === 'stopped') fail(new LikenessError('no-space', notice ?? 'Reading stopped.'));
        else if (doing === 'ready') done();
        else return;
        stop();
      };
      const stop = this.onEvent(look);
      look();
    });
  }

  #emit(event: AnyEvent): void {
    this.#events.emit('event', event);
  }

  #fail(error: unknown): void {
    this.#progress.notice =
      error instanceof LikenessError ? error.message : `Scanning failed: ${(error as Error).message}`;
    this.#publisher.publish();
  }
}

/** One core is left to the person. */
export function spareCores(): number {
  return Math.max(1, availableParallelism() - 1);
}
