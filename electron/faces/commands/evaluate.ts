// `likeness eval`: how well methods of retrieval find photos of the same class, side by side.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile, type FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import envPaths from 'env-paths';
import pLimit from 'p-limit';
import { LikenessError } from '../../contract/errors.ts';
import { openEmbedder } from '../../engine/embedding/choose-embedder.ts';
import { chooseBackend } from '../../engine/training/tensorflow-backend.ts';
import { openDataset, type DatasetItem } from '../../evaluation/dataset.ts';
import { evaluateMethod, pick, type LabelledFeatures, type MethodResult } from '../../evaluation/evaluate.ts';
import { retrievalMethods } from '../../evaluation/methods/all.ts';
import type { MethodName } from '../../evaluation/method.ts';
import { renderReport, type EvaluationReport } from '../../evaluation/report.ts';
import { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { Embedder } from '../../vision/embedder.ts';

export interface EvalOptions {
  bits: number[];
  methods: MethodName[];
  embedder: string | undefined;
  report: string | undefined;
  perClass: number | undefined;
}

export async function evaluate(
  path: string,
  options: EvalOptions,
  onProgress: (what: string, share: number) => void,
): Promise<EvaluationReport> {
  const dataset = await openDataset(resolve(path), options.perClass);
  let page: FileHandle | undefined;
  try {
    page = options.report === undefined ? undefined : await openReport(resolve(options.report));
    const embedder = await openEmbedder(options.embedder);
    try {
      refuseImpossible(options, embedder.dimensions);
      const { features, kept, unreadable } = await readFeatures(dataset.items, embedder, onProgress);
      await chooseBackend();
      const classes = [...new Set(kept.map(({ label }) => label))].sort();
      const all: LabelledFeatures = {
        rows: features,
        d: embedder.dimensions,
        labels: Int32Array.from(kept, ({ label }) => classes.indexOf(label)),
      };
      const membersWhere = (query: boolean): Int32Array =>
        Int32Array.from(kept.flatMap((item, i) => (item.query === query ? [i] : [])));
      const database = pick(all, membersWhere(false));
      const queries = pick(all, membersWhere(true));
      const results: MethodResult[] = [];
      const breathe = (): Promise<void> => new Promise((done) => setImmediate(done));
      for (const name of options.methods) {
        const method = retrievalMethods.find((one) => one.name === name)!;
        for (const bits of name === 'exact' ? [null] : options.bits) {
          results.push(await evaluateMethod(method, bits, database, queries, { breathe, onProgress }));
        }
      }
      const report: EvaluationReport = {
        dataset: dataset.name,
        embedder: { name: embedder.name, dimensions: embedder.dimensions },
        photos: database.labels.length,
        queries: queries.labels.length,
        classes: classes.length,
        unreadable,
        results,
        madeAt: Date.now(),
      };
      await page?.truncate();
      await page?.writeFile(renderReport(report));
      return report;
    } finally {
      await embedder.close();
    }
  } finally {
    await page?.close();
    dataset.close();
  }
}

interface Read {
  /** float32, (n, dimensions), of the photos that could be read. */
  features: Float32Array<ArrayBuffer>;
  kept: DatasetItem[];
  unreadable: { name: string; reason: string }[];
}

/** Features of all photos, from a file kept since the last time where the same photos were read by the same embedder. */
export async function readFeatures(
  items: readonly DatasetItem[],
  embedder: Embedder,
  onProgress: (what: string, share: number) => void,
): Promise<Read> {
  const key = createHash('sha256').update(embedder.fingerprint);
  for (const { name, size } of items) key.update(`${name}\0${size}\n`);
  const file = join(envPaths('likeness', { suffix: '' }).cache, 'evaluation', `${key.digest('hex')}.f32`);
  if (existsSync(file)) {
    const bytes = await readFile(file);
    const rows = new Float32Array(new Uint8Array(bytes).buffer);
    // A photo that could not be read is kept as numbers that are not finite.
    return leaveOut(items, rows, embedder.dimensions, new Map());
  }
  const rows = new Float32Array(items.length * embedder.dimensions).fill(NaN);
  const reasons = new Map<number, string>();
  const readers = new ReaderPool(availableParallelism());
  const limit = pLimit(availableParallelism());
  let done = 0;
  try {
    await Promise.all(
      items.map((item, i) =>
        limit(async () => {
          try {
            const { pixels } = await readers.decodeBytes(await item.read(), embedder.input);
            const [vector] = await embedder.embed([pixels]);
            rows.set(vector, i * embedder.dimensions);
          } catch (error) {
            if (!(error instanceof LikenessError)) throw error;
            reasons.set(i, error.message);
          }
          onProgress('reading photos', ++done / items.length);
        }),
      ),
    );
  } finally {
    await readers.close();
  }
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, new Uint8Array(rows.buffer));
  await rename(`${file}.part`, file);
  return leaveOut(items, rows, embedder.dimensions, reasons);
}

function leaveOut(
  items: readonly DatasetItem[],
  rows: Float32Array,
  d: number,
  reasons: ReadonlyMap<number, string>,
): Read {
  const kept: DatasetItem[] = [];
  const unreadable: { name: string; reason: string }[] = [];
  const features = new Float32Array(rows.length);
  items.forEach((item, i) => {
    const vector = rows.subarray(i * d, (i + 1) * d);
    if (vector.every(Number.isFinite)) {
      features.set(vector, kept.length * d);
      kept.push(item);
    } else
      unreadable.push({
        name: item.name,
        reason: reasons.get(i) ?? 'Its features are not finite numbers, or it could not be read',
      });
  });
  return { features: features.subarray(0, kept.length * d), kept, unreadable };
}

/** A run takes minutes to hours: where its report cannot be written is told before, not after. */
async function openReport(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'a');
  } catch (error) {
    throw new LikenessError('bad-input', `The report cannot be written to ${file}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** A run takes minutes to hours: what cannot be done is told before, not after. */
function refuseImpossible({ methods, bits }: Pick<EvalOptions, 'methods' | 'bits'>, dimensions: number): void {
  const impossible = retrievalMethods
    .filter(({ name }) => name !== 'exact' && methods.includes(name))
    .flatMap((method) => {
      const sizes = bits.filter((size) => method.variants(dimensions, size).length === 0);
      return sizes.length > 0 ? [`${method.name} at ${sizes.join(', ')} bits`] : [];
    });
  if (impossible.length === 0) return;
  throw new LikenessError(
    'bad-input',
    `Features of ${dimensions} dimensions cannot be coded by ${impossible.join(', nor by ')}. Choose other --bits or other --methods.`,
  );
}
