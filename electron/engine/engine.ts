// The engine: wires library, vision, deepquan and search together, and runs their jobs.
import { EventEmitter } from 'node:events';
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { LikenessError } from '../contract/errors.ts';
import type { AnyEvent } from '../contract/events.ts';
import type { MediaRequest, MediaSource, VideoFile } from '../contract/media.ts';
import type { EmbedderPack } from '../contract/embedders.ts';
import { healAtStart } from '../library/care/heal-at-start.ts';
import { ReaderPool } from '../library/decode/reader-pool.ts';
import { isOnShare } from '../library/files/network-share.ts';
import { listVolumes } from '../library/files/volumes.ts';
import { Library } from '../library/library.ts';
import { lockLibrary, servedAt, type LibraryLock } from '../library/lock.ts';
import type { FolderRow } from '../library/rows/folder-rows.ts';
import { upgradeCatalogue } from '../library/upgrade.ts';
import { chooseEmbedder, type ChosenEmbedders } from './embedding/choose-embedder.ts';
import { EmbedderPacks } from './embedding/embedder-packs.ts';
import { EmbeddingSpaces } from './embedding/embedding-spaces.ts';
import { PackFetching } from './embedding/pack-fetching.ts';
import { Log } from './diagnosis/log.ts';
import { describeRuntime } from './diagnosis/report.ts';
import { DriveCards } from './export/drive-cards.ts';
import { Sidecars } from './export/sidecars.ts';
import { CardImport } from './indexing/card-import.ts';
import { ContentRemoval } from './indexing/content-removal.ts';
import { FactsRefresh } from './indexing/facts-refresh.ts';
import { FolderSync, type FolderPlaces, type WalkCounts } from './indexing/folder-sync.ts';
import { Indexer, type IndexerHandlers, type TimeSpent } from './indexing/indexer.ts';
import { Timeline, type TimelineEntry } from './indexing/timeline.ts';
import { Jobs } from './jobs.ts';
import { engineMethods, type EngineMethods } from './methods/all.ts';
import { readMedia } from './methods/photos.ts';
import { videoFile } from './methods/videos.ts';
import type { Desktop, EngineParts } from './parts.ts';
import { Hiding } from './organising/hiding.ts';
import { Organiser } from './organising/organiser.ts';
import { PhotoParts } from './photo-parts/photo-parts.ts';
import { Looks } from './atlas/looks.ts';
import { MapKeeper } from './atlas/map-keeper.ts';
import { DuplicateSearch } from './duplicates/duplicate-search.ts';
import { Samples } from './samples/samples.ts';
import { Albums } from './searching/albums.ts';
import { Queries } from './searching/queries.ts';
import { StatusPublisher } from './status/status-publisher.ts';
import { CatalogueUpkeep } from './upkeep/catalogue-upkeep.ts';
import { VideoReading } from './videos/video-reading.ts';
import { say, type Sentence } from '../contract/sentence.ts';

export interface EngineOptions {
  readonly libraryPath: string;
  /** See chooseEmbedder. */
  readonly embedder?: string | undefined;
  /** Follow the folders; else they are looked through once. */
  readonly watching: boolean;
  /** Train while photos are still being read, or only at rest. */
  readonly trainWhileReading: boolean;
  /** Said at the start, to whoever looks. */
  readonly notice?: Sentence | undefined;
  /** Told what takes a while before the library is open. */
  readonly onOpening?: ((notice: Sentence) => void) | undefined;
  /** What there is to know of the places where folders lie; asked of the system where it is not given. */
  readonly places?: Partial<FolderPlaces> | undefined;
  /** What only a face that a person looks at can do; absent in commands. */
  readonly desktop?: Desktop | undefined;
}

/** Milliseconds after which pages hear of what files said of photos: photos are read in rows. */
const TELL_AFTER = 1000;

export class Engine implements MediaSource {
  readonly library: Library;
  /** The contract's methods. */
  readonly methods: EngineMethods;
  /** What went on, without names of files. */
  readonly log: Log;
  readonly #lock: LibraryLock;
  readonly #parts: EngineParts;
  readonly #publisher: StatusPublisher;
  readonly #upkeep: CatalogueUpkeep;
  readonly #events = new EventEmitter<{ event: [AnyEvent]; looked: [] }>();
  #indexed = 0;

  /** @throws LikenessError 'already-running' where another program has the library open */
  static async open(options: EngineOptions): Promise<Engine> {
    const lock = lockLibrary(options.libraryPath);
    let library: Library | undefined;
    try {
      const tell = options.onOpening ?? ((): void => undefined);
      const healed = await healAtStart(options.libraryPath, tell);
      await upgradeCatalogue(options.libraryPath, tell);
      library = Library.open(options.libraryPath);
      // One thread more than reading uses, so that a dropped picture never waits for it.
      const packs = new EmbedderPacks(library, spareCores() + 1);
      await packs.removeLeftovers();
      const chosen = await chooseEmbedder(library, packs, options.embedder);
      const engine = new Engine(options, lock, library, packs, chosen);
      const notice = healed ?? options.notice;
      if (notice) engine.#parts.jobs.notice(notice);
      if (chosen.next) await engine.#parts.spaces.resume(chosen.next);
      return engine;
    } catch (error) {
      library?.close();
      lock.release();
      throw error;
    }
  }

  /** Where the page of the program is that has a library open; undefined where it serves none. */
  static servedAt(libraryPath: string): string | undefined {
    return servedAt(libraryPath);
  }

  private constructor(
    options: EngineOptions,
    lock: LibraryLock,
    library: Library,
    packs: EmbedderPacks,
    chosen: ChosenEmbedders,
  ) {
    this.library = library;
    this.#lock = lock;
    const log = new Log(library.path);
    this.log = log;
    log.say(`started: ${describeRuntime()}`);
    const cores = spareCores();
    // One process more than reading uses, so that a preview or a dropped picture never waits for it.
    const readers = new ReaderPool(cores + 1);
    const semaphore = pLimit(cores);
    const groups = cores + 1;
    const timeline = new Timeline();
    const hiding = new Hiding(library, timeline);
    const emit = (event: AnyEvent): void => {
      log.hear(event);
      this.#events.emit('event', event);
    };
    const problemsChanged = (): void =>
      emit({ name: 'problemsChanged', detail: { total: library.photos.counts().failed } });
    let telling: NodeJS.Timeout | undefined;
    const tellAnnotations = (): void => {
      telling ??= setTimeout(() => {
        telling = undefined;
        emit({ name: 'annotationsChanged', detail: { photos: null, hiding: false, albums: false } });
      }, TELL_AFTER).unref();
    };
    const jobs = new Jobs(
      () => this.#parts,
      () => this.#publisher.publish(),
    );
    this.#publisher = new StatusPublisher(
      { activity: () => jobs.activity(), photosVersion: () => timeline.version },
      emit,
      () => this.#events.emit('looked'),
    );
    const spaces: EmbeddingSpaces = new EmbeddingSpaces({ library, readers, semaphore, packs, groups }, chosen, {
      onProgress: (done, total) => jobs.step(done, total),
      onAdopted: (modelId) => emit({ name: 'modelAdopted', detail: { modelId } }),
      onEnded: () => {
        // What is due next begins first: whoever hears of the end must not take it for rest.
        jobs.goOn();
        emit({ name: 'modelWorkEnded', detail: { modelId: spaces.current.models.active?.id ?? null } });
      },
      onChanged: () => {
        cards.changed();
        emit({ name: 'embedderChanged', detail: { name: spaces.current.row.name } });
        jobs.publish();
      },
      onPlacesChanged: (lost) => {
        timeline.remove(lost);
        if (lost.length > 0) problemsChanged();
        // What was being read for the other waits again.
        jobs.wake();
      },
      onTrouble: (sentence) => jobs.notice(sentence),
    });
    const photoParts = new PhotoParts(
      { library, readers, semaphore, space: () => spaces.current },
      {
        onProgress: (done, total) => jobs.step(done, total),
        onSwitched: () => jobs.goOn(),
        onEnded: () => jobs.publish(),
        onTrouble: (sentence) => jobs.notice(sentence),
      },
    );
    const duplicateSearch = new DuplicateSearch(
      { library, readers, semaphore, space: () => spaces.current },
      {
        onProgress: (done, total) => jobs.step(done, total),
        onSwitched: () => jobs.goOn(),
        onEnded: () => jobs.goOn(),
        onTrouble: (sentence) => jobs.notice(sentence),
      },
    );
    const mapKeeper = new MapKeeper(
      { library, semaphore, space: () => spaces.current },
      {
        onProgress: (done, total) => jobs.step(done, total),
        onSwitched: () => jobs.goOn(),
        onChanged: (photos) => emit({ name: 'mapChanged', detail: { photos } }),
        onEnded: () => jobs.goOn(),
        onTrouble: (sentence) => jobs.notice(sentence),
      },
    );
    const removal = new ContentRemoval(library, {
      forget: (contentIds, regionIds) => {
        const through = [spaces.forget(regionIds), photoParts.forget(contentIds)];
        return () => {
          for (const done of through) done();
        };
      },
      onPhotosRemoved: (photoIds) => {
        timeline.remove(photoIds);
        jobs.publish();
      },
    });
    const show = (entries: TimelineEntry[]): void => {
      timeline.add(hiding.visible(entries));
      jobs.publish();
    };
    const cards = new DriveCards({
      library,
      embedderId: () => spaces.current.row.id,
      isAtRest: () => jobs.activity().doing === 'ready',
      onTrouble: (sentence) => jobs.notice(sentence),
    });
    const cardImport = new CardImport({
      library,
      space: () => spaces.current,
      onShown: show,
      onTold: tellAnnotations,
      onTrouble: (sentence) => jobs.notice(sentence),
    });
    const onWritten: IndexerHandlers['onWritten'] = ({ entries, lost, indexed, failed }) => {
      cards.changed();
      timeline.remove(lost);
      timeline.add(hiding.visible(entries));
      this.#indexed += indexed;
      jobs.read(indexed + failed);
      if (failed > 0) problemsChanged();
      if (options.trainWhileReading && !spaces.changing && !jobs.isHeld) spaces.current.models.consider(false);
    };
    const indexer = new Indexer(
      { library, readers, space: () => spaces.current, semaphore, groups },
      {
        onWritten,
        onTold: tellAnnotations,
        onIdle: () => jobs.rest(),
        onStopped: (reason) => jobs.notice(reason),
      },
    );
    const folders = new FolderSync(
      library,
      options.watching,
      { listVolumes, isOnShare, placeholders: process.platform !== 'linux', ...options.places },
      {
        onWork: () => jobs.wake(),
        onFirstLook: (row, ask, signal) => cardImport.takeOver(row, ask, signal),
        onPhotosRemoved: (ids) => {
          cards.changed();
          timeline.remove(ids);
          jobs.publish();
        },
        onFoldersChanged: () => {
          emit({ name: 'foldersChanged', detail: { folders: library.folders.all().length } });
          jobs.publish();
        },
        onWalkProgress: (found) => jobs.found(found),
        onError: (error) => jobs.fail(error),
      },
    );
    const queries = new Queries({ library, readers, photoParts, space: () => spaces.current });
    const videos = new VideoReading({
      library,
      readers,
      semaphore,
      space: () => spaces.current,
      onWritten,
      isPaused: () => indexer.paused,
      onWork: () => jobs.wake(),
    });
    const facts = new FactsRefresh({
      library,
      readers,
      semaphore,
      onTold: tellAnnotations,
      onDated: show,
      onWork: () => jobs.wake(),
      onTrouble: (sentence) => jobs.notice(sentence),
    });
    const sidecars = new Sidecars(library, (sentence) => jobs.notice(sentence));
    this.#upkeep = new CatalogueUpkeep({
      libraryPath: library.path,
      isAtRest: () => jobs.activity().doing === 'ready',
      onTrouble: (sentence) => jobs.notice(sentence),
    });
    const { desktop } = options;
    this.#parts = {
      library,
      readers,
      packs,
      spaces,
      fetching: new PackFetching({
        library,
        packs,
        onProgress: (detail) => emit({ name: 'packProgressed', detail }),
      }),
      folders,
      indexer,
      removal,
      facts,
      photoParts,
      duplicateSearch,
      mapKeeper,
      looks: new Looks(library),
      queries,
      videos,
      samples: new Samples(readers, () => spaces.current),
      albums: new Albums(library, queries),
      organiser: new Organiser({ library, hiding, sidecars, emit, publish: () => jobs.publish() }),
      sidecars,
      cards,
      timeline,
      jobs,
      log,
      desktop,
      emit,
    };
    this.methods = engineMethods(this.#parts);
    timeline.add(hiding.atStart());
  }

  /** Begins to look through folders, follow them, read and train. Returns at once. */
  start(): void {
    this.#parts.jobs.start();
    this.#parts.sidecars.catchUp();
    this.#parts.cards.start();
    this.#upkeep.start();
  }

  /**
   * Looks through some folders once, reads and trains to the end: what the command line does.
   * @returns what was found in them
   */
  async indexOnce(paths: readonly string[]): Promise<WalkCounts> {
    const { folders, indexer, spaces, jobs } = this.#parts;
    const rows: FolderRow[] = [];
    for (const path of paths) {
      const row = await folders.add(path);
      if (!rows.some(({ id }) => id === row.id)) rows.push(row);
    }
    const counts: WalkCounts = { new: 0, changed: 0, unchanged: 0, ignored: 0 };
    for (const row of rows) {
      const found = await folders.start(row);
      for (const key of Object.keys(counts) as (keyof WalkCounts)[]) counts[key] += found[key];
    }
    indexer.start();
    spaces.findFastest();
    jobs.wake();
    await this.#untilReady();
    await this.#parts.facts.end();
    // What files beside RAW files say lets these wait.
    await this.#untilReady();
    await this.#parts.cards.look();
    return counts;
  }

  /** Photos read, or linked to a content read before, since this engine was opened. */
  get photosIndexed(): number {
    return this.#indexed;
  }

  /** What reading photos took since this engine was opened. */
  get timeSpent(): TimeSpent {
    return this.#parts.indexer.spent;
  }

  /** Fetches an embedder that was offered; the person has said so. */
  fetchPack(id: string, revision: string): Promise<EmbedderPack> {
    return this.#parts.fetching.fetch(id, revision);
  }

  /** Tries an ONNX file, or a folder as transformers writes it, and copies it into the library. */
  async addEmbedderFile(file: string): Promise<EmbedderPack> {
    const { spaces, packs } = this.#parts;
    return spaces.describe(await packs.add(file));
  }

  /** Whether learning and other work at rest waits. */
  holdWork(held: boolean): void {
    this.#parts.jobs.hold(held);
  }

  /** Where a second start can find this one. */
  announce(address: string): void {
    this.#lock.announce(address);
  }

  /** Looks through the catalogue and copies it, where that is due and nothing else goes on; else it is done by and by. */
  lookAfterCatalogue(): Promise<void> {
    return this.#upkeep.look();
  }

  getMedia(request: MediaRequest): Promise<Uint8Array> {
    return readMedia(request, this.#parts);
  }

  /** Where a video of the library lies. */
  getVideo(photoId: number): Promise<VideoFile> {
    return videoFile(this.library, photoId);
  }

  onEvent(listener: (event: AnyEvent) => void): () => void {
    this.#events.on('event', listener);
    return () => this.#events.off('event', listener);
  }

  /** Finishes what is being written and lets go of everything. */
  async close(): Promise<void> {
    const { folders, indexer, videos, removal, facts, duplicateSearch, mapKeeper, photoParts, sidecars, cards } =
      this.#parts;
    const { spaces, fetching, readers } = this.#parts;
    this.#publisher.close();
    await this.#upkeep.close();
    await cards.close();
    await fetching.close();
    await folders.close();
    await indexer.close();
    await videos.close();
    await removal.close();
    await facts.close();
    await duplicateSearch.close();
    await mapKeeper.close();
    this.#parts.looks.write();
    await photoParts.close();
    await sidecars.close();
    await spaces.close();
    await readers.close();
    this.#publisher.close();
    this.#events.removeAllListeners();
    this.library.close();
    this.log.say('closed');
    this.#lock.release();
  }

  async #untilReady(): Promise<void> {
    await new Promise<void>((done, fail) => {
      const look = (): void => {
        const { doing, notice } = this.#parts.jobs.activity();
        if (doing === 'stopped') fail(new LikenessError('no-space', notice ?? say`Reading stopped.`));
        else if (doing === 'ready') done();
        else return;
        stop();
      };
      // Not only what changed is looked at: between two looks it may have been busy and be ready again.
      const stop = (): void => void this.#events.off('looked', look);
      this.#events.on('looked', look);
      look();
    });
  }
}

/** One core is left to the person. */
export function spareCores(): number {
  return Math.max(1, availableParallelism() - 1);
}
