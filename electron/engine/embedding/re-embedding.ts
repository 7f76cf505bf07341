// Lets another embedder look at all photos while the one in use answers, and learns its codes; then it is ready to
// take the other's place.
import type { LimitFunction } from 'p-limit';
import { LikenessError } from '../../contract/errors.ts';
import { fromAnyFile } from '../../library/any-file.ts';
import { THUMBNAIL_SIDE } from '../../library/decode/decode.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import type { Library } from '../../library/library.ts';
import type { RegionRow } from '../../library/rows/region-rows.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { PixelRequest } from '../../contract/pixels.ts';
import type { EmbeddingSpace } from './embedding-space.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

export interface ReEmbeddingParts {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly semaphore: LimitFunction;
  /** The embedder that answers until then. */
  readonly from: EmbedderRow;
  readonly to: EmbeddingSpace;
  /** How many groups of photos are under way at once. */
  readonly groups: number;
}

export interface ReEmbeddingHandlers {
  onProgress(done: number, total: number): void;
  /**
   * Nothing is left to look at. What is done before this returns is done before anything else can come.
   * @param passedOver regions that it could not look at, with the reasons
   */
  onReady(passedOver: ReadonlyMap<number, Sentence>): void;
  onFailed(error: unknown): void;
}

export class ReEmbedding {
  readonly to: EmbeddingSpace;
  readonly #parts: ReEmbeddingParts;
  readonly #handlers: ReEmbeddingHandlers;
  readonly #passedOver = new Map<number, Sentence>();
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: ReEmbeddingParts, handlers: ReEmbeddingHandlers) {
    this.to = parts.to;
    this.#parts = parts;
    this.#handlers = handlers;
  }

  /** What is under way, if anything is. */
  get stage(): 're-embedding' | EmbeddingSpace['models']['stage'] {
    return this.#running && (this.to.models.stage ?? 're-embedding');
  }

  /** Begins, or goes on; what has been looked at before is not looked at again. */
  start(): void {
    this.#stopped = false;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /** Looks at no more photos after those in hand, until it is started again. */
  pause(): void {
    this.#stopped = true;
  }

  /** Ends it and lets go of the embedder; what has been looked at stays in the catalogue. */
  async close(): Promise<void> {
    this.#stopped = true;
    await this.to.models.close();
    await this.#running;
    await this.to.close();
  }

  async #run(): Promise<void> {
    try {
      for (;;) {
        await this.#lookAtAll();
        if (this.#stopped) return;
        await this.to.models.settle();
        if (this.#stopped) return;
        if (this.#unseen(0, this.#passedOver.size + 1).length === 0) break;
      }
      this.#handlers.onReady(this.#passedOver);
    } catch (error) {
      if (!this.#stopped) this.#handlers.onFailed(error);
    }
  }

  /** Regions that the other has seen and this one has not, and that it did not fail at. */
  #unseen(after: number, limit: number): number[] {
    const { library, from, to } = this.#parts;
    return library.features.unseenBy(to.row.id, from.id, after, limit).filter((id) => !this.#passedOver.has(id));
  }

  async #lookAtAll(): Promise<void> {
    const { library, from, to, groups } = this.#parts;
    const total = library.features.count(from.id);
    const under = new Set<Promise<void>>();
    let done = library.features.count(to.row.id);
    let trouble: Error | undefined;
    for (let after = 0; !this.#stopped && trouble === undefined;) {
      this.#handlers.onProgress(Math.min(done, total), total);
      const next = library.features.unseenBy(to.row.id, from.id, after, to.embedder.batch);
      if (next.length === 0) break;
      after = next.at(-1)!;
      const ids = next.filter((id) => !this.#passedOver.has(id));
      const group: Promise<void> = this.#lookAt(ids)
        .then(() => void (done += ids.length))
        .catch((error: unknown) => void (trouble ??= error as Error))
        .finally(() => under.delete(group));
      under.add(group);
      if (under.size >= groups) await Promise.race(under);
    }
    await Promise.all(under);
    if (trouble) throw trouble;
  }

  async #lookAt(regionIds: readonly number[]): Promise<void> {
    const { library, semaphore, to } = this.#parts;
    const regions = [...library.regions.find(regionIds).values()];
    const looked = await Promise.all(
      regions.map(async (region) => ({
        regionId: region.id,
        pixels: await semaphore(() => this.#pixels(region, to.embedder.input)),
      })),
    );
    const seen = looked.filter((one): one is { regionId: number; pixels: Uint8Array } => one.pixels !== undefined);
    if (seen.length === 0) return;
    const vectors = await to.turns(semaphore)(() => to.embedder.embed(seen.map(({ pixels }) => pixels)));
    const finite = seen
      .map(({ regionId }, i) => ({ regionId, feature: vectors[i]! }))
      .filter(({ regionId, feature }) => {
        if (feature.every(Number.isFinite)) return true;
        this.#passedOver.set(regionId, say`The embedder gave numbers for it that are not finite`);
        return false;
      });
    const commit = library.inTransaction(() => {
      // Some may have been removed meanwhile.
      const there = library.regions.find(finite.map(({ regionId }) => regionId));
      const present = finite.filter(({ regionId }) => there.has(regionId));
      for (const { regionId, feature } of present) library.features.insert(to.row.id, regionId, feature);
      return to.models.encodeNew(present);
    });
    commit();
  }

  /** From the kept thumbnail where it is large enough, or where the file is not there; else from the file. */
  async #pixels({ id, contentId, kind }: RegionRow, input: PixelRequest): Promise<Uint8Array | undefined> {
    const { library, readers } = this.#parts;
    const size = library.contents.size(contentId);
    const thumbnail = library.regions.thumbnail(id);
    if (!size || !thumbnail) return undefined;
    const fromFile =
      kind === 'frame' || thumbnailSuffices(size, input)
        ? undefined
        : await fromAnyFile(library, contentId, (path, stamp) => readers.pixelsOfFile(path, stamp, input));
    if (fromFile) return fromFile;
    try {
      return await readers.pixels(thumbnail, input);
    } catch (error) {
      if (!(error instanceof LikenessError)) throw error;
      this.#passedOver.set(id, error.said);
      return undefined;
    }
  }
}

/** Whether a photo's thumbnail has as many pixels as the embedder looks at, or as the photo itself. */
export function thumbnailSuffices({ width, height }: { width: number; height: number }, input: PixelRequest): boolean {
  const scale = THUMBNAIL_SIDE / Math.max(width, height);
  if (scale >= 1) return true;
  const wanted = input.fit === 'cover' ? input.resizeShortSide : Math.min(input.width, input.height);
  return Math.min(width, height) * scale >= wanted;
}
