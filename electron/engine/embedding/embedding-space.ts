// One embedder with all that a library knows by it: its features, and the models learned from them.
import pLimit, { type LimitFunction } from 'p-limit';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import type { ThreadedEmbedder } from '../../vision/workers/embedder-threads.ts';
import { CPU } from '../../vision/providers.ts';
import { basePartModel, type PartModel } from '../codes/part-model.ts';
import type { ModelLifecycle } from '../models/model-lifecycle.ts';

export class EmbeddingSpace {
  readonly embedder: ThreadedEmbedder;
  readonly row: EmbedderRow;
  readonly models: ModelLifecycle;
  readonly #base: Uint8Array | undefined;
  #basePartModel: PartModel | undefined;
  readonly #device = pLimit(1);
  readonly #uses = new Set<Promise<unknown>>();

  /** @param base the model file that came with the embedder */
  constructor(embedder: ThreadedEmbedder, row: EmbedderRow, models: ModelLifecycle, base: Uint8Array | undefined) {
    this.embedder = embedder;
    this.row = row;
    this.models = models;
    this.#base = base;
  }

  /** By which parts of photos are encoded; undefined where there is no model yet. */
  get partModel(): PartModel | undefined {
    if (this.#base) return (this.#basePartModel ??= basePartModel(this.row.id, this.#base));
    const { active } = this.models;
    return active && { id: active.id, model: active.model };
  }

  /**
   * What embedding waits for: the semaphore where a core does it, else the device, which takes one batch at a time
   * while the cores decode the next.
   */
  turns(semaphore: LimitFunction): LimitFunction {
    return this.embedder.provider === CPU ? semaphore : this.#device;
  }

  /** Keeps it open while something is done with it, though another may take its place meanwhile. */
  use<T>(work: () => Promise<T>): Promise<T> {
    const use = work();
    this.#uses.add(use);
    const end = (): unknown => this.#uses.delete(use);
    use.then(end, end);
    return use;
  }

  /** Waits for what is being done with it. */
  async close(): Promise<void> {
    await this.models.close();
    while (this.#uses.size > 0) await Promise.allSettled(this.#uses);
    await this.embedder.close();
  }
}
