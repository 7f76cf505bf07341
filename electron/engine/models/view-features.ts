// Features of views of photos, from their kept thumbnails, for a training.
import type { LimitFunction } from 'p-limit';
import { LikenessError } from '../../contract/errors.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import { VIEWS } from '../../library/decode/views.ts';
import type { Library } from '../../library/library.ts';
import type { Embedder } from '../../vision/embedder.ts';

export interface ViewTools {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly embedder: Embedder;
  /** Held for each group of photos in work. */
  readonly semaphore: LimitFunction;
  readonly signal: AbortSignal;
  /** Told how many photos are done. */
  readonly onProgress: (done: number) => void;
}

/** Photos whose views are embedded at once. */
const GROUP = 4;

/**
 * @param regionIds of wholes of photos
 * @param own float32, (n, dimensions): their features, which stand in where a view cannot be made
 * @returns float32, (n, dimensions) for each view
 */
export async function embedViews(
  regionIds: readonly number[],
  own: Float32Array<ArrayBuffer>,
  { library, readers, embedder, semaphore, signal, onProgress }: ViewTools,
): Promise<Float32Array<ArrayBuffer>[]> {
  const { dimensions, input } = embedder;
  const views = Array.from({ length: VIEWS }, () => Float32Array.from(own));
  let done = 0;
  const viewsOf = (thumbnail: Uint8Array, seed: number): Promise<Uint8Array[] | undefined> =>
    readers.views(thumbnail, input, seed).catch((error: unknown) => {
      if (error instanceof LikenessError) return undefined;
      throw error;
    });
  const embedGroup = async (start: number): Promise<void> => {
    signal.throwIfAborted();
    const places = Array.from({ length: Math.min(GROUP, regionIds.length - start) }, (_, i) => start + i);
    const regions = library.regions.find(places.map((place) => regionIds[place]!));
    const seen = await Promise.all(
      places.map(async (place) => {
        const region = regions.get(regionIds[place]!);
        const thumbnail = region && library.regions.thumbnail(region.id);
        const pictures = thumbnail && (await viewsOf(thumbnail, region.id));
        return pictures && { place, pictures };
      }),
    );
    const present = seen.filter((one) => one !== undefined);
    const vectors = present.length > 0 ? await embedder.embed(present.flatMap(({ pictures }) => pictures)) : [];
    present.forEach(({ place }, i) =>
      views.forEach((rows, v) => {
        const vector = vectors[i * VIEWS + v]!;
        if (vector.every(Number.isFinite)) rows.set(vector, place * dimensions);
      }),
    );
    onProgress((done += places.length));
  };
  const starts = Array.from({ length: Math.ceil(regionIds.length / GROUP) }, (_, i) => i * GROUP);
  // All have ended when this has, so that what they use may be closed.
  const ended = await Promise.allSettled(starts.map((start) => semaphore(() => embedGroup(start))));
  const broken = ended.find((one) => one.status === 'rejected');
  if (broken) throw broken.reason;
  return views;
}
