// Features of the photos of a data set, for an evaluation; kept for the next run in the platform's cache folder.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import pLimit from 'p-limit';
import { LikenessError } from '../../contract/errors.ts';
import { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { Embedder } from '../../vision/embedder.ts';

// What else an evaluation needs, so that its command knows this front and no room behind it.
export { openEmbedder } from '../embedding/choose-embedder.ts';
export { chooseBackend } from '../training/tensorflow-backend.ts';

export interface DatasetPhoto {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  read(): Promise<Uint8Array>;
}

export interface DatasetFeatures<Photo> {
  /** float32, (n, dimensions), of the photos that could be read. */
  features: Float32Array<ArrayBuffer>;
  kept: Photo[];
  unreadable: { name: string; reason: string }[];
}

/** Features of all photos, from a file kept since the last time where the same photos were read by the same embedder. */
export async function readFeatures<Photo extends DatasetPhoto>(
  items: readonly Photo[],
  embedder: Embedder,
  onProgress: (what: string, share: number) => void,
): Promise<DatasetFeatures<Photo>> {
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
            rows.set(vector!, i * embedder.dimensions);
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

function leaveOut<Photo extends DatasetPhoto>(
  items: readonly Photo[],
  rows: Float32Array,
  d: number,
  reasons: ReadonlyMap<number, string>,
): DatasetFeatures<Photo> {
  const kept: Photo[] = [];
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
