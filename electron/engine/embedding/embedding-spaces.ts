// What the library is seen by: the embedder in use, the one that is to take its place, and those that are leaving.
import pLimit, { type LimitFunction } from 'p-limit';
import { LikenessError } from '../../contract/errors.ts';
import type { EmbedderPack } from '../../contract/types.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import { isOutOfSpace, type Library } from '../../library/library.ts';
import type { PackRow } from '../../library/rows/pack-rows.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { ThreadedEmbedder } from '../../vision/workers/embedder-threads.ts';
import { Changeover } from './re-embedding.ts';
import { keepChoice, rowOf, type ChosenEmbedders } from './choose-embedder.ts';
import { embedEditedCopies } from '../models/edited-copies.ts';
import { EmbedderPacks, notKnown } from './embedder-packs.ts';
import { chooseRankingTask, rankWith } from '../review/embedder-ranking.ts';
import { ModelLifecycle } from '../models/model-lifecycle.ts';
import { Sight } from './embedding-space.ts';

export interface SightsParts {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly permits: LimitFunction;
  readonly packs: EmbedderPacks;
  /** How many groups of photos are under way at once. */
  readonly groups: number;
}

export interface SightsHandlers {
  onProgress(done: number, total: number): void;
  /** A model of the embedder in use began to answer. */
  onAdopted(modelId: number): void;
  /** Something came to its end, and what is due next may begin. */
  onEnded(): void;
  /** Another embedder answers, is on its way, or is not any more. */
  onChanged(): void;
  /** Another embedder answers from this moment on. @param lost photos that it could not look at */
  onPlacesChanged(lost: readonly number[]): void;
  /** A sentence for the person. */
  onTrouble(sentence: string): void;
}

const DELETE_AT_ONCE = 2000;

export class Sights {
  readonly #parts: SightsParts;
  readonly #handlers: SightsHandlers;
  #current: Sight;
  #changeover: Changeover | undefined;
  /** Those whose place was taken, until nothing uses them and their rows are gone. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  /** One change of mind at a time. */
  readonly #turns = pLimit(1);

  constructor(parts: SightsParts, { embedder, row }: ChosenEmbedders, handlers: SightsHandlers) {
    this.#parts = parts;
    this.#handlers = handlers;
    this.#current = this.#sightOf(embedder, row);
  }

  /** What answers at this moment. */
  get current(): Sight {
    return this.#current;
  }

  get changing(): boolean {
    return this.#changeover !== undefined;
  }

  /** What is under way beside reading, if anything is. */
  get stage(): Changeover['stage'] {
    return this.#changeover?.stage ?? this.#current.models.stage;
  }

  /** What is due while no photo waits to be read. */
  work(): void {
    if (this.#changeover) this.#changeover.start();
    else this.#current.models.consider(true);
  }

  pause(): void {
    this.#changeover?.pause();
  }

  /** Regions are about to be deleted. See ModelLifecycle. */
  forget(regionIds: readonly number[]): () => void {
    const through = this.#all().map(({ models }) => models.forget(regionIds));
    return () => {
      for (const done of through) done();
    };
  }

  list(): Promise<EmbedderPack[]> {
    return this.#parts.packs.list(this.#current.row.fingerprint, this.#changeover?.to.row.fingerprint);
  }

  describe(pack: PackRow): Promise<EmbedderPack> {
    return this.#parts.packs.describe(pack, this.#current.row.fingerprint, this.#changeover?.to.row.fingerprint);
  }

  /**
   * Lets another embedder look at all photos, and then take the place of the one in use; begins with the next `work`.
   * @param name 'built-in', or the name of one that the library holds
   */
  use(name: string): Promise<void> {
    return this.#turns(async () => {
      const { library, packs } = this.#parts;
      const pack = await packs.resolve(name);
      keepChoice(library, pack);
      if (this.#changeover?.to.row.fingerprint !== pack.fingerprint) {
        await this.#abandon();
        if (this.#current.row.fingerprint !== pack.fingerprint) await this.#changeTo(pack);
        else void this.removeLeftovers();
      }
      this.#handlers.onChanged();
    });
  }

  /** Goes on with a change that was begun before this start. */
  resume(pack: PackRow): Promise<void> {
    return this.#turns(() => this.#changeTo(pack)).catch((error: unknown) => {
      if (!(error instanceof LikenessError)) throw error;
      this.#handlers.onTrouble(`The change of embedders waits. ${error.message}`);
    });
  }

  remove(name: string): Promise<void> {
    return this.#turns(async () => {
      const { library, packs } = this.#parts;
      const pack = library.packs.named(name);
      if (!pack) throw notKnown(name);
      if (pack.builtIn) throw new LikenessError('bad-input', `${name} came with Likeness and cannot be removed.`);
      if (this.#all().some(({ row }) => row.fingerprint === pack.fingerprint)) {
        throw new LikenessError(
          'bad-input',
          `${name} is in use. Use another one first; when that has taken its place, it can be removed.`,
        );
      }
      await packs.remove(pack);
      this.#handlers.onChanged();
    });
  }

  /** Holds all embedders against what the person marked as right. */
  rank(): Promise<EmbedderPack[]> {
    return this.#turns(async () => {
      const { library, packs } = this.#parts;
      const task = chooseRankingTask(library, this.#current.row);
      if (task.marks.length === 0) {
        throw new LikenessError(
          'unavailable',
          'There is nothing to compare by yet. Mark some results as right first: search by a photo, and press M on a result that is.',
        );
      }
      for (const pack of library.packs.all()) {
        const embedder = await packs.open(pack);
        try {
          library.packs.setRanking(pack.fingerprint, JSON.stringify(await rankWith(embedder, task, this.#parts)));
        } finally {
          await embedder.close();
        }
      }
      return this.list();
    });
  }

  /** Tries in the background what runs an embedder fastest here, and lets that run it. */
  findFastest(sight = this.#current): void {
    const trying = async (): Promise<void> => {
      const provider = await this.#parts.packs.findFastest(sight.row.fingerprint, this.#closing.signal);
      if (provider !== undefined && provider !== sight.embedder.provider) await sight.embedder.moveTo(provider);
      if (!this.#closing.signal.aborted) this.#handlers.onChanged();
    };
    sight.use(trying).catch((error: unknown) => {
      // It goes on by what runs it now.
      if (!this.#closing.signal.aborted)
        this.#handlers.onTrouble(
          `What runs the embedder fastest here could not be found out: ${(error as Error).message}`,
        );
    });
  }

  /** Deletes what embedders left behind that answer no more, a little at a time; and models of those that do. */
  async removeLeftovers(): Promise<void> {
    const { library, packs } = this.#parts;
    const { features, models } = library;
    const isGone = (id: number): boolean =>
      !this.#closing.signal.aborted && !this.#all().some(({ row }) => row.id === id);
    const gone = features.embedders().filter(({ id }) => isGone(id));
    for (const { id } of gone) models.retireAll(id);
    await this.#current.models.removeLeftovers();
    for (const { id } of gone) {
      // It may be chosen again meanwhile.
      while (isGone(id) && !library.inTransaction(() => features.removeSome(id, DELETE_AT_ONCE)))
        await new Promise((resolve) => setImmediate(resolve));
    }
    // Networks of earlier versions of Likeness.
    const inUse = this.#all().map(({ row }) => row.fingerprint);
    for (const pack of library.packs.all())
      if (pack.builtIn && !packs.isBuiltIn(pack.fingerprint) && !inUse.includes(pack.fingerprint))
        await packs.remove(pack);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#turns(() => this.#changeover?.close());
    await Promise.all([this.#current.close(), ...this.#leaving]);
  }

  #all(): Sight[] {
    return this.#changeover ? [this.#current, this.#changeover.to] : [this.#current];
  }

  /** An embedder, and what looks after the models learned from its features. */
  #sightOf(embedder: ThreadedEmbedder, row: EmbedderRow): Sight {
    const { library, readers, permits, packs } = this.#parts;
    const models: ModelLifecycle = new ModelLifecycle(library, row, packs.baseModelOf(row.fingerprint), permits, {
      editedFeatures: (regionIds) => embedEditedCopies(regionIds, { library, readers, embedder, permits }),
      onProgress: (done, total) => this.#handlers.onProgress(done, total),
      onAdopted: (modelId) => {
        if (models === this.#current.models) this.#handlers.onAdopted(modelId);
      },
      onEnded: () => {
        if (models === this.#current.models) this.#handlers.onEnded();
      },
    });
    return new Sight(embedder, row, models);
  }

  async #changeTo(pack: PackRow): Promise<void> {
    const { library, packs } = this.#parts;
    const embedder = await packs.open(pack);
    library.settings.set('next-embedder', pack.fingerprint);
    const to = this.#sightOf(embedder, rowOf(library, pack));
    this.#changeover = new Changeover(
      { ...this.#parts, from: this.#current.row, to },
      {
        onProgress: (done, total) => this.#handlers.onProgress(done, total),
        onReady: (passedOver) => this.#changePlaces(to, passedOver),
        onFailed: (error) =>
          this.#handlers.onTrouble(
            isOutOfSpace(error)
              ? 'The disk that holds the library is full, so the change of embedders waits. Make room and start Likeness again.'
              : `The change of embedders was broken off: ${(error as Error).message}`,
          ),
      },
    );
  }

  async #abandon(): Promise<void> {
    const changeover = this.#changeover;
    if (!changeover) return;
    await changeover.close();
    this.#changeover = undefined;
    this.#parts.library.settings.remove('next-embedder');
  }

  /** From here on another embedder answers. */
  #changePlaces(to: Sight, passedOver: ReadonlyMap<number, string>): void {
    const { library } = this.#parts;
    const before = this.#current;
    const lost = library.inTransaction(() => {
      library.settings.set('embedder', to.row.fingerprint);
      library.settings.remove('next-embedder');
      const regions = library.regions.find([...passedOver.keys()]);
      return [...regions].flatMap(([id, { contentId }]) => library.photos.failContent(contentId, passedOver.get(id)!));
    });
    this.#current = to;
    this.#changeover = undefined;
    this.findFastest();
    this.#handlers.onChanged();
    this.#handlers.onPlacesChanged(lost);
    const leaving: Promise<void> = before
      .close()
      .then(() => this.removeLeftovers())
      .finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }
}
