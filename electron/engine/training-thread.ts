// The engine's side of the training thread.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LimitFunction } from 'p-limit';
import workerpool from 'workerpool';
import { createGate, takeTurns } from './turnstile.ts';
import type { EncodingResult, TrainingProgress, TrainingResult } from './training-worker.ts';

/** One thread, started at the first task and ended by close, which also breaks off what it is doing. */
export class TrainingThread {
  readonly #pool: ReturnType<typeof workerpool.pool>;

  readonly #permits: LimitFunction;

  /** @param permits one of which is held whenever the thread trains */
  constructor(permits: LimitFunction) {
    this.#permits = permits;
    const script = fileURLToPath(new URL(`./training-worker${extname(import.meta.url)}`, import.meta.url));
    this.#pool = workerpool.pool(script, { workerType: 'thread', maxWorkers: 1 });
  }

  /**
   * @param features float32, (n, d); handed over, not copied
   * @param warmStart a model file to go on from
   */
  async train(
    features: Float32Array<ArrayBuffer>,
    d: number,
    warmStart: Uint8Array | null,
    onProgress: (progress: TrainingProgress) => void,
  ): Promise<TrainingResult> {
    const gate = createGate();
    const work = this.#pool.exec('train', [features, d, warmStart, gate], { on: onProgress, transfer: [features.buffer] });
    return (await takeTurns(gate, this.#permits, Promise.resolve(work))) as TrainingResult;
  }

  /** @param features float32, (n, d) */
  async encode(model: Uint8Array, features: Float32Array): Promise<EncodingResult> {
    return (await this.#permits(() => Promise.resolve(this.#pool.exec('encode', [model, features])))) as EncodingResult;
  }

  async close(): Promise<void> {
    await this.#pool.terminate(true);
  }
}
