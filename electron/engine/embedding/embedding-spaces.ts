// What the library is seen by: the embedder in use, the one that is to take its place, and those that are leaving.
import pLimit, { type LimitFunction } from 'p-limit';
import { LikenessError, saidBy } from '../../contract/errors.ts';
import type { EmbedderPack } from '../../contract/embedders.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import type { Library } from '../../library/library.ts';
import { isOutOfSpace } from '../../library/out-of-space.ts';
import type { PackRow } from '../../library/rows/pack-rows.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { ThreadedEmbedder } from '../../vision/workers/embedder-threads.ts';
import { ReEmbedding } from './re-embedding.ts';
import { keepChoice, rowOf, type ChosenEmbedders } from './choose-embedder.ts';
import { embedEditedCopies } from '../models/edited-copies.ts';
import { embedViews } from '../models/view-features.ts';
import { EmbedderPacks, notKnown } from './embedder-packs.ts';
import { chooseRankingTask, rankWith } from '../review/embedder-ranking.ts';
import { ModelLifecycle } from '../models/model-lifecycle.ts';
import { EmbeddingSpace } from './embedding-space.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

export interface EmbeddingSpacesParts {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly semaphore: LimitFunction;
  readonly packs: EmbedderPacks;
  /** How many groups of photos are under way at once. */
  readonly groups: number;
}

export interface EmbeddingSpacesHandlers {
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
  onTrouble(sentence: Sentence): void;
}

const DELETE_AT_ONCE = 2000;

export class EmbeddingSpaces {
  readonly #parts: EmbeddingSpacesParts;
  readonly #handlers: EmbeddingSpacesHandlers;
  #current: EmbeddingSpace;
  #reEmbedding: ReEmbedding | undefined;
  /** Those whose place was taken, until nothing uses them and their rows are gone. */
  readonly #leaving = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  /** One change of mind at a time. */
  readonly #turns = pLimit(1);

  constructor(parts: EmbeddingSpacesParts, { embedder, row }: ChosenEmbedders, handlers: EmbeddingSpacesHandlers) {
    this.#parts = parts;
    this.#handlers = handlers;
    this.#current = this.#spaceOf(embedder, row);
  }

  /** What answers at this moment. */
  get current(): EmbeddingSpace {
    return this.#current;
  }

  get changing(): boolean {
    return this.#reEmbedding !== undefined;
  }

  /** What is under way beside reading, if anything is. */
  get stage(): ReEmbedding['stage'] {
    return this.#reEmbedding?.stage ?? this.#current.models.stage;
  }

  /** What is due while no photo waits to be read. */
  work(): void {
    if (this.#reEmbedding) this.#reEmbedding.start();
    else this.#current.models.consider(true);
  }

  pause(): void {
    this.#reEmbedding?.pause();
  }

  /** Regions are about to be deleted. See ModelLifecycle. */
  forget(regionIds: readonly number[]): () => void {
    const through = this.#all().map(({ models }) => models.forget(regionIds));
    return () => {
      for (const done of through) done();
    };
  }

  list(): Promise<EmbedderPack[]> {
    return this.#parts.packs.list(this.#current.row.fingerprint, this.#reEmbedding?.to.row.fingerprint);
  }

  describe(pack: PackRow): Promise<EmbedderPack> {
    return this.#parts.packs.describe(pack, this.#current.row.fingerprint, this.#reEmbedding?.to.row.fingerprint);
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
      if (this.#reEmbedding?.to.row.fingerprint !== pack.fingerprint) {
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
      this.#handlers.onTrouble(say`The change of embedders waits. ${error.said}`);
    });
  }

  remove(name: string): Promise<void> {
    return this.#turns(async () => {
      const { library, packs } = this.#parts;
      const pack = library.packs.named(name);
      if (!pack) throw notKnown(name);
      if (pack.builtIn) throw new LikenessError('bad-input', say`${name} came with Likeness and cannot be removed.`);
      if (this.#all().some(({ row }) => row.fingerprint === pack.fingerprint)) {
        throw new LikenessError(
          'bad-input',
          say`${name} is in use. Use another one first; when that has taken its place, it can be removed.`,
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
          say`There is nothing to compare by yet. Mark some results as right first: search by a photo, and press M on a result that is.`,
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
  findFastest(space = this.#current): void {
    const trying = async (): Promise<void> => {
      const provider = await this.#parts.packs.findFastest(space.row.fingerprint, this.#closing.signal);
      if (provider !== undefined && provider !== space.embedder.provider) await space.embedder.moveTo(provider);
      if (!this.#closing.signal.aborted) this.#handlers.onChanged();
    };
    space.use(trying).catch((error: unknown) => {
      // It goes on by what runs it now.
      if (!this.#closing.signal.aborted)
        this.#handlers.onTrouble(say`What runs the embedder fastest here could not be found out: ${saidBy(error)}`);
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
    await this.#turns(() => this.#reEmbedding?.close());
    await Promise.all([this.#current.close(), ...this.#leaving]);
  }

  #all(): EmbeddingSpace[] {
    return this.#reEmbedding ? [this.#current, this.#reEmbedding.to] : [this.#current];
  }

  /** An embedder, and what looks after the models learned from its features. */
  #spaceOf(embedder: ThreadedEmbedder, row: EmbedderRow): EmbeddingSpace {
    const { library, readers, semaphore, packs } = this.#parts;
    const base = packs.baseModelOf(row.fingerprint);
    const models: ModelLifecycle = new ModelLifecycle(library, row, base, semaphore, {
      viewFeatures: ({ regionIds, features }, signal, onProgress) =>
        embedViews(regionIds, features, { library, readers, embedder, semaphore, signal, onProgress }),
      editedFeatures: (regionIds) => embedEditedCopies(regionIds, { library, readers, embedder, semaphore }),
      onProgress: (done, total) => this.#handlers.onProgress(done, total),
      onAdopted: (modelId) => {
        if (models === this.#current.models) this.#handlers.onAdopted(modelId);
      },
      onEnded: () => {
        if (models === this.#current.models) this.#handlers.onEnded();
      },
    });
    return new EmbeddingSpace(embedder, row, models, base);
  }

  async #changeTo(pack: PackRow): Promise<void> {
    const { library, packs } = this.#parts;
    const embedder = await packs.open(pack);
    library.settings.set('next-embedder', pack.fingerprint);
    const to = this.#spaceOf(embedder, rowOf(library, pack));
    this.#reEmbedding = new ReEmbedding(
      { ...this.#parts, from: this.#current.row, to },
      {
        onProgress: (done, total) => this.#handlers.onProgress(done, total),
        onReady: (passedOver) => this.#changePlaces(to, passedOver),
        onFailed: (error) =>
          this.#handlers.onTrouble(
            isOutOfSpace(error)
              ? say`The disk that holds the library is full, so the change of embedders waits. Make room and start Likeness again.`
              : say`The change of embedders was broken off: ${saidBy(error)}`,
          ),
      },
    );
  }

  async #abandon(): Promise<void> {
    const reEmbedding = this.#reEmbedding;
    if (!reEmbedding) return;
    await reEmbedding.close();
    this.#reEmbedding = undefined;
    this.#parts.library.settings.remove('next-embedder');
  }

  /** From here on another embedder answers. */
  #changePlaces(to: EmbeddingSpace, passedOver: ReadonlyMap<number, Sentence>): void {
    const { library } = this.#parts;
    const before = this.#current;
    const lost = library.inTransaction(() => {
      library.settings.set('embedder', to.row.fingerprint);
      library.settings.remove('next-embedder');
      const regions = library.regions.find([...passedOver.keys()]);
      return [...regions].flatMap(([id, { contentId }]) => library.photos.failContent(contentId, passedOver.get(id)!));
    });
    this.#current = to;
    this.#reEmbedding = undefined;
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
