// Any ONNX image model as an embedder, through onnxruntime.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { LikenessError } from '../contract/errors.ts';
import type { Embedder } from './embedder.ts';
import { prepare, type DeclaredTensor, type Preparation } from './onnx-description.ts';

const BATCH = 8;

/**
 * @param file an .onnx file; a .json of the same name beside it may describe it
 * @throws LikenessError 'bad-input' or 'not-found', with what is wrong and what to do
 */
export async function openOnnxEmbedder(file: string): Promise<Embedder> {
  const name = basename(file);
  const weights = await readModel(file, name);
  const description = await readDescription(file.replace(/\.onnx$/i, '') + '.json');
  let session: InferenceSession;
  try {
    // One thread a call: how many calls run at once is the engine's to say.
    session = await InferenceSession.create(weights, { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3 });
  } catch (error) {
    throw new LikenessError('bad-input', `The model ${name} cannot be used: it is not a model that onnxruntime can load (${firstLine(error)}).`, { cause: error });
  }
  try {
    const preparation = prepare(description, declared(session.inputMetadata), declared(session.outputMetadata), name);
    const embedder = new OnnxEmbedder(session, preparation, fingerprint(weights, preparation));
    await embedder.tryOut(name);
    return embedder;
  } catch (error) {
    await session.release();
    throw error;
  }
}

class OnnxEmbedder implements Embedder {
  readonly name: string;
  readonly fingerprint: string;
  readonly dimensions: number;
  readonly input: Embedder['input'];
  readonly batch: number;
  readonly #session: InferenceSession;
  readonly #preparation: Preparation;

  constructor(session: InferenceSession, preparation: Preparation, fingerprint: string) {
    this.#session = session;
    this.#preparation = preparation;
    this.name = preparation.name;
    this.fingerprint = fingerprint;
    this.dimensions = preparation.dimensions;
    this.batch = preparation.fixedBatch ?? BATCH;
    this.input = {
      width: preparation.width,
      height: preparation.height,
      fit: preparation.crop === 'centre' ? 'cover' : 'fill',
      resizeShortSide: preparation.resizeShortSide,
    };
  }

  async embed(pictures: readonly Uint8Array[]): Promise<Float32Array<ArrayBuffer>[]> {
    const out: Float32Array<ArrayBuffer>[] = [];
    for (let start = 0; start < pictures.length; start += this.batch) {
      out.push(...(await this.#run(pictures.slice(start, start + this.batch))));
    }
    return out;
  }

  /** Runs one grey picture through, so that a model that does not fit is refused before it is used. */
  async tryOut(name: string): Promise<void> {
    try {
      const [vector] = await this.embed([new Uint8Array(this.input.width * this.input.height * 3).fill(127)]);
      if (!vector.every(Number.isFinite)) throw new Error('its output is not a finite number for a plain grey picture');
    } catch (error) {
      throw new LikenessError('bad-input', `The model ${name} cannot be used: a trial run failed (${firstLine(error)}).`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #run(pictures: readonly Uint8Array[]): Promise<Float32Array<ArrayBuffer>[]> {
    const { inputName, outputName, layout, height, width, fixedBatch, dimensions } = this.#preparation;
    const n = fixedBatch ?? pictures.length;
    const data = new Float32Array(n * 3 * height * width);
    pictures.forEach((picture, i) => fillInput(data.subarray(i * 3 * height * width), picture, this.#preparation));
    const shape = layout === 'NCHW' ? [n, 3, height, width] : [n, height, width, 3];
    const result = await this.#session.run({ [inputName]: new Tensor('float32', data, shape) }, [outputName]);
    const values = (await result[outputName].getData()) as Float32Array;
    if (values.length !== n * dimensions) {
      throw new Error(`it gave ${values.length / n} numbers a picture where ${dimensions} were expected`);
    }
    return pictures.map((_, i) => Float32Array.from(values.subarray(i * dimensions, (i + 1) * dimensions)));
  }
}

/** @param rgb uint8, (height, width, 3) */
function fillInput(out: Float32Array, rgb: Uint8Array, preparation: Preparation): void {
  const { layout, channels, height, width, mean, deviation } = preparation;
  const plane = height * width;
  for (let c = 0; c < 3; c++) {
    const from = channels === 'RGB' ? c : 2 - c;
    const scale = 1 / deviation[c];
    const offset = -mean[c] * scale;
    if (layout === 'NCHW') for (let p = 0; p < plane; p++) out[c * plane + p] = rgb[p * 3 + from] * scale + offset;
    else for (let p = 0; p < plane; p++) out[p * 3 + c] = rgb[p * 3 + from] * scale + offset;
  }
}

async function readModel(file: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new LikenessError('not-found', `The model ${name} cannot be read at ${file}: ${(error as Error).message}.`, { cause: error });
  }
}

async function readDescription(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LikenessError('bad-input', `The description ${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LikenessError('bad-input', `The description ${file} is not JSON: ${(error as Error).message}.`, { cause: error });
  }
}

function declared(metadata: readonly InferenceSession.ValueMetadata[]): DeclaredTensor[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, shape: value.shape }
      : { name: value.name, type: 'not a tensor', shape: [] },
  );
}

function fingerprint(weights: Uint8Array, preparation: Preparation): string {
  const feeding = { ...preparation, name: undefined };
  return createHash('sha256').update(weights).update(JSON.stringify(feeding)).digest('hex');
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0].slice(0, 300);
}
