// Looks after the generations of DeepQuan: when to train, the codes of a new one, and the change of places.
import type { LimitFunction } from 'p-limit';
import { LikenessError } from '../contract/errors.ts';
import type { ModelCard, ModelComparison, ModelSummary } from '../contract/types.ts';
import { fromHalf } from '../numeric/half.ts';
import type { Library } from '../library/library.ts';
import type { EmbedderRow } from '../library/feature-rows.ts';
import type { ModelRow } from '../library/model-rows.ts';
import { readModel } from '../deepquan/model-file.ts';
import type { FeatureMatrix } from '../search/exact.ts';
import { ActiveModel, summarize } from './active-model.ts';
import { compareModels, describeComparison, isNotWorse, type EditedPhoto } from './comparison.ts';
import { measureDial } from './dial.ts';
import { measureDrift, type Drift } from './drift.ts';
import { isHeldAside, loadFeatureMatrix, MOST_TRAINED_ON, sampleFeatures, sampleHeldAside } from './samples.ts';
import { TrainingThread } from './training-thread.ts';
import type { TrainingProgress } from './training-worker.ts';

/** Photos from which a model is trained; below, search is exact over the features. */
export const PHOTOS_TO_TRAIN = 256;
/** Growth since the last training from the start that asks for another: at rest, and while photos are still being read. */
const GROWTH_AT_REST = 2;
const GROWTH_WHILE_READING = 4;
/** Contents that come or go before drift is measured anew. */
const DRIFT_EVERY = 64;
/** Growth since a fine-tuning or a measurement that failed or was not wanted that allows another. */
const GROWTH_TO_TRY_AGAIN = 1.1;
/** Quantization error of new photos, relative to that of the older ones, that asks for fine-tuning. */
const DRIFT = 1.15;
const PINS = 200;
const ENCODE_AT_ONCE = 512;
const DELETE_AT_ONCE = 2000;

type Stage = 'training' | 'encoding' | 'comparing' | 'measuring';

/** How a training starts: from the features alone, or from the model there is. */
type Start = 'afresh' | 'warm';

export interface ModelKeeperHandlers {
  /** Features of edited copies of some contents, as far as their files can be read. */
  editedFeatures(contentIds: readonly number[]): Promise<EditedPhoto[]>;
  /** Epochs while training, contents while encoding. */
  onProgress(done: number, total: number): void;
  onAdopted(modelId: number): void;
  /** Training ended, well or not. */
  onEnded(): void;
}

export class ModelKeeper {
  readonly #library: Library;
  readonly #embedder: EmbedderRow;
  readonly #permits: LimitFunction;
  readonly #handlers: ModelKeeperHandlers;
  readonly #base: Buffer | undefined;
  #active: ActiveModel | undefined;
  /** A model on its way to being the active one. */
  #candidate: ActiveModel | undefined;
  /** Contents that the embedder has seen. */
  #count: number;
  #matrix: FeatureMatrix | undefined;
  #thread: TrainingThread | undefined;
  #work: Promise<void> | undefined;
  #stage: Stage = 'training';
  #cancelled = false;
  #measured: { count: number; modelId: number; drift: Drift | undefined } | undefined;
  #reason: string | null = null;
  /** Features there were at the last training that failed, so that it is not tried again and again. */
  #failedAt = 0;
  /** The same of the last measurement, which what becomes of a training does not hold up. */
  #unmeasuredAt = 0;
  /** An unfinished model could not be set aside. */
  #stuck = false;
  #closed = false;

  /**
   * @param base the model file that came with the embedder, to answer from the first photo on
   * @param permits one of which is held whenever a core is taken for training or encoding
   */
  constructor(
    library: Library,
    embedder: EmbedderRow,
    base: Buffer | undefined,
    permits: LimitFunction,
    handlers: ModelKeeperHandlers,
  ) {
    this.#permits = permits;
    this.#library = library;
    this.#embedder = embedder;
    this.#handlers = handlers;
    this.#base = base;
    this.#count = library.features.count(embedder.id);
    // Before the first photo there is nothing to write codes of.
    if (base && this.#count === 0 && !library.models.hasAny(embedder.id))
      library.inTransaction(() => library.models.activate(this.#addBase(base), embedder.id, null));
    this.#active = ActiveModel.load(library, embedder.id);
  }

  get active(): ActiveModel | undefined {
    return this.#active;
  }

  /** What is under way, if anything is. */
  get stage(): Stage | undefined {
    return this.#work && this.#stage;
  }

  /** The features themselves, for search without a model; loaded when first asked for. */
  get matrix(): FeatureMatrix {
    this.#matrix ??= loadFeatureMatrix(this.#library, this.#embedder);
    return this.#matrix;
  }

  /**
   * Codes of contents just embedded, written inside the caller's transaction.
   * @returns what to call once the transaction is through: only then can searches find them
   */
  encodeNew(embedded: readonly { contentId: number; feature: Float32Array }[]): () => void {
    const active = this.#active;
    const encoded = active ? embedded.map(({ contentId, feature }) => active.encode(contentId, feature)) : [];
    if (active) this.#library.models.append(active.id, encoded);
    return () => {
      this.#count += embedded.length;
      active?.append(encoded);
      if (this.#matrix) for (const { contentId, feature } of embedded) this.#matrix.append(contentId, feature);
    };
  }

  /** Contents are about to be deleted. Called inside the transaction that does so. */
  forget(contentIds: readonly number[]): void {
    this.#library.models.forget(new Set(contentIds));
    for (const model of [this.#active, this.#candidate]) model?.scan.remove(Uint32Array.from(contentIds));
    this.#compactSome();
    this.#count -= contentIds.filter((id) => this.#library.features.has(this.#embedder.id, id)).length;
    for (const id of contentIds) this.#matrix?.remove(id);
  }

  /**
   * Starts what is due: codes left unfinished, a first training, another one after growth.
   * @param atRest whether no photo is waiting to be read
   */
  consider(atRest: boolean): void {
    if (this.#work || this.#closed || this.#stuck) return;
    const { models } = this.#library;
    if (models.has(this.#embedder.id, 'encoding')) this.#begin(() => this.#finishEncoding(true));
    else if (this.#base && this.#count > this.#failedAt && !models.hasAny(this.#embedder.id)) {
      this.#addBase(this.#base);
      this.#begin(() => this.#finishEncoding(true));
    } else {
      const start = this.#due(atRest);
      if (start) this.#begin(() => this.#train(start));
      else if (atRest && this.#dialIsDue()) this.#begin(() => this.#measureDial());
    }
  }

  /** Does all that is due; resolves when nothing is. */
  async settle(): Promise<void> {
    for (;;) {
      this.consider(true);
      if (!this.#work) return;
      await this.#work;
      if (this.#cancelled) return;
    }
  }

  /** Trains now, whatever has grown; does nothing while a training is under way. */
  trainNow(): void {
    this.#failedAt = 0;
    this.#stuck = false;
    if (this.#count < PHOTOS_TO_TRAIN) {
      this.#reason = `Training needs ${PHOTOS_TO_TRAIN} photos; until then, search ${this.#active ? 'goes on as before' : "compares the photos' features themselves"}.`;
      this.#handlers.onEnded();
    } else if (!this.#work && !this.#closed) this.#begin(() => this.#train('afresh'));
  }

  /** Breaks off what is under way; the model there is goes on answering. */
  cancel(): void {
    if (!this.#work) return;
    this.#cancelled = true;
    void this.#thread?.close();
  }

  /**
   * Goes back to the model before this one, which gets the codes it lacks first; this one is kept in its place.
   * @throws LikenessError where there is none, or a training is under way
   */
  restorePrevious(): void {
    if (this.#work)
      throw new LikenessError('unavailable', 'A training is under way. Wait for its end or cancel it, then go back.');
    if (!this.#library.models.callBack(this.#embedder.id))
      throw new LikenessError('not-found', 'There is no earlier model to go back to.');
    this.#begin(
      () => this.#finishEncoding(false),
      (id) => this.#library.models.keepBack(id),
    );
  }

  card(): ModelCard {
    return {
      model: this.#active?.summary ?? null,
      comparison: this.#active?.comparison ?? null,
      previous: summaryOf(this.#library.models.find(this.#embedder.id, 'previous')),
      drift: this.#drift() ?? null,
      history: [...(this.#active?.model.losses ?? [])],
      reason: this.#reason,
      photosNeeded: PHOTOS_TO_TRAIN,
      training: this.#work !== undefined,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.close();
    await this.#work;
  }

  /** Whether a training is due, and how it would start. */
  #due(atRest: boolean): Start | undefined {
    const count = this.#count;
    if (count < PHOTOS_TO_TRAIN) return undefined;
    const growth = atRest ? GROWTH_AT_REST : GROWTH_WHILE_READING;
    const grown = count >= this.#failedAt * growth;
    if (!this.#active) return grown ? 'afresh' : undefined;
    if (grown && this.#active.startedOn < MOST_TRAINED_ON * 0.9 && count >= this.#active.startedOn * growth)
      return 'afresh';
    if (!atRest || this.#active.startedOn === 0 || count < this.#failedAt * GROWTH_TO_TRY_AGAIN) return undefined;
    return (this.#drift()?.ratio ?? 1) >= DRIFT ? 'warm' : undefined;
  }

  /** Measured anew when some photos have come or gone. */
  #drift(): Drift | undefined {
    const active = this.#active;
    if (!active) return undefined;
    const measured = this.#measured;
    if (measured?.modelId !== active.id || Math.abs(measured.count - this.#count) >= DRIFT_EVERY) {
      this.#measured = {
        count: this.#count,
        modelId: active.id,
        drift: measureDrift(this.#library, active, this.#embedder.id, isHeldAside),
      };
    }
    return this.#measured?.drift;
  }

  /** @param onUnfinished what becomes of a model whose codes were not all written when the work was broken off or failed */
  #begin(work: () => Promise<void>, onUnfinished = (id: number): void => this.#library.models.retire(id)): void {
    this.#cancelled = false;
    this.#work = work()
      .catch((error: unknown) => {
        if (this.#closed) return;
        const measuring = this.#stage === 'measuring';
        if (!measuring) this.#failedAt = this.#count;
        // Who cancels a training wants rest, not the next piece of work.
        if (measuring || this.#cancelled) this.#unmeasuredAt = this.#count;
        const what = measuring ? 'measurement' : 'training';
        this.#reason = this.#cancelled
          ? `The ${what} was cancelled, so search goes on as before.`
          : `The last ${what} failed, so search goes on as before: ${(error as Error).message}`;
        this.#setAside(onUnfinished);
      })
      .finally(async () => {
        this.#candidate = undefined;
        const thread = this.#thread;
        this.#thread = undefined;
        await thread?.close();
        // Not before: what is due next begins without a moment of rest in between.
        this.#work = undefined;
        if (!this.#closed) this.#handlers.onEnded();
      });
  }

  /** Takes a model whose codes were not all written out of the way; else it would be taken up again at once, and fail again. */
  #setAside(onUnfinished: (id: number) => void): void {
    try {
      const unfinished = this.#library.models.find(this.#embedder.id, 'encoding');
      if (unfinished) onUnfinished(unfinished.id);
    } catch (error) {
      // The catalogue cannot be written, which may be why the work failed: the next start takes it up.
      this.#stuck = true;
      this.#reason = `${this.#reason ?? ''} (The library cannot be written: ${(error as Error).message}.)`;
    }
  }

  async #train(start: Start): Promise<void> {
    const { id: embedderId, dimensions } = this.#embedder;
    this.#stage = 'training';
    this.#handlers.onProgress(0, 1);
    const newestContent = this.#library.features.newestContent(embedderId);
    const features = await sampleFeatures(this.#library, this.#embedder);
    this.#stopHere();
    // Not from the base: what generic pictures taught holds a library's own back (ARCHITECTURE.md).
    const warmStart = start === 'warm' ? this.#library.models.find(embedderId, 'active')!.weights : null;
    this.#thread = new TrainingThread(this.#permits);
    const result = await this.#thread.train(features, dimensions, warmStart, ({ epoch, epochs }: TrainingProgress) =>
      this.#handlers.onProgress(epoch, epochs),
    );
    this.#stopHere();
    const { model, seconds, backend } = result;
    this.#add(model, { newestContent, seconds, backend });
    await this.#finishEncoding(true);
  }

  /**
   * Writes the codes that the new model still lacks while the old one answers; then, if it is not worse, they
   * change places.
   * @param onTrial whether it is compared with the one there is first
   */
  async #finishEncoding(onTrial: boolean): Promise<void> {
    const { id: embedderId } = this.#embedder;
    const { models } = this.#library;
    const row = models.find(embedderId, 'encoding')!;
    await this.#encodeMissing(row);
    const candidate = await this.#readCandidate(row);
    let comparison: ModelComparison | null = null;
    if (onTrial && this.#active) {
      comparison = await this.#compare(this.#active, candidate);
      if (!isNotWorse(comparison, this.#active.summary.base)) {
        models.retire(row.id);
        this.#failedAt = this.#count;
        this.#reason = `A newly trained model was not taken, because it is worse than the one there is: ${describeComparison(comparison)}.`;
        await this.removeLeftovers();
        return;
      }
    }
    // What came meanwhile. From the last look on, which nothing is waited for after, nothing can be written in between.
    do await this.#encodeMissing(row);
    while (this.#library.features.notEncoded(embedderId, row.id, 1).length > 0);
    this.#library.inTransaction(() => models.activate(row.id, embedderId, comparison && JSON.stringify(comparison)));
    candidate.catchUp(this.#library);
    candidate.comparison = comparison;
    this.#active = candidate;
    this.#matrix = undefined;
    this.#reason = null;
    // One gone back to is not replaced again until the library has grown.
    this.#failedAt = onTrial ? 0 : this.#count;
    this.#unmeasuredAt = 0;
    this.#handlers.onAdopted(row.id);
    await this.removeLeftovers();
  }

  /** A model on its way to being the active one, with the codes it has so far. */
  async #readCandidate(row: ModelRow): Promise<ActiveModel> {
    // Known before its codes are read, because contents may go meanwhile.
    this.#candidate = ActiveModel.of(row);
    await this.#candidate.readCodes(this.#library);
    this.#stopHere();
    return this.#candidate;
  }

  /** Adds the model that came with the embedder, which was made of no photo of this library; its codes are still to be written. */
  #addBase(base: Buffer): number {
    const newestContent = this.#library.features.newestContent(this.#embedder.id);
    return this.#add(base, { startedOn: 0, newestContent, seconds: 0, backend: '' });
  }

  /** Adds a model by its file and what the file does not say, or says otherwise. */
  #add(
    file: Uint8Array,
    known: Pick<ModelRow, 'newestContent' | 'seconds' | 'backend'> & { startedOn?: number },
  ): number {
    const { trainedOn, startedOn, quantizationError, losses, codebooks } = readModel(file);
    return this.#library.models.add({
      embedderId: this.#embedder.id,
      trainedAt: Date.now(),
      bits: codebooks.M * Math.log2(codebooks.ksub),
      weights: Buffer.from(file),
      trainedOn,
      startedOn,
      quantizationError,
      losses: JSON.stringify(losses),
      ...known,
    });
  }

  async #encodeMissing(row: ModelRow): Promise<void> {
    const { id: embedderId, dimensions } = this.#embedder;
    const { models, features } = this.#library;
    const total = this.#count;
    for (let done = 0; ;) {
      const rows = features.notEncoded(embedderId, row.id, ENCODE_AT_ONCE);
      if (rows.length === 0) return;
      this.#stage = 'encoding';
      this.#handlers.onProgress(done, total);
      const batch = new Float32Array(rows.length * dimensions);
      rows.forEach(({ vector }, i) => batch.set(fromHalf(vector), i * dimensions));
      this.#thread ??= new TrainingThread(this.#permits);
      const { hidden, codes, fastCodes } = await this.#thread.encode(row.weights, batch);
      this.#stopHere();
      const [D, size, fastSize] = [hidden, codes, fastCodes].map(({ length }) => length / rows.length);
      const encoded = rows.map(({ contentId }, i) => ({
        contentId,
        hidden: hidden.subarray(i * D, (i + 1) * D),
        code: codes.subarray(i * size, (i + 1) * size),
        fastCode: fastCodes.subarray(i * fastSize, (i + 1) * fastSize),
      }));
      this.#library.inTransaction(() => {
        const present = encoded.filter(({ contentId }) => features.has(embedderId, contentId));
        models.append(row.id, present);
      });
      done += rows.length;
    }
  }

  async #compare(active: ActiveModel, candidate: ActiveModel): Promise<ModelComparison> {
    this.#stage = 'comparing';
    this.#handlers.onProgress(0, 1);
    const edited = await this.#handlers.editedFeatures(sampleHeldAside(this.#library, this.#embedder));
    this.#stopHere();
    return compareModels(this.#library, active, candidate, edited, this.#library.pins.latest(PINS));
  }

  /** Whether what codes cost has not been measured yet, or of a library half as large. */
  #dialIsDue(): boolean {
    const active = this.#active;
    if (!active || this.#count < PHOTOS_TO_TRAIN || this.#count < this.#unmeasuredAt * GROWTH_TO_TRY_AGAIN)
      return false;
    return !active.dial || this.#count >= active.dial.photos * GROWTH_AT_REST;
  }

  async #measureDial(): Promise<void> {
    this.#stage = 'measuring';
    this.#handlers.onProgress(0, 1);
    const { models, features } = this.#library;
    const active = this.#active!;
    const row = models.find(this.#embedder.id, 'active')!;
    const thread = (this.#thread = new TrainingThread(this.#permits));
    const dial = await measureDial(this.#library, active, features.contentIds(this.#embedder.id), {
      recall: (hidden, queries, k, depths) => thread.recall(row.weights, hidden, queries, k, depths),
      stopHere: () => this.#stopHere(),
    });
    if (dial.chosen.codes === active.setting.codes) active.keepDial(dial);
    else {
      const turned = await this.#readCandidate({ ...row, dial: JSON.stringify(dial) });
      turned.catchUp(this.#library);
      this.#active = turned;
    }
    models.setDial(active.id, JSON.stringify(dial));
  }

  /** Gives back the room of codes that were removed, when they have become many. */
  #compactSome(): void {
    const scan = this.#active?.scan;
    if (scan && scan.removed > scan.size / 4) void scan.compact();
  }

  #stopHere(): void {
    if (this.#closed || this.#cancelled) throw new Error('stopped');
  }

  /** Deletes models that answer no more, a little at a time. */
  async removeLeftovers(): Promise<void> {
    for (const id of this.#library.models.leftovers()) {
      while (!this.#closed && !this.#library.inTransaction(() => this.#library.models.removeSome(id, DELETE_AT_ONCE))) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
}

function summaryOf(row: ModelRow | undefined): ModelSummary | null {
  return row ? summarize(row) : null;
}
