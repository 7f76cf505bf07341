// The engine's side of the training thread.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResourceLimits } from 'node:worker_threads';
import type { LimitFunction } from 'p-limit';
import workerpool from 'workerpool';
import { createGate, runInSlices } from './time-slicing.ts';
import type { EncodingResult, TrainingProgress, TrainingResult } from './training-worker.ts';

/** One thread, started at the first task and ended by close, which also breaks off what it is doing. */
export class TrainingThread {
  readonly #pool: ReturnType<typeof workerpool.pool>;

  readonly #semaphore: LimitFunction;
  /** Rejects when the thread is closed: a task that had not quite begun would otherwise never be heard of again. */
  readonly #closed = Promise.withResolvers<never>();
  #ending: Promise<void> | undefined;

  /**
   * @param semaphore held whenever the thread trains
   * @param limits of the thread's heap, for tests of what happens when it is full
   */
  constructor(semaphore: LimitFunction, limits?: ResourceLimits) {
    this.#semaphore = semaphore;
    this.#closed.promise.catch(() => undefined);
    const script = fileURLToPath(new URL(`./training-worker${extname(import.meta.url)}`, import.meta.url));
    this.#pool = workerpool.pool(script, {
      workerType: 'thread',
      maxWorkers: 1,
      ...(limits && { workerThreadOpts: { resourceLimits: limits } }),
    });
  }

  /**
   * @param learned float32, (n, d): features, and those of each view; handed over, not copied
   * @param warmStart a model file to go on from
   */
  async train(
    { features, views }: { features: Float32Array<ArrayBuffer>; views: readonly Float32Array<ArrayBuffer>[] },
    d: number,
    warmStart: Uint8Array | null,
    onProgress: (progress: TrainingProgress) => void,
  ): Promise<TrainingResult> {
    const gate = createGate();
    const work = this.#pool.exec('train', [features, d, views, warmStart, gate], {
      on: onProgress,
      transfer: [features, ...views].map(({ buffer }) => buffer),
    });
    return (await runInSlices(gate, this.#semaphore, Promise.race([work, this.#closed.promise]))) as TrainingResult;
  }

  /** @param features float32, (n, d) */
  async encode(model: Uint8Array, features: Float32Array): Promise<EncodingResult> {
    return (await this.#semaphore(() =>
      Promise.race([this.#pool.exec('encode', [model, features]), this.#closed.promise]),
    )) as EncodingResult;
  }

  /** See measureRecall, of both kinds of codes. @param hidden float32, (n, D); handed over, not copied */
  async recall(
    model: Uint8Array,
    hidden: Float32Array<ArrayBuffer>,
    queries: number,
    k: number,
    depths: readonly number[],
  ): Promise<number[][]> {
    const work = (): unknown =>
      this.#pool.exec('recall', [model, hidden, queries, k, depths], { transfer: [hidden.buffer] });
    return (await this.#semaphore(() => Promise.race([work(), this.#closed.promise]))) as number[][];
  }

  /** May be called again; the pool's own end hangs when it is asked for twice. */
  close(): Promise<void> {
    this.#closed.reject(new Error('The training thread was closed'));
    this.#ending ??= Promise.resolve(this.#pool.terminate(true)).then(() => undefined);
    return this.#ending;
  }
}
