// The generations of DeepQuan in one embedding space: which one answers, which one is on its way, and when.
import type { LimitFunction } from 'p-limit';
import { LikenessError, saidBy } from '../../contract/errors.ts';
import type { ModelCard, ModelComparison } from '../../contract/models.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import type { Library } from '../../library/library.ts';
import type { ModelRow } from '../../library/rows/model-rows.ts';
import type { FeatureMatrix } from '../../search/exact.ts';
import { ActiveModel, summarize } from '../codes/active-model.ts';
import { describeComparison, isNotWorse, type EditedPhoto } from './comparison.ts';
import { DriftWatch } from './drift.ts';
import { PHOTOS_TO_TRAIN, whatIsDue, type Due, type ModelFacts } from './due.ts';
import { addModel, ModelWork, type ModelWorkParts, type Stage } from './model-work.ts';
import { loadFeatureMatrix, MOST_TRAINED_ON } from './samples.ts';
import { say } from '../../contract/sentence.ts';
import { describeSetback, type Setbacks } from './setbacks.ts';

const DELETE_AT_ONCE = 2000;

export interface ModelLifecycleHandlers {
  readonly viewFeatures: ModelWorkParts['viewFeatures'];
  /** Features of edited copies of some regions, as far as their files can be read. */
  editedFeatures(regionIds: readonly number[]): Promise<EditedPhoto[]>;
  /** Regions while looking at views and while encoding, epochs while training. */
  onProgress(done: number, total: number): void;
  onAdopted(modelId: number): void;
  /** A piece of work ended, well or not. */
  onEnded(): void;
}

/** Why work is broken off. */
type Ending = 'cancelled' | 'closed';

type State =
  | { readonly kind: 'idle' }
  | {
      readonly kind: 'working';
      readonly work: ModelWork;
      readonly abort: AbortController;
      readonly ended: Promise<void>;
    }
  /** An unfinished model could not be set aside, so that nothing more begins until it is asked for. */
  | { readonly kind: 'stuck' }
  | { readonly kind: 'closed' };

export class ModelLifecycle {
  readonly #library: Library;
  readonly #embedder: EmbedderRow;
  readonly #semaphore: LimitFunction;
  readonly #handlers: ModelLifecycleHandlers;
  readonly #base: Buffer | undefined;
  #state: State = { kind: 'idle' };
  readonly #setbacks: Setbacks = { failedAt: 0, unmeasuredAt: 0, reason: null };
  #active: ActiveModel | undefined;
  /** A model on its way to being the active one. */
  #candidate: ActiveModel | undefined;
  /** Regions that the embedder has seen. */
  #count: number;
  #matrix: FeatureMatrix | undefined;
  readonly #driftWatch: DriftWatch;

  /**
   * @param base the model file that came with the embedder, to answer from the first photo on
   * @param semaphore held whenever a core is taken for training or encoding
   */
  constructor(
    library: Library,
    embedder: EmbedderRow,
    base: Buffer | undefined,
    semaphore: LimitFunction,
    handlers: ModelLifecycleHandlers,
  ) {
    this.#semaphore = semaphore;
    this.#library = library;
    this.#embedder = embedder;
    this.#handlers = handlers;
    this.#base = base;
    this.#driftWatch = new DriftWatch(library, embedder.id);
    this.#count = library.features.count(embedder.id);
    this.#active = this.#loadOrRetire();
    // Before the first photo there is nothing to write codes of.
    if (base && this.#count === 0 && !library.models.hasAny(embedder.id)) {
      library.inTransaction(() => library.models.activate(this.#addBase(base), embedder.id, null));
      this.#active = ActiveModel.load(library, embedder.id);
    }
  }

  get active(): ActiveModel | undefined {
    return this.#active;
  }

  /** What is under way, if anything is. */
  get stage(): Stage | undefined {
    return this.#state.kind === 'working' ? this.#state.work.stage : undefined;
  }

  /** The features themselves, for search without a model; loaded when first asked for. */
  get matrix(): FeatureMatrix {
    this.#matrix ??= loadFeatureMatrix(this.#library, this.#embedder);
    return this.#matrix;
  }

  /**
   * Codes of regions just embedded, written inside the caller's transaction.
   * @returns what to call once the transaction is through: only then can searches find them
   */
  encodeNew(embedded: readonly { regionId: number; feature: Float32Array }[]): () => void {
    const active = this.#active;
    const encoded = active ? embedded.map(({ regionId, feature }) => active.encode(regionId, feature)) : [];
    if (active && encoded.length > 0) this.#library.codes.append(active.id, encoded);
    return () => {
      this.#count += embedded.length;
      active?.append(encoded);
      if (this.#matrix) for (const { regionId, feature } of embedded) this.#matrix.append(regionId, feature);
    };
  }

  /**
   * Regions are about to be deleted. Called inside the transaction that does so.
   * @returns what to call once the transaction is through: from then on searches do not find them
   */
  forget(regionIds: readonly number[]): () => void {
    const seen = regionIds.filter((id) => this.#library.features.has(this.#embedder.id, id)).length;
    return () => {
      for (const model of [this.#active, this.#candidate]) model?.index.remove(Uint32Array.from(regionIds));
      this.#compactSome();
      this.#count -= seen;
      for (const id of regionIds) this.#matrix?.remove(id);
    };
  }

  /**
   * Starts what is due.
   * @param atRest whether no photo is waiting to be read
   */
  consider(atRest: boolean): void {
    if (this.#state.kind !== 'idle') return;
    const due = whatIsDue(this.#facts(atRest));
    if (due) this.#begin(due);
  }

  /** Does all that is due; resolves when nothing is, or when it is cancelled. */
  async settle(): Promise<void> {
    for (;;) {
      this.consider(true);
      if (this.#state.kind !== 'working') return;
      const { ended, abort } = this.#state;
      await ended;
      if (abort.signal.aborted) return;
    }
  }

  /** Trains now, whatever has grown; does nothing while work is under way. */
  trainNow(): void {
    this.#setbacks.failedAt = 0;
    if (this.#state.kind === 'stuck') this.#state = { kind: 'idle' };
    if (this.#count < PHOTOS_TO_TRAIN) {
      this.#setbacks.reason = this.#active
        ? say`Training needs ${PHOTOS_TO_TRAIN} photos; until then, search goes on as before.`
        : say`Training needs ${PHOTOS_TO_TRAIN} photos; until then, search compares the photos' features themselves.`;
      this.#handlers.onEnded();
    } else if (this.#state.kind === 'idle') this.#begin('training');
  }

  /** Breaks off what is under way; the model there is stays in use. */
  cancel(): void {
    this.#breakOff('cancelled');
  }

  /**
   * Goes back to the model before this one, which gets the codes it lacks first; this one is kept in its place.
   * @throws LikenessError where there is none, or a training is under way
   */
  restorePrevious(): void {
    if (this.#state.kind === 'working') {
      throw new LikenessError(
        'unavailable',
        say`A training is under way. Wait for its end or cancel it, then go back.`,
      );
    }
    if (!this.#library.models.callBack(this.#embedder.id)) {
      throw new LikenessError('not-found', say`There is no earlier model to go back to.`);
    }
    this.#begin('previous model');
  }

  card(): ModelCard {
    const previous = this.#library.models.find(this.#embedder.id, 'previous');
    return {
      model: this.#active?.summary ?? null,
      comparison: this.#active?.comparison ?? null,
      previous: previous ? summarize(previous) : null,
      drift: this.#active ? (this.#driftWatch.of(this.#active, this.#count) ?? null) : null,
      history: [...(this.#active?.model.losses ?? [])],
      reason: this.#setbacks.reason,
      photosNeeded: PHOTOS_TO_TRAIN,
      training: this.#state.kind === 'working',
    };
  }

  async close(): Promise<void> {
    const state = this.#state;
    this.#breakOff('closed');
    if (state.kind === 'working') await state.ended;
    this.#state = { kind: 'closed' };
  }

  /** Deletes models that are no longer used, a little at a time. */
  async removeLeftovers(): Promise<void> {
    const { codes, models } = this.#library;
    for (const id of models.leftovers()) {
      while (!this.#isClosing && !this.#library.inTransaction(() => codes.removeSome(id, DELETE_AT_ONCE))) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (!this.#isClosing) models.remove(id);
    }
  }

  /** A model that cannot be read is retired, and another is made in its place. */
  #loadOrRetire(): ActiveModel | undefined {
    try {
      return ActiveModel.load(this.#library, this.#embedder.id);
    } catch (error) {
      if (!(error instanceof LikenessError) || error.code !== 'unreadable') throw error;
      this.#library.models.retireAll(this.#embedder.id);
      this.#setbacks.reason = say`The model was damaged on disk; another is made in its place.`;
      return undefined;
    }
  }

  #facts(atRest: boolean): ModelFacts {
    const { models, codes } = this.#library;
    const active = this.#active;
    return {
      atRest,
      count: this.#count,
      unfinished: models.has(this.#embedder.id, 'encoding'),
      baseWaits: this.#base !== undefined && !models.hasAny(this.#embedder.id),
      active: active && {
        startedOn: active.startedOn,
        measuredAt: active.operatingPoints?.photos,
        driftRatio: () => this.#driftWatch.of(active, this.#count)?.ratio,
        segmentation: () => codes.segmentation(active.id),
      },
      mostTrainedOn: MOST_TRAINED_ON,
      failedAt: this.#setbacks.failedAt,
      unmeasuredAt: this.#setbacks.unmeasuredAt,
    };
  }

  #begin(due: Due | 'previous model'): void {
    const abort = new AbortController();
    const parts = {
      ...this.#handlers,
      library: this.#library,
      embedder: this.#embedder,
      semaphore: this.#semaphore,
    };
    const work = new ModelWork(parts, firstStage(due), abort.signal);
    const ended = this.#do(due, work)
      .catch((error: unknown) => this.#takeSetback(due, work, error))
      .then(async (next) => {
        this.#candidate = undefined;
        await work.close();
        if (this.#isClosing) return;
        // Not before: what is due next begins without a moment of rest in between.
        this.#state = next ?? { kind: 'idle' };
        this.#handlers.onEnded();
      });
    this.#state = { kind: 'working', work, abort, ended };
  }

  async #do(due: Due | 'previous model', work: ModelWork): Promise<void> {
    switch (due) {
      case 'training':
      case 'fine-tuning':
        await work.train(due === 'training' ? 'afresh' : 'warm');
        return this.#finishEncoding(work, true);
      case 'base model':
        this.#addBase(this.#base!);
        return this.#finishEncoding(work, true);
      case 'encoding':
        return this.#finishEncoding(work, true);
      case 'previous model':
        return this.#finishEncoding(work, false);
      case 'measuring':
        return this.#measure(work);
      case 'merging':
        return work.merge(this.#active!);
    }
  }

  /** @returns 'stuck' where the catalogue cannot be written */
  #takeSetback(due: Due | 'previous model', work: ModelWork, error: unknown): State | undefined {
    if (this.#isClosing) return undefined;
    const cancelled = work.signal.aborted;
    const beside = due === 'measuring' || due === 'merging';
    if (!beside) this.#setbacks.failedAt = this.#count;
    // Who cancels a training wants rest, not the next piece of work.
    if (beside || cancelled) this.#setbacks.unmeasuredAt = this.#count;
    const reason = describeSetback(beside, cancelled, error);
    this.#setbacks.reason = reason;
    // Else a model whose codes were not all written would be taken up again at once, and fail again.
    try {
      const { models } = this.#library;
      const unfinished = models.find(this.#embedder.id, 'encoding');
      if (unfinished && due === 'previous model') models.keepBack(unfinished.id);
      else if (unfinished) models.retire(unfinished.id);
      return undefined;
    } catch (unwritten) {
      // The catalogue cannot be written, which may be why the work failed: the next start takes it up.
      this.#setbacks.reason = say`${reason} (The library cannot be written: ${saidBy(unwritten)}.)`;
      return { kind: 'stuck' };
    }
  }

  /**
   * Writes the codes that the new model still lacks while the old one is in use; then, if it is not worse, they
   * change places.
   * @param onTrial whether it is compared with the one there is first
   */
  async #finishEncoding(work: ModelWork, onTrial: boolean): Promise<void> {
    const { id: embedderId } = this.#embedder;
    const { models } = this.#library;
    const row = models.find(embedderId, 'encoding')!;
    await work.encodeMissing(row, this.#count);
    const candidate = await this.#readCandidate(row, work.signal);
    let comparison: ModelComparison | null = null;
    if (onTrial && this.#active) {
      comparison = await work.compare(this.#active, candidate);
      if (!isNotWorse(comparison, this.#active.summary.base)) {
        models.retire(row.id);
        this.#setbacks.failedAt = this.#count;
        this.#setbacks.reason = say`A newly trained model was not taken, because it is worse than the one there is: ${describeComparison(comparison)}.`;
        return this.removeLeftovers();
      }
    }
    // What came meanwhile. From the last look on, which nothing is waited for after, nothing can be written in between.
    do await work.encodeMissing(row, this.#count);
    while (this.#library.features.notEncoded(embedderId, row.id, 1).length > 0);
    this.#library.inTransaction(() => models.activate(row.id, embedderId, comparison && JSON.stringify(comparison)));
    candidate.catchUp(this.#library);
    candidate.comparison = comparison;
    this.#active = candidate;
    this.#matrix = undefined;
    // One gone back to is not replaced again until the library has grown.
    Object.assign(this.#setbacks, { failedAt: onTrial ? 0 : this.#count, unmeasuredAt: 0, reason: null });
    this.#handlers.onAdopted(row.id);
    return this.removeLeftovers();
  }

  async #measure(work: ModelWork): Promise<void> {
    const active = this.#active!;
    const row = this.#library.models.find(this.#embedder.id, 'active')!;
    const operatingPoints = await work.measure(active, row);
    if (operatingPoints.chosen.codes === active.setting.codes) active.keepOperatingPoints(operatingPoints);
    else {
      const turned = await this.#readCandidate(
        { ...row, operatingPoint: JSON.stringify(operatingPoints) },
        work.signal,
      );
      turned.catchUp(this.#library);
      this.#active = turned;
    }
    this.#library.models.setOperatingPoint(active.id, JSON.stringify(operatingPoints));
  }

  /** A model on its way to being the active one, with the codes it has so far. */
  async #readCandidate(row: ModelRow, signal: AbortSignal): Promise<ActiveModel> {
    // Known before its codes are read, because regions may go meanwhile.
    this.#candidate = ActiveModel.of(row);
    await this.#candidate.readCodes(this.#library);
    signal.throwIfAborted();
    return this.#candidate;
  }

  /** Adds the model that came with the embedder, which was made of no photo of this library. */
  #addBase(base: Buffer): number {
    const newestRegion = this.#library.features.newestRegion(this.#embedder.id);
    return addModel(this.#library, this.#embedder, base, { startedOn: 0, newestRegion, seconds: 0, backend: '' });
  }

  #breakOff(ending: Ending): void {
    if (this.#state.kind === 'working') this.#state.abort.abort(ending);
    if (ending === 'closed' && this.#state.kind !== 'working') this.#state = { kind: 'closed' };
  }

  get #isClosing(): boolean {
    return (
      this.#state.kind === 'closed' ||
      (this.#state.kind === 'working' && (this.#state.abort.signal.reason as Ending | undefined) === 'closed')
    );
  }

  /** Gives back the room of codes that were removed, when they have become many. */
  #compactSome(): void {
    const index = this.#active?.index;
    if (index && index.removed > index.size / 4) void index.compact();
  }
}

function firstStage(due: Due | 'previous model'): Stage {
  if (due === 'fine-tuning') return 'training';
  return due === 'base model' || due === 'previous model' ? 'encoding' : due;
}
