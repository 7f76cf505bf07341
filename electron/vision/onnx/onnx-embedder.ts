// Any ONNX image model as an embedder, through onnxruntime.
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { Tensor, type InferenceSession } from 'onnxruntime-node';
import { LikenessError } from '../../contract/errors.ts';
import type { Embedder } from '../embedder.ts';
import { innerOutput, prepare, type Preparation } from './description.ts';
import { withOutput } from './inner-output.ts';
import { packFiles } from './pack-files.ts';
import { pool } from './pooling.ts';
import { createSession, declared, firstLine, readDescription, readModel } from './session.ts';
import { CPU } from '../providers.ts';
import { say } from '../../contract/sentence.ts';

const BATCH = 8;
/** A GPU is kept busy by more at once. */
const BATCH_ELSEWHERE = 32;

/**
 * @param file an .onnx file; a .json of the same name beside it may describe it
 * @param provider what runs it: onnxruntime's name for it
 * @throws LikenessError 'bad-input' or 'not-found', with what is wrong and what to do
 */
export async function openOnnxEmbedder(file: string, provider: string = CPU): Promise<OnnxEmbedder> {
  const name = basename(file);
  const weights = await readModel(file, name);
  const description = await readDescription(packFiles(file).description);
  const inside = innerOutput(description);
  const session = await createSession(inside ? withOutput(weights, inside) : weights, provider, name);
  try {
    const preparation = prepare(description, declared(session.inputMetadata), declared(session.outputMetadata), name);
    const embedder = new OnnxEmbedder(session, provider, preparation, fingerprint(weights, preparation));
    await embedder.tryOut(name);
    return embedder;
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Blocks its thread while it runs, as onnxruntime-node does: see embedder-threads.ts. */
export class OnnxEmbedder implements Embedder {
  readonly name: string;
  readonly fingerprint: string;
  readonly licence: string | null;
  readonly dimensions: number;
  readonly input: Embedder['input'];
  /** What runs it: onnxruntime's name for it. */
  readonly provider: string;
  readonly #session: InferenceSession;
  readonly #preparation: Preparation;

  constructor(session: InferenceSession, provider: string, preparation: Preparation, fingerprint: string) {
    this.#session = session;
    this.provider = provider;
    this.#preparation = preparation;
    this.name = preparation.name;
    this.fingerprint = fingerprint;
    this.dimensions = preparation.dimensions;
    this.licence = preparation.licence;
    this.input = {
      width: preparation.width,
      height: preparation.height,
      fit: preparation.crop === 'centre' ? 'cover' : 'fill',
      resizeShortSide: preparation.resizeShortSide,
      ...(preparation.kernel && { kernel: preparation.kernel }),
    };
  }

  get batch(): number {
    return this.#preparation.fixedBatch ?? (this.provider === CPU ? BATCH : BATCH_ELSEWHERE);
  }

  async embed(pictures: readonly Uint8Array[]): Promise<Float32Array<ArrayBuffer>[]> {
    const out: Float32Array<ArrayBuffer>[] = [];
    const { batch } = this;
    for (let start = 0; start < pictures.length; start += batch)
      out.push(...(await this.#run(pictures.slice(start, start + batch))));
    return out;
  }

  /** Runs some pictures through, so that a model that does not fit is refused before it is used. */
  async tryOut(name: string): Promise<void> {
    try {
      const pictures = trialPictures(this.input.width, this.input.height);
      const vectors = await this.embed(pictures);
      const broken = vectors.findIndex((vector) => !vector.every(Number.isFinite));
      if (broken >= 0) throw new Error('it gives numbers that are not finite for an ordinary picture');
      if (vectors.every((vector) => vector.every((value, i) => value === vectors[0]![i])))
        throw new Error('it gives the same numbers whatever the picture');
    } catch (error) {
      throw new LikenessError(
        'bad-input',
        say`The model ${name} cannot be used: a trial run failed (${firstLine(error)}).`,
        { cause: error },
      );
    }
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  async #run(pictures: readonly Uint8Array[]): Promise<Float32Array<ArrayBuffer>[]> {
    const { inputName, outputName, layout, height, width, fixedBatch, dimensions, pooling } = this.#preparation;
    const n = fixedBatch ?? pictures.length;
    const data = new Float32Array(n * 3 * height * width);
    pictures.forEach((picture, i) => fillInput(data.subarray(i * 3 * height * width), picture, this.#preparation));
    const shape = layout === 'NCHW' ? [n, 3, height, width] : [n, height, width, 3];
    const result = await this.#session.run({ [inputName]: new Tensor('float32', data, shape) }, [outputName]);
    const output = result[outputName]!;
    const all = (await output.getData()) as Float32Array;
    const values = pooling ? pool(all, output.dims, pooling) : all;
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
    const scale = 1 / deviation[c]!;
    const offset = -mean[c]! * scale;
    if (layout === 'NCHW') for (let p = 0; p < plane; p++) out[c * plane + p] = rgb[p * 3 + from]! * scale + offset;
    else for (let p = 0; p < plane; p++) out[p * 3 + c] = rgb[p * 3 + from]! * scale + offset;
  }
}

/** Plain, coloured, and busy: what any photo is between. */
function trialPictures(width: number, height: number): Uint8Array[] {
  const plain = (r: number, g: number, b: number): Uint8Array =>
    Uint8Array.from({ length: width * height * 3 }, (_, i) => [r, g, b][i % 3]!);
  const waves = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => 127 + 120 * Math.sin((Math.floor(i / 3) % width) / 5 + (i % 3)) * Math.cos(Math.floor(i / 3 / width) / 7),
  );
  return [plain(127, 127, 127), plain(0, 0, 0), plain(255, 255, 255), plain(200, 90, 20), waves];
}

function fingerprint(weights: Uint8Array, preparation: Preparation): string {
  const feeding = { ...preparation, name: undefined, licence: undefined };
  return createHash('sha256').update(weights).update(JSON.stringify(feeding)).digest('hex');
}
