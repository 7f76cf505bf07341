// A thread that runs networks: onnxruntime-node blocks the thread that calls it until it has the answer.
import workerpool from 'workerpool';
import { toOutcome, type Outcome } from '../../contract/outcome.ts';
import type { Embedder } from '../embedder.ts';
import { openOnnxEmbedder, type OnnxEmbedder } from '../onnx/onnx-embedder.ts';
import { openTextEmbedder, type TextEmbedder } from '../onnx/text-embedder.ts';

/** What is known of an embedder once a provider has opened it. */
export interface OpenedEmbedder extends Pick<Embedder, 'name' | 'fingerprint' | 'dimensions' | 'input' | 'batch'> {
  licence: string | null;
}

let inUse: { file: string; provider: string; embedder: Promise<OnnxEmbedder> } | undefined;

async function opened(file: string, provider: string): Promise<OnnxEmbedder> {
  if (inUse?.file === file && inUse.provider === provider) return inUse.embedder;
  const before = inUse;
  const opening = { file, provider, embedder: openOnnxEmbedder(file, provider) };
  inUse = opening;
  opening.embedder.catch(() => {
    // The next call tries again.
    if (inUse === opening) inUse = undefined;
  });
  await before?.embedder.then((embedder) => embedder.close()).catch(() => undefined);
  return opening.embedder;
}

/** Opened by the first words that are asked for; a thread serves one model. */
let textSide: Promise<TextEmbedder> | undefined;

function textSideOf(file: string, dimensions: number): Promise<TextEmbedder> {
  if (textSide) return textSide;
  const opening = openTextEmbedder(file, dimensions);
  // The next call tries again.
  opening.catch(() => (textSide = undefined));
  return (textSide = opening);
}

export const tasks = {
  /** See TextEmbedder.embed. */
  embedText: (file: string, dimensions: number, text: string): Promise<Outcome<Float32Array<ArrayBuffer>>> =>
    toOutcome(async () => (await textSideOf(file, dimensions)).embed(text)),

  open: (file: string, provider: string): Promise<Outcome<OpenedEmbedder>> =>
    toOutcome(async () => {
      const { name, fingerprint, licence, dimensions, input, batch } = await opened(file, provider);
      return { name, fingerprint, licence, dimensions, input, batch };
    }),

  /**
   * @param pixels uint8, (n, height, width, 3)
   * @returns float32, (n, dimensions), handed over
   */
  async embed(file: string, provider: string, pixels: Uint8Array<ArrayBuffer>): Promise<unknown> {
    const embedder = await opened(file, provider);
    const { width, height } = embedder.input;
    const size = width * height * 3;
    const pictures = Array.from({ length: pixels.length / size }, (_, i) => pixels.subarray(i * size, (i + 1) * size));
    const vectors = await embedder.embed(pictures);
    const made = new Float32Array(vectors.length * embedder.dimensions);
    vectors.forEach((vector, i) => made.set(vector, i * embedder.dimensions));
    return new workerpool.Transfer(made, [made.buffer]);
  },
};

workerpool.worker(tasks);
