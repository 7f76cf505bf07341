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
import { VIEWS } from '../../library/decode/views.ts';
import type { Embedder } from '../../vision/embedder.ts';

// What else an evaluation needs, so that its command knows this front and no room behind it.
export { openEmbedder } from '../embedding/choose-embedder.ts';
export { nativeVectorIndexes } from '../codes/native-vector-index.ts';
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
  const reasons = new Map<number, string>();
  const rows = await kept(items, embedder, '', () =>
    embedAll(items, embedder, async (readers, bytes) => [(await readers.decodeBytes(bytes, embedder.input)).pixels], {
      pictures: 1,
      reasons,
      onProgress: (share) => onProgress('reading photos', share),
    }).then(([own]) => own!),
  );
  // A photo that could not be read is kept as numbers that are not finite.
  return leaveOut(items, rows, embedder.dimensions, reasons);
}

/**
 * Features of views of photos that were read, kept in the same way; see decodeViews.
 * @param own float32, (n, dimensions): their features, which stand in where a view cannot be made
 * @returns float32, (n, dimensions) for each view
 */
export async function readViewFeatures(
  items: readonly DatasetPhoto[],
  own: Float32Array,
  embedder: Embedder,
  onProgress: (what: string, share: number) => void,
): Promise<Float32Array<ArrayBuffer>[]> {
  const size = items.length * embedder.dimensions;
  const rows = await kept(items, embedder, 'views', async () => {
    const views = await embedAll(items, embedder, (readers, bytes, i) => readers.views(bytes, embedder.input, i), {
      pictures: VIEWS,
      reasons: new Map(),
      onProgress: (share) => onProgress('reading views of photos', share),
    });
    const all = new Float32Array(views.length * size);
    views.forEach((view, v) => all.set(view, v * size));
    return all;
  });
  const viewOf = (_: unknown, v: number): Float32Array<ArrayBuffer> =>
    rows.slice(v * size, (v + 1) * size).map((value, i) => (Number.isFinite(value) ? value : own[i]!));
  return Array.from({ length: VIEWS }, viewOf);
}

/** Where evaluations keep what took long; it can be deleted at any time. */
export const evaluationCache = (): string => join(envPaths('likeness', { suffix: '' }).cache, 'evaluation');

/** What was computed of these photos by this embedder, or is now, and is kept. */
async function kept(
  items: readonly DatasetPhoto[],
  embedder: Embedder,
  what: string,
  compute: () => Promise<Float32Array<ArrayBuffer>>,
): Promise<Float32Array<ArrayBuffer>> {
  const key = createHash('sha256').update(embedder.fingerprint).update(what);
  for (const { name, size } of items) key.update(`${name}\0${size}\n`);
  const file = join(evaluationCache(), `${key.digest('hex')}.f32`);
  if (existsSync(file)) return new Float32Array(new Uint8Array(await readFile(file)).buffer);
  const rows = await compute();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.part`, new Uint8Array(rows.buffer));
  await rename(`${file}.part`, file);
  return rows;
}

interface EmbedAllOptions {
  /** Pictures that are made of each photo. */
  readonly pictures: number;
  /** Why photos could not be read, by their places; filled in. */
  readonly reasons: Map<number, string>;
  readonly onProgress: (share: number) => void;
}

/**
 * Features of what is seen of each photo; NaN where it could not be read.
 * @param see the pixels of the pictures that are made of a photo
 */
async function embedAll(
  items: readonly DatasetPhoto[],
  embedder: Embedder,
  see: (readers: ReaderPool, bytes: Uint8Array, at: number) => Promise<Uint8Array[]>,
  { pictures, reasons, onProgress }: EmbedAllOptions,
): Promise<Float32Array<ArrayBuffer>[]> {
  const all = Array.from({ length: pictures }, () => new Float32Array(items.length * embedder.dimensions).fill(NaN));
  const readers = new ReaderPool(availableParallelism());
  const limit = pLimit(availableParallelism());
  let done = 0;
  try {
    await Promise.all(
      items.map((item, i) =>
        limit(async () => {
          try {
            const vectors = await embedder.embed(await see(readers, await item.read(), i));
            vectors.forEach((vector, which) => all[which]!.set(vector, i * embedder.dimensions));
          } catch (error) {
            if (!(error instanceof LikenessError)) throw error;
            reasons.set(i, error.message);
          }
          onProgress(++done / items.length);
        }),
      ),
    );
  } finally {
    await readers.close();
  }
  return all;
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
