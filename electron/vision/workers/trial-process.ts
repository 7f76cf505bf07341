// The process that opens an embedder for the first time: a broken or hostile one can crash or hang it, or fill its
// memory, and nothing else.
import { setTimeout as wait } from 'node:timers/promises';
import workerpool from 'workerpool';
import { toOutcome } from '../../contract/outcome.ts';
import { cosine } from '../../numeric/vectors.ts';
import { openOnnxEmbedder, type OnnxEmbedder } from '../onnx/onnx-embedder.ts';
import { hasTextSide } from '../onnx/pack-files.ts';
import { openTextEmbedder } from '../onnx/text-embedder.ts';
import { CPU, type ProviderTrial } from '../providers.ts';
import { say } from '../../contract/sentence.ts';

/** Bytes that a network may take while it runs. */
const MOST_MEMORY = 4 * 2 ** 30;
const WARM_UP = 1;
const ROUNDS = 5;
/** Cosine below which two providers do not compute the same. */
const SAME = 0.999;
const FAR_SLOWER = 8;

/** What is known of an embedder once it was opened. */
export interface EmbedderFacts {
  name: string;
  licence: string | null;
  dimensions: number;
  fingerprint: string;
  trials: ProviderTrial[];
}

const watch = setInterval(() => {
  // The parent says what this exit code means.
  if (process.memoryUsage().rss > MOST_MEMORY) process.exit(137);
}, 50);
watch.unref();

/** Opens a file and times it with each provider, the first of which must work. */
async function tryEmbedder(file: string, providers: readonly string[]): Promise<EmbedderFacts> {
  const trials: ProviderTrial[] = [];
  let reference: OnnxEmbedder | undefined;
  try {
    for (const provider of providers) {
      try {
        const embedder = await openOnnxEmbedder(file, provider);
        reference ??= embedder;
        trials.push({ provider, ...(await timeOf(embedder, reference)) });
        if (embedder !== reference) await embedder.close();
      } catch (error) {
        if (provider === CPU || providers.length === 1) throw error;
        trials.push({ provider, milliseconds: null, reason: say`it does not start here` });
      }
    }
    const { name, licence, dimensions, fingerprint } = reference!;
    if (hasTextSide(file)) await (await openTextEmbedder(file, dimensions)).close();
    return { name, licence, dimensions, fingerprint, trials };
  } finally {
    await reference?.close();
  }
}

/** Milliseconds a photo, the median of some batches; unless it says something else than the reference. */
async function timeOf(embedder: OnnxEmbedder, reference: OnnxEmbedder): Promise<Omit<ProviderTrial, 'provider'>> {
  const { width, height } = embedder.input;
  const pictures = Array.from({ length: embedder.batch }, (_, n) =>
    Uint8Array.from({ length: width * height * 3 }, (__, i) => 128 + 100 * Math.sin(i * (0.01 + 0.003 * n))),
  );
  if (embedder !== reference) {
    const [[mine], [theirs]] = [
      await embedder.embed(pictures.slice(0, 1)),
      await reference.embed(pictures.slice(0, 1)),
    ];
    if (!(cosine(mine!, theirs!) >= SAME))
      return { milliseconds: null, reason: say`it computes something else than the processor does` };
    // One picture alone tells enough of what is many times slower.
    const [one, other] = [
      await milliseconds(embedder, pictures.slice(0, 1)),
      await milliseconds(reference, pictures.slice(0, 1)),
    ];
    if (one > FAR_SLOWER * other) return { milliseconds: one, reason: null };
  }
  const times: number[] = [];
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    times.push(await milliseconds(embedder, pictures));
    await wait(0);
  }
  return { milliseconds: times.slice(WARM_UP).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!, reason: null };
}

/** Of one photo. */
async function milliseconds(embedder: OnnxEmbedder, pictures: readonly Uint8Array[]): Promise<number> {
  const start = performance.now();
  await embedder.embed(pictures);
  return (performance.now() - start) / pictures.length;
}

export const tasks = {
  tryEmbedder: (file: string, providers: readonly string[]) => toOutcome(() => tryEmbedder(file, providers)),
};

workerpool.worker(tasks);
