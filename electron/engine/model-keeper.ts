// Looks after the generations of DeepQuan: when to train, the codes of a new one, and the change of places.
import type { LimitFunction } from 'p-limit';
import type { ModelCard } from '../contract/types.ts';
import { fromHalf } from '../numeric/half.ts';
import { seededRandom } from '../numeric/random.ts';
import type { Library } from '../library/library.ts';
import type { EmbedderRow } from '../library/feature-rows.ts';
import type { EncodedContent } from '../library/model-rows.ts';
import { readModel } from '../deepquan/model-file.ts';
import { FeatureMatrix } from '../search/exact.ts';
import { ActiveModel } from './active-model.ts';
import { TrainingThread } from './training-thread.ts';
import type { TrainingProgress } from './training-worker.ts';

/** Photos from which a model is trained; below, search is exact over the features. */
export const PHOTOS_TO_TRAIN = 256;
/** Photos that a model learns from at most; larger libraries are sampled. */
const SAMPLE = 10_000;
const SAMPLE_SEED = 2018;
/** Growth since the last training that asks for another: at rest, and while photos are still being read. */
const GROWTH_AT_REST = 1.2;
const GROWTH_WHILE_READING = 4;
const ENCODE_AT_ONCE = 512;
const DELETE_AT_ONCE = 2000;
const READ_AT_ONCE = 1000;

export interface ModelKeeperHandlers {
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
  #active: ActiveModel | undefined;
  /** Contents that the embedder has seen. */
  #count: number;
  #matrix: FeatureMatrix | undefined;
  #thread: TrainingThread | undefined;
  #work: Promise<void> | undefined;
  #stage: 'training' | 'encoding' = 'training';
  #reason: string | null = null;
  /** Features there were at the last training that failed, so that it is not tried again and again. */
  #failedAt = 0;
  #closed = false;

  /** @param permits one of which is held whenever a core is taken for training or encoding */
  constructor(library: Library, embedder: EmbedderRow, permits: LimitFunction, handlers: ModelKeeperHandlers) {
    this.#permits = permits;
    this.#library = library;
    this.#embedder = embedder;
    this.#handlers = handlers;
    this.#active = ActiveModel.load(library, embedder.id);
    this.#count = library.features.count(embedder.id);
  }

  get active(): ActiveModel | undefined {
    return this.#active;
  }

  /** What is under way, if anything is. */
  get stage(): 'training' | 'encoding' | undefined {
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
      if (active) appendToScan(active, encoded);
      if (this.#matrix) for (const { contentId, feature } of embedded) this.#matrix.append(contentId, feature);
    };
  }

  /** Contents are about to be deleted. Called inside the transaction that does so. */
  forget(contentIds: readonly number[]): void {
    this.#library.models.forget(new Set(contentIds));
    this.#count -= contentIds.filter((id) => this.#library.features.has(this.#embedder.id, id)).length;
    for (const id of contentIds) {
      this.#active?.scan.remove(id);
      this.#matrix?.remove(id);
    }
  }

  /**
   * Starts what is due: codes left unfinished, a first training, another one after growth.
   * @param atRest whether no photo is waiting to be read
   */
  consider(atRest: boolean): void {
    if (this.#work || this.#closed) return;
    if (this.#library.models.has(this.#embedder.id, 'encoding')) this.#begin(() => this.#finishEncoding());
    else if (this.#isDue(atRest)) this.#begin(() => this.#train());
  }

  /** Trains now, whatever has grown; does nothing while a training is under way. */
  trainNow(): void {
    this.#failedAt = 0;
    if (this.#count < PHOTOS_TO_TRAIN) {
      this.#reason = `Training needs ${PHOTOS_TO_TRAIN} photos; until then, search compares the photos' features themselves.`;
      this.#handlers.onEnded();
    } else if (!this.#work && !this.#closed) this.#begin(() => this.#train());
  }

  card(): ModelCard {
    return {
      model: this.#active?.summary ?? null,
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

  #isDue(atRest: boolean): boolean {
    const count = this.#count;
    if (count < PHOTOS_TO_TRAIN) return false;
    const growth = atRest ? GROWTH_AT_REST : GROWTH_WHILE_READING;
    if (count < this.#failedAt * growth) return false;
    return !this.#active || (this.#active.summary.trainedOn < SAMPLE && count >= this.#active.summary.trainedOn * growth);
  }

  #begin(work: () => Promise<void>): void {
    this.#work = work()
      .catch((error: unknown) => {
        if (this.#closed) return;
        this.#failedAt = this.#count;
        this.#reason = `The last training failed, so search goes on as before: ${(error as Error).message}`;
      })
      .finally(async () => {
        this.#work = undefined;
        const thread = this.#thread;
        this.#thread = undefined;
        await thread?.close();
        if (!this.#closed) this.#handlers.onEnded();
      });
  }

  async #train(): Promise<void> {
    const { id: embedderId, dimensions } = this.#embedder;
    this.#stage = 'training';
    this.#handlers.onProgress(0, 1);
    const features = await this.#sampleFeatures();
    const trainedOn = features.length / dimensions;
    const warmStart = this.#active ? this.#library.models.find(embedderId, 'active')!.weights : null;
    this.#thread = new TrainingThread(this.#permits);
    const result = await this.#thread.train(features, dimensions, warmStart, ({ epoch, epochs }: TrainingProgress) =>
      this.#handlers.onProgress(epoch, epochs),
    );
    if (this.#closed) return;
    const model = readModel(result.model);
    this.#library.models.add({
      embedderId,
      trainedAt: Date.now(),
      trainedOn,
      seconds: result.seconds,
      backend: result.backend,
      bits: model.codebooks.M * Math.log2(model.codebooks.ksub),
      quantizationError: model.quantizationError,
      losses: JSON.stringify(model.losses),
      weights: Buffer.from(result.model),
    });
    await this.#finishEncoding();
  }

  /** Writes the codes that the new model still lacks while the old one answers; then they change places. */
  async #finishEncoding(): Promise<void> {
    const { id: embedderId, dimensions } = this.#embedder;
    const { models, features } = this.#library;
    const row = models.find(embedderId, 'encoding')!;
    const thread = (this.#thread ??= new TrainingThread(this.#permits));
    const total = this.#count;
    for (let done = 0; ; ) {
      const rows = features.notEncoded(embedderId, row.id, ENCODE_AT_ONCE);
      if (rows.length === 0) break;
      this.#stage = 'encoding';
      this.#handlers.onProgress(done, total);
      const batch = new Float32Array(rows.length * dimensions);
      rows.forEach(({ vector }, i) => batch.set(fromHalf(vector), i * dimensions));
      const { hidden, codes } = await thread.encode(row.weights, batch);
      if (this.#closed) return;
      const [D, M] = [hidden.length / rows.length, codes.length / rows.length];
      const encoded = rows.map(({ contentId }, i) => ({
        contentId,
        hidden: hidden.subarray(i * D, (i + 1) * D),
        code: codes.subarray(i * M, (i + 1) * M),
      }));
      this.#library.inTransaction(() => {
        const present = encoded.filter(({ contentId }) => features.has(embedderId, contentId));
        models.append(row.id, present);
      });
      done += rows.length;
    }
    // Nothing can be written between the last look and here: the engine's thread does not wait in between.
    this.#library.inTransaction(() => models.activate(row.id, embedderId));
    this.#active = ActiveModel.load(this.#library, embedderId);
    this.#matrix = undefined;
    this.#reason = null;
    this.#handlers.onAdopted(row.id);
    await this.removeLeftovers();
  }

  /** Deletes models that answer no more, a little at a time. */
  async removeLeftovers(): Promise<void> {
    for (const id of this.#library.models.leftovers()) {
      while (!this.#closed && !this.#library.inTransaction(() => this.#library.models.removeSome(id, DELETE_AT_ONCE))) {
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  /** Features to learn from: all, or a seeded sample. float32, (n, dimensions). */
  async #sampleFeatures(): Promise<Float32Array<ArrayBuffer>> {
    const { id: embedderId, dimensions } = this.#embedder;
    let ids = this.#library.features.contentIds(embedderId);
    if (ids.length > SAMPLE) ids = seededRandom(SAMPLE_SEED).shuffle(ids).slice(0, SAMPLE).sort((a, b) => a - b);
    const out = new Float32Array(ids.length * dimensions);
    let n = 0;
    for (const id of ids) {
      const feature = this.#library.features.get(embedderId, id);
      if (feature) out.set(feature, n++ * dimensions);
      if (n % READ_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return out.slice(0, n * dimensions);
  }
}

function appendToScan(active: ActiveModel, encoded: readonly EncodedContent[]): void {
  if (encoded.length === 0) return;
  const codes = new Uint8Array(encoded.length * encoded[0].code.length);
  encoded.forEach(({ code }, i) => codes.set(code, i * code.length));
  active.scan.append(Uint32Array.from(encoded, ({ contentId }) => contentId), codes);
}

export function loadFeatureMatrix(library: Library, embedder: EmbedderRow): FeatureMatrix {
  const matrix = new FeatureMatrix(embedder.dimensions);
  for (const { contentId, vector } of library.features.all(embedder.id)) matrix.append(contentId, fromHalf(vector));
  return matrix;
}
