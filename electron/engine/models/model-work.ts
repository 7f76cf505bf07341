// The pieces of work on a library's models: training, writing codes, comparing, measuring, merging.
import type { LimitFunction } from 'p-limit';
import type { OperatingPoints, ModelComparison } from '../../contract/models.ts';
import { readModel } from '../../deepquan/model/model-file.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import type { Library } from '../../library/library.ts';
import type { ModelRow } from '../../library/rows/model-rows.ts';
import { fromHalf } from '../../numeric/half.ts';
import type { ActiveModel } from '../codes/active-model.ts';
import { compareModels, type EditedPhoto } from './comparison.ts';
import { measureOperatingPoints } from './operating-points.ts';
import { sampleFeatures, sampleHeldOut, type TrainingSample } from './samples.ts';
import { TrainingThread } from '../training/training-thread.ts';

export type Stage = 'viewing' | 'training' | 'encoding' | 'comparing' | 'measuring' | 'merging';

export interface ModelWorkParts {
  readonly library: Library;
  readonly embedder: EmbedderRow;
  /** Held whenever a core is taken for training or encoding. */
  readonly semaphore: LimitFunction;
  /** Features of edited copies of some regions, as far as their files can be read. */
  readonly editedFeatures: (regionIds: readonly number[]) => Promise<EditedPhoto[]>;
  /** Features of views of some regions; see embedViews. */
  readonly viewFeatures: (
    sample: TrainingSample,
    signal: AbortSignal,
    onProgress: (done: number) => void,
  ) => Promise<Float32Array<ArrayBuffer>[]>;
  /** Regions while looking at views and while encoding, epochs while training. */
  readonly onProgress: (done: number, total: number) => void;
}

const MARKS = 200;
const ENCODE_AT_ONCE = 512;

/** One piece of work from its beginning to its end, or until it is broken off. */
export class ModelWork {
  readonly signal: AbortSignal;
  stage: Stage;
  readonly #parts: ModelWorkParts;
  #thread: TrainingThread | undefined;

  constructor(parts: ModelWorkParts, stage: Stage, signal: AbortSignal) {
    this.#parts = parts;
    this.stage = stage;
    this.signal = signal;
    signal.addEventListener('abort', () => void this.#thread?.close(), { once: true });
  }

  /** @returns the number of the new model, whose codes are still to be written */
  async train(start: 'afresh' | 'warm'): Promise<number> {
    const { library, embedder, onProgress, viewFeatures } = this.#parts;
    this.#enter(start === 'afresh' ? 'viewing' : 'training');
    const newestRegion = library.features.newestRegion(embedder.id);
    const sample = await sampleFeatures(library, embedder);
    this.signal.throwIfAborted();
    const total = sample.regionIds.length;
    // A model that goes on from another keeps what that one learned from views.
    const views = start === 'afresh' ? await viewFeatures(sample, this.signal, (done) => onProgress(done, total)) : [];
    this.signal.throwIfAborted();
    this.#enter('training');
    // Not from the base: what generic pictures taught holds a library's own back (docs/experiments/deepquan.md).
    const warmStart = start === 'warm' ? library.models.find(embedder.id, 'active')!.weights : null;
    const result = await this.#ownThread.train(
      { ...sample, views },
      embedder.dimensions,
      warmStart,
      ({ epoch, epochs }) => onProgress(epoch, epochs),
    );
    this.signal.throwIfAborted();
    const { model, seconds, backend } = result;
    return addModel(library, embedder, model, { newestRegion, seconds, backend });
  }

  /** Writes the codes that a model still lacks. */
  async encodeMissing(row: ModelRow, total: number): Promise<void> {
    const { library, embedder, onProgress } = this.#parts;
    const { codes, features } = library;
    for (let done = 0; ;) {
      const rows = features.notEncoded(embedder.id, row.id, ENCODE_AT_ONCE);
      if (rows.length === 0) return;
      this.stage = 'encoding';
      onProgress(done, total);
      const batch = new Float32Array(rows.length * embedder.dimensions);
      rows.forEach(({ vector }, i) => batch.set(fromHalf(vector), i * embedder.dimensions));
      const result = await this.#ownThread.encode(row.weights, batch);
      this.signal.throwIfAborted();
      const each = ({ length }: ArrayLike<number>): number => length / rows.length;
      const [D, size, size4Bit] = [each(result.hidden), each(result.codes), each(result.codes4Bit)];
      const encoded = rows.map(({ regionId }, i) => ({
        regionId,
        hidden: result.hidden.subarray(i * D, (i + 1) * D),
        code8Bit: result.codes.subarray(i * size, (i + 1) * size),
        code4Bit: result.codes4Bit.subarray(i * size4Bit, (i + 1) * size4Bit),
      }));
      library.inTransaction(() => {
        const present = encoded.filter(({ regionId }) => features.has(embedder.id, regionId));
        codes.append(row.id, present);
      });
      done += rows.length;
    }
  }

  async compare(active: ActiveModel, candidate: ActiveModel): Promise<ModelComparison> {
    const { library, embedder, editedFeatures } = this.#parts;
    this.#enter('comparing');
    const edited = await editedFeatures(sampleHeldOut(library, embedder));
    this.signal.throwIfAborted();
    return compareModels(library, active, candidate, edited, library.marks.latest(MARKS));
  }

  async measure(active: ActiveModel, row: ModelRow): Promise<OperatingPoints> {
    const { library, embedder } = this.#parts;
    this.#enter('measuring');
    return measureOperatingPoints(library, active, library.features.regionIds(embedder.id), {
      recall: (hidden, queries, k, depths) => this.#ownThread.recall(row.weights, hidden, queries, k, depths),
      stopHere: () => this.signal.throwIfAborted(),
    });
  }

  /** Merges small segments of codes and takes out what is gone, a segment at a time with others' work in between. */
  async merge(active: ActiveModel): Promise<void> {
    const { codes } = this.#parts.library;
    this.#enter('merging');
    const step = async <T>(work: () => T): Promise<T> => {
      await new Promise((resolve) => setImmediate(resolve));
      this.signal.throwIfAborted();
      return this.#parts.library.inTransaction(work);
    };
    while (await step(() => codes.mergeSome(active.id)));
    const gone = codes.tombstones();
    const known = new Set(gone);
    for (const id of gone.length > 0 ? codes.segmentIds() : []) await step(() => codes.cleanSegment(id, known));
    await step(() => codes.removeTombstones(gone));
  }

  /** To be called at the end, whatever it was. */
  async close(): Promise<void> {
    await this.#thread?.close();
  }

  get #ownThread(): TrainingThread {
    return (this.#thread ??= new TrainingThread(this.#parts.semaphore));
  }

  #enter(stage: Stage): void {
    this.stage = stage;
    this.#parts.onProgress(0, 1);
  }
}

/** Adds a model by its file and what the file does not say, or says otherwise; its codes are still to be written. */
export function addModel(
  library: Library,
  embedder: EmbedderRow,
  file: Uint8Array,
  known: Pick<ModelRow, 'newestRegion' | 'seconds' | 'backend'> & { startedOn?: number },
): number {
  const { trainedOn, startedOn, quantizationError, losses, codebooks } = readModel(file);
  return library.models.add({
    embedderId: embedder.id,
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
