// The engine's side of the threads that run a network: the engine goes on answering meanwhile.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { fromOutcome, type Outcome } from '../../contract/outcome.ts';
import type { OpenedEmbedder } from './embedder-thread.ts';
import type { Embedder } from '../embedder.ts';
import { hasTextSide } from '../onnx/pack-files.ts';

export class ThreadedEmbedder implements Embedder {
  readonly name: string;
  readonly fingerprint: string;
  readonly licence: string | null;
  readonly dimensions: number;
  readonly input: Embedder['input'];
  readonly #file: string;
  readonly #pool: ReturnType<typeof workerpool.pool>;
  /** A thread of its own: words do not wait behind photos, and the text side is in memory once. */
  #textPool: ReturnType<typeof workerpool.pool> | undefined;
  #provider: string;
  #batch: number;

  /**
   * @param file see openOnnxEmbedder
   * @param provider what runs it: onnxruntime's name for it
   * @param threads at most; one is started now, others when they are needed
   * @throws LikenessError 'bad-input' or 'not-found', with what is wrong and what to do
   */
  static async open(file: string, provider: string, threads: number): Promise<ThreadedEmbedder> {
    const pool = poolOf(threads);
    try {
      return new ThreadedEmbedder(file, pool, provider, await openedBy(pool, file, provider));
    } catch (error) {
      await pool.terminate(true);
      throw error;
    }
  }

  private constructor(
    file: string,
    pool: ReturnType<typeof workerpool.pool>,
    provider: string,
    opened: OpenedEmbedder,
  ) {
    this.#file = file;
    this.#pool = pool;
    this.#provider = provider;
    this.#batch = opened.batch;
    this.name = opened.name;
    this.fingerprint = opened.fingerprint;
    this.licence = opened.licence;
    this.dimensions = opened.dimensions;
    this.input = opened.input;
  }

  get batch(): number {
    return this.#batch;
  }

  get provider(): string {
    return this.#provider;
  }

  /** Lets something else run it from now on; what is under way ends where it began. */
  async moveTo(provider: string): Promise<void> {
    const { batch } = await openedBy(this.#pool, this.#file, provider);
    this.#provider = provider;
    this.#batch = batch;
  }

  async embed(pictures: readonly Uint8Array[]): Promise<Float32Array<ArrayBuffer>[]> {
    const { width, height } = this.input;
    const size = width * height * 3;
    const vectors: Float32Array<ArrayBuffer>[] = [];
    for (let start = 0; start < pictures.length; start += this.#batch) {
      const some = pictures.slice(start, start + this.#batch);
      const pixels = new Uint8Array(some.length * size);
      some.forEach((picture, i) => pixels.set(picture, i * size));
      const made = (await this.#pool.exec('embed', [this.#file, this.#provider, pixels], {
        transfer: [pixels.buffer],
      })) as Float32Array<ArrayBuffer>;
      some.forEach((_, i) => vectors.push(made.slice(i * this.dimensions, (i + 1) * this.dimensions)));
    }
    return vectors;
  }

  /** Whether it turns words into vectors too. */
  get knowsWords(): boolean {
    return hasTextSide(this.#file);
  }

  /**
   * @returns float32, (dimensions), in the space of the features
   * @throws LikenessError where the text side is gone or broken
   */
  async embedText(text: string): Promise<Float32Array<ArrayBuffer>> {
    this.#textPool ??= poolOf(1);
    const made: unknown = await this.#textPool.exec('embedText', [this.#file, this.dimensions, text]);
    return fromOutcome(made as Outcome<Float32Array<ArrayBuffer>>);
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    await Promise.all([this.#pool.terminate(), this.#textPool?.terminate()]);
  }
}

function poolOf(threads: number): ReturnType<typeof workerpool.pool> {
  const script = fileURLToPath(new URL(`./embedder-thread${extname(import.meta.url)}`, import.meta.url));
  return workerpool.pool(script, { workerType: 'thread', maxWorkers: threads });
}

async function openedBy(
  pool: ReturnType<typeof workerpool.pool>,
  file: string,
  provider: string,
): Promise<OpenedEmbedder> {
  return fromOutcome((await pool.exec('open', [file, provider])) as Outcome<OpenedEmbedder>);
}
