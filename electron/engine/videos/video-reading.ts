// Reads the videos that wait: a page takes them apart, and the frames that it gives are embedded and kept.
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import pLimit, { type LimitFunction } from 'p-limit';
import { LikenessError, saidBy } from '../../contract/errors.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { MOST_FRAMES, type FoundInVideo, type VideoToRead } from '../../contract/videos.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import { sameStamp, type FileStamp } from '../../library/files/read-file.ts';
import { hasSettled } from '../../library/files/settle.ts';
import type { Library } from '../../library/library.ts';
import type { WaitingPhoto } from '../../library/rows/photo-rows.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import type { IndexerHandlers } from '../indexing/indexer.ts';
import { Pairing } from '../indexing/pairing.ts';
import { linkPhoto, pairPhoto } from '../indexing/write-photo.ts';

export interface VideoReadingParts {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly space: () => EmbeddingSpace;
  readonly semaphore: LimitFunction;
  readonly onWritten: IndexerHandlers['onWritten'];
  /** Whether the person has paused reading. */
  readonly isPaused: () => boolean;
  /** A photo may have become one that a video shows no more, or the other way round. */
  readonly onWork: () => void;
}

/** A video that a page has in hand. */
interface InHand {
  photo: WaitingPhoto;
  stamp: FileStamp;
  hash: Uint8Array;
  /** By the clock that never goes back, milliseconds. */
  until: number;
}

const LOOKED_AT_ONCE = 100;
/** Seconds that a page has for a video. */
const PATIENCE = 120;

export class VideoReading {
  readonly #parts: VideoReadingParts;
  readonly #pairing: Pairing;
  readonly #inHand = new Map<number, InHand>();
  /** What files were when they were first looked at, and when. */
  readonly #seen = new Map<number, { stamp: FileStamp; at: number }>();
  readonly #oneAtATime = pLimit(1);
  /** Videos that are being embedded and written. */
  readonly #keepings = new Set<Promise<void>>();
  #closed = false;

  constructor(parts: VideoReadingParts) {
    this.#parts = parts;
    this.#pairing = new Pairing(parts.library, parts.readers);
  }

  /** The next video for a page, the newest first; what needs no page is done on the way. */
  next(): Promise<VideoToRead | null> {
    return this.#oneAtATime(() => this.#next());
  }

  /**
   * Keeps what a page found in a video.
   * @param bytes JPEGs of the frames, one after the other
   * @throws LikenessError 'not-found' where the page took too long, 'changed' where the file did, 'bad-input' where a frame is no picture:
   * the video is a problem then, because the page would give the same again
   */
  async take(photoId: number, found: FoundInVideo, bytes: Uint8Array): Promise<void> {
    const inHand = this.#takeBack(photoId);
    const keeping = this.#keep(inHand, found, bytes);
    this.#keepings.add(keeping);
    try {
      await keeping;
    } catch (error) {
      if (this.#closed) throw new LikenessError('cancelled', say`The library is being closed.`, { cause: error });
      if (error instanceof LikenessError && error.code === 'bad-input') this.#giveUp(inHand.photo, 'damaged');
      throw error;
    } finally {
      this.#keepings.delete(keeping);
    }
  }

  async #keep({ photo, stamp, hash }: InHand, found: FoundInVideo, bytes: Uint8Array): Promise<void> {
    const { readers, semaphore } = this.#parts;
    await expectUnchanged(photo.path, stamp);
    const space = this.#parts.space();
    await space.use(async () => {
      const { embedder } = space;
      const frames = await Promise.all(
        cut(bytes, found).map(async ({ time, jpeg }) => {
          const decoded = await semaphore(() => readers.decodeBytes(jpeg, embedder.input)).catch((error: unknown) => {
            throw new LikenessError('bad-input', say`A frame is not a picture: ${saidBy(error)}`, { cause: error });
          });
          return { time, decoded };
        }),
      );
      const features: Float32Array<ArrayBuffer>[] = [];
      for (const { decoded } of frames) {
        const [feature] = await space.turns(semaphore)(() => embedder.embed([decoded.pixels]));
        features.push(feature!);
      }
      // Another embedder took its place meanwhile: the video goes on waiting, to be seen by that one.
      if (this.#closed || this.#parts.space() !== space) return;
      if (!features.every((feature) => feature.every(Number.isFinite))) {
        this.#fail(photo, say`The embedder gave numbers for it that are not finite`);
        return;
      }
      this.#write({ photo, stamp, hash }, found, frames, features, space);
    });
  }

  /**
   * A page cannot take a video apart.
   * @throws LikenessError 'changed' where that may be because the file has gone or changed meanwhile: it goes on waiting
   */
  async giveUp(photoId: number, reason: 'damaged' | 'no-pictures' | 'codec', codec: string | undefined): Promise<void> {
    const { photo, stamp } = this.#takeBack(photoId);
    await expectUnchanged(photo.path, stamp);
    this.#giveUp(photo, reason, codec);
  }

  #giveUp(photo: WaitingPhoto, reason: 'damaged' | 'no-pictures' | 'codec', codec?: string): void {
    this.#fail(
      photo,
      reason === 'no-pictures'
        ? say`It holds no pictures, only sound`
        : reason === 'codec' && codec !== undefined
          ? say`Videos of the kind ${codec} cannot be shown by the browser here`
          : say`The video is damaged, or is of a variety that cannot be read yet`,
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#oneAtATime(() => Promise.resolve());
    await Promise.allSettled(this.#keepings);
  }

  async #next(): Promise<VideoToRead | null> {
    const { library } = this.#parts;
    if (this.#parts.isPaused()) return null;
    const now = performance.now();
    for (const [id, { until }] of this.#inHand) if (until < now) this.#inHand.delete(id);
    for (let after: WaitingPhoto | undefined, rows; !this.#closed; after = rows.at(-1)) {
      rows = library.photos.waiting(after, LOOKED_AT_ONCE, 'videos');
      if (rows.length === 0) return null;
      for (const photo of rows) {
        if (this.#closed) return null;
        if (this.#inHand.has(photo.id)) continue;
        const inHand = await this.#prepare(photo);
        if (!inHand) continue;
        this.#inHand.set(photo.id, inHand);
        return { photoId: photo.id, mostFrames: MOST_FRAMES, patience: PATIENCE };
      }
    }
    return null;
  }

  /** @returns nothing where the video needs no page, or cannot be read now */
  async #prepare(photo: WaitingPhoto): Promise<InHand | undefined> {
    const { library, readers, semaphore } = this.#parts;
    const stamp = await this.#settled(photo);
    if (!stamp) return undefined;
    try {
      const pair = await this.#pairing.leadOf(photo, stamp);
      if (pair === 'not yet') return undefined;
      if (pair) {
        library.inTransaction(() => pairPhoto(library, photo, stamp, pair));
        this.#parts.onWritten({ entries: [], lost: [photo.id], indexed: 0, failed: 0 });
        return undefined;
      }
      const hash = await semaphore(() => readers.hash(photo.path, stamp));
      const known = library.contents.find(hash, this.#parts.space().row.id);
      if (!known?.hasFeature) return { photo, stamp, hash, until: performance.now() + PATIENCE * 1000 };
      library.inTransaction(() => linkPhoto(library, photo, stamp, known.id, known.takenAt));
      this.#tellIndexed(photo.id);
      return undefined;
    } catch (error) {
      if (!(error instanceof LikenessError) || error.code === 'damaged') throw error;
      // What changed while it was read is looked at again later.
      if (error.code !== 'changed') this.#fail(photo, error.said);
      return undefined;
    }
  }

  async #settled({ id, path }: WaitingPhoto): Promise<FileStamp | undefined> {
    const now = performance.now();
    const stats = await stat(path).catch(() => undefined);
    if (!stats) return undefined;
    const stamp: FileStamp = { size: stats.size, modifiedAt: stats.mtimeMs };
    const seen = this.#seen.get(id);
    if (hasSettled(stamp, seen, now)) {
      this.#seen.delete(id);
      return stamp;
    }
    if (!seen || !sameStamp(seen.stamp, stamp)) this.#seen.set(id, { stamp, at: now });
    return undefined;
  }

  #takeBack(photoId: number): InHand {
    const inHand = this.#inHand.get(photoId);
    this.#inHand.delete(photoId);
    if (!inHand) throw new LikenessError('not-found', say`The video with the number ${photoId} is not in hand.`);
    return inHand;
  }

  #write(
    { photo, stamp, hash }: Pick<InHand, 'photo' | 'stamp' | 'hash'>,
    found: FoundInVideo,
    frames: readonly { time: number; decoded: Awaited<ReturnType<ReaderPool['decodeBytes']>> }[],
    features: readonly Float32Array<ArrayBuffer>[],
    { row, models }: EmbeddingSpace,
  ): void {
    const { library } = this.#parts;
    const [poster] = frames;
    const commit = library.inTransaction(() => {
      // The photo may have been removed meanwhile, and another page may have read a copy.
      if (library.photos.path(photo.id) !== photo.path) return undefined;
      const known = library.contents.find(hash, row.id);
      const embedded: { regionId: number; feature: Float32Array<ArrayBuffer> }[] = [];
      const contentId =
        known?.id ??
        library.contents.insert({
          ...poster!.decoded,
          hash,
          format: extname(photo.path).slice(1).toLowerCase(),
          width: found.width,
          height: found.height,
          takenAt: found.takenAt,
          warning: null,
          video: { duration: found.duration, poster: poster!.time },
        });
      if (!known?.hasFeature) {
        // One that another embedder has seen has its frames already; the same ones are chosen again.
        const before = [library.regions.wholeOf(contentId)!, ...library.regions.framesOf(contentId)];
        frames.forEach(({ time, decoded }, i) => {
          const regionId = before[i] ?? library.regions.addFrame(contentId, time, decoded.thumbnail);
          if (library.features.get(row.id, regionId)) return;
          library.features.insert(row.id, regionId, features[i]!);
          embedded.push({ regionId, feature: features[i]! });
        });
      }
      linkPhoto(library, photo, stamp, contentId, found.takenAt);
      return models.encodeNew(embedded);
    });
    commit?.();
    this.#tellIndexed(photo.id);
  }

  #tellIndexed(photoId: number): void {
    const tile = this.#parts.library.photos.tile(photoId);
    this.#parts.onWritten({ entries: tile ? [tile] : [], lost: [], indexed: tile ? 1 : 0, failed: 0 });
    this.#parts.onWork();
  }

  #fail({ id }: WaitingPhoto, reason: Sentence): void {
    this.#parts.library.photos.fail(id, reason);
    this.#parts.onWritten({ entries: [], lost: [id], indexed: 0, failed: 1 });
  }
}

async function expectUnchanged(path: string, stamp: FileStamp): Promise<void> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats || !sameStamp(stamp, { size: stats.size, modifiedAt: stats.mtimeMs }))
    throw new LikenessError('changed', say`The file changed while it was read`);
}

/** @throws LikenessError 'bad-input' where there are not as many bytes as was said */
function cut(bytes: Uint8Array, { frames }: FoundInVideo): { time: number; jpeg: Uint8Array }[] {
  const total = frames.reduce((sum, { size }) => sum + size, 0);
  if (bytes.length !== total)
    throw new LikenessError('bad-input', say`Expected ${total} bytes of frames, got ${bytes.length}.`);
  let at = 0;
  return frames.map(({ time, size }) => ({ time, jpeg: bytes.subarray(at, (at += size)) }));
}
