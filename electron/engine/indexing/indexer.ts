// Reads the photos that wait: file to content, thumbnail, feature and code, a few at a time.
import { stat } from 'node:fs/promises';
import type { LimitFunction } from 'p-limit';
import { LikenessError, saidBy } from '../../contract/errors.ts';
import type { KnownContent } from '../../library/rows/content-rows.ts';
import type { DecodedPhoto } from '../../library/decode/decode.ts';
import type { Library } from '../../library/library.ts';
import { isOutOfSpace } from '../../library/out-of-space.ts';
import type { WaitingPhoto } from '../../library/rows/photo-rows.ts';
import { isFileChanged, sameStamp, type FileStamp } from '../../library/files/read-file.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import { hasSettled, REST } from '../../library/files/settle.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import { Pairing, type Pair } from './pairing.ts';
import { linkPhoto, pairPhoto } from './write-photo.ts';
import type { TimelineEntry } from './timeline.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

export interface IndexerHandlers {
  /** Photos were written; where their pictures are in the timeline may have changed. */
  onWritten(written: { entries: TimelineEntry[]; lost: number[]; indexed: number; failed: number }): void;
  /** Something was said of photos by their files. */
  onTold(): void;
  /** Nothing waits any more. */
  onIdle(): void;
  /** It stopped and waits to be told to go on; the reason is a sentence. */
  onStopped(reason: Sentence): void;
}

export interface IndexerParts {
  readonly library: Library;
  readonly readers: ReaderPool;
  /** What photos are seen by at this moment. */
  readonly space: () => EmbeddingSpace;
  /** Runs work when a core is free for it. */
  readonly semaphore: LimitFunction;
  /** How many groups of photos are under way at once. */
  readonly groups: number;
}

/** Photos read, embedded and written together, at least. */
const GROUP = 8;
/** Milliseconds until a file that vanished while it waited is taken for gone. */
const MISSING_FOR = 3000;
/** Milliseconds until a photo is looked at again whose copy, or the photo that shows it, is just being read. */
const WAIT_FOR_COPY = 100;

/** What became of one photo, to be written with its group. */
type Outcome =
  | { kind: 'linked'; photo: WaitingPhoto; stamp: FileStamp; contentId: number; takenAt: number | null }
  | { kind: 'read'; photo: WaitingPhoto; stamp: FileStamp; hash: Uint8Array; decoded: DecodedPhoto }
  /** Another photo shows it. */
  | { kind: 'companion'; photo: WaitingPhoto; stamp: FileStamp; pair: Pair }
  | { kind: 'failed'; photo: WaitingPhoto; reason: Sentence }
  | { kind: 'gone'; photo: WaitingPhoto };

/** Milliseconds that work took, summed over all cores. */
export interface TimeSpent {
  /** Reading and decoding files, thumbnails included. */
  decode: number;
  embed: number;
  /** Codes included. */
  write: number;
}

export class Indexer {
  readonly spent: TimeSpent = { decode: 0, embed: 0, write: 0 };
  readonly #parts: IndexerParts;
  readonly #handlers: IndexerHandlers;
  readonly #pairing: Pairing;
  readonly #inHand = new Set<number>();
  readonly #deferred = new Map<number, { stamp: FileStamp | undefined; at: number; until: number }>();
  readonly #hashesInHand = new Set<string>();
  #paused = false;
  #closed = false;
  #woken: () => void = () => undefined;
  #wakeRequested = false;
  #running: Promise<void> | undefined;

  constructor(parts: IndexerParts, handlers: IndexerHandlers) {
    this.#parts = parts;
    this.#handlers = handlers;
    this.#pairing = new Pairing(parts.library, parts.readers);
  }

  get paused(): boolean {
    return this.#paused;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** There may be something to do. */
  wake(): void {
    this.#wakeRequested = true;
    this.#woken();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.wake();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#woken();
    await this.#running;
  }

  async #run(): Promise<void> {
    const groups = new Set<Promise<void>>();
    while (!this.#closed) {
      if (this.#paused) {
        await this.#sleep(undefined);
        continue;
      }
      const now = performance.now();
      const photos = this.#next(now);
      if (photos.length > 0) {
        const group: Promise<void> = this.#readGroup(photos)
          .catch((error: unknown) => this.#stop(error))
          .finally(() => groups.delete(group));
        groups.add(group);
        if (groups.size >= this.#parts.groups) await Promise.race(groups);
      } else if (groups.size > 0) {
        await Promise.race(groups);
      } else {
        this.#forgetDeferred(now);
        const due = Math.min(...[...this.#deferred.values()].map(({ until }) => until));
        if (Number.isFinite(due)) await this.#sleep(Math.max(50, due - performance.now()));
        else {
          if (!this.#wakeRequested) this.#handlers.onIdle();
          await this.#sleep(undefined);
        }
      }
    }
    await Promise.all(groups);
  }

  /**
   * Forgets photos that were put off, were due, and yet were not found waiting: they are gone from the catalogue.
   * @param now the moment at which it was looked; one that fell due since then has not been looked for
   */
  #forgetDeferred(now: number): void {
    for (const [id, { until }] of this.#deferred) if (until <= now) this.#deferred.delete(id);
  }

  /** Waits for a wake, or for some milliseconds. */
  async #sleep(milliseconds: number | undefined): Promise<void> {
    if (!this.#wakeRequested && !this.#closed) {
      await new Promise<void>((resolve) => {
        const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
        this.#woken = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wakeRequested = false;
  }

  /** The next photos to read, none of them in hand or put off beyond now. */
  #next(now: number): WaitingPhoto[] {
    const takeable = ({ id }: WaitingPhoto): boolean =>
      !this.#inHand.has(id) && (this.#deferred.get(id)?.until ?? 0) <= now;
    // As many as are best embedded at once.
    const group = Math.max(GROUP, this.#parts.space().embedder.batch);
    // Always from the newest on: what has come since is read before older photos.
    for (let after: WaitingPhoto | undefined, rows; ; after = rows.at(-1)) {
      rows = this.#parts.library.photos.waiting(after, group * 4);
      if (rows.length === 0) return [];
      const chosen = rows
        .filter(takeable)
        .slice(0, group)
        .map((photo) => this.#pairing.firstToRead(photo))
        .filter((photo, at, all) => takeable(photo) && all.findIndex(({ id }) => id === photo.id) === at);
      for (const { id } of chosen) this.#inHand.add(id);
      if (chosen.length > 0) return chosen;
    }
  }

  async #readGroup(photos: WaitingPhoto[]): Promise<void> {
    const release: (() => void)[] = [];
    const space = this.#parts.space();
    try {
      await space.use(async () => {
        const outcomes = (await Promise.all(photos.map((photo) => this.#read(photo, space, release)))).filter(
          (one) => one !== undefined,
        );
        const features = await this.#embed(outcomes, space);
        // Another took its place meanwhile: these go on waiting, to be seen by that one.
        if (this.#parts.space() === space) this.#write(outcomes, features, space);
        else this.wake();
      });
    } finally {
      for (const { id } of photos) this.#inHand.delete(id);
      for (const done of release) done();
    }
  }

  async #read(photo: WaitingPhoto, space: EmbeddingSpace, release: (() => void)[]): Promise<Outcome | undefined> {
    const { readers, semaphore } = this.#parts;
    const stamp = await this.#settled(photo);
    if (stamp === 'gone') return { kind: 'gone', photo };
    if (stamp === 'not yet') return undefined;
    try {
      const pair = await this.#pairing.leadOf(photo, stamp);
      if (pair === 'not yet') {
        this.#defer(photo.id, stamp, WAIT_FOR_COPY);
        return undefined;
      }
      if (pair) return { kind: 'companion', photo, stamp, pair };
      const hash = await semaphore(() => this.#timed('decode', () => readers.hash(photo.path, stamp)));
      const known = this.#claim(hash, space, release);
      if (known === 'busy') {
        this.#defer(photo.id, stamp, WAIT_FOR_COPY);
        return undefined;
      }
      if (known?.hasFeature) return { kind: 'linked', photo, stamp, contentId: known.id, takenAt: known.takenAt };
      const decoded = await semaphore(() =>
        this.#timed('decode', () => readers.decode(photo.path, stamp, space.embedder.input)),
      );
      return { kind: 'read', photo, stamp, hash, decoded };
    } catch (error) {
      if (isFileChanged(error)) {
        this.#defer(photo.id, undefined, REST);
        return undefined;
      }
      if (error instanceof LikenessError && error.code !== 'damaged')
        return { kind: 'failed', photo, reason: error.said };
      throw error;
    }
  }

  /** The content of a hash if it is known; 'busy' while another photo of the same hash is being read. */
  #claim(hash: Uint8Array, space: EmbeddingSpace, release: (() => void)[]): KnownContent | undefined | 'busy' {
    const known = this.#parts.library.contents.find(hash, space.row.id);
    if (known?.hasFeature) return known;
    const key = Buffer.from(hash).toString('hex');
    if (this.#hashesInHand.has(key)) return 'busy';
    this.#hashesInHand.add(key);
    release.push(() => this.#hashesInHand.delete(key));
    return known;
  }

  /** The file's stamp once it has come to rest. */
  async #settled(photo: WaitingPhoto): Promise<FileStamp | 'gone' | 'not yet'> {
    const earlier = this.#deferred.get(photo.id);
    const now = performance.now();
    let stamp: FileStamp;
    try {
      const stats = await stat(photo.path);
      stamp = { size: stats.size, modifiedAt: stats.mtimeMs };
    } catch {
      if (earlier && earlier.stamp === undefined && now - earlier.at >= MISSING_FOR) {
        this.#deferred.delete(photo.id);
        return 'gone';
      }
      this.#deferred.set(photo.id, {
        stamp: undefined,
        at: earlier?.stamp === undefined && earlier ? earlier.at : now,
        until: now + 500,
      });
      return 'not yet';
    }
    if (hasSettled(stamp, earlier?.stamp && { stamp: earlier.stamp, at: earlier.at }, now)) {
      this.#deferred.delete(photo.id);
      return stamp;
    }
    this.#defer(photo.id, stamp, REST);
    return 'not yet';
  }

  #defer(id: number, stamp: FileStamp | undefined, milliseconds: number): void {
    const now = performance.now();
    const earlier = this.#deferred.get(id);
    const same = stamp !== undefined && earlier?.stamp !== undefined && sameStamp(stamp, earlier.stamp);
    this.#deferred.set(id, { stamp, at: same ? earlier.at : now, until: now + milliseconds });
  }

  /** Features of the photos that were read, by photo id. */
  async #embed(outcomes: Outcome[], space: EmbeddingSpace): Promise<Map<number, Float32Array<ArrayBuffer>>> {
    const { semaphore } = this.#parts;
    const read = outcomes.filter((outcome) => outcome.kind === 'read');
    const { batch } = space.embedder;
    const batches: (typeof read)[] = [];
    for (let i = 0; i < read.length; i += batch) batches.push(read.slice(i, i + batch));
    const features = new Map<number, Float32Array<ArrayBuffer>>();
    await Promise.all(
      batches.map(async (photos) => {
        const vectors = await space.turns(semaphore)(() =>
          this.#timed('embed', () => space.embedder.embed(photos.map(({ decoded }) => decoded.pixels))),
        );
        photos.forEach(({ photo }, i) => features.set(photo.id, vectors[i]!));
      }),
    );
    return features;
  }

  #write(
    outcomes: Outcome[],
    features: Map<number, Float32Array<ArrayBuffer>>,
    { row: { id: embedderId }, models }: EmbeddingSpace,
  ): void {
    if (outcomes.length === 0) return;
    const { library } = this.#parts;
    const entries: TimelineEntry[] = [];
    const lost: number[] = [];
    const failed: { photo: WaitingPhoto; reason: Sentence }[] = [];
    const embedded: { regionId: number; feature: Float32Array<ArrayBuffer> }[] = [];
    const start = performance.now();
    const commit = library.inTransaction(() => {
      for (const outcome of outcomes) {
        const { photo } = outcome;
        // The photo may have been removed while it was read.
        if (library.photos.path(photo.id) !== photo.path) continue;
        if (outcome.kind === 'gone') lost.push(photo.id);
        else if (outcome.kind === 'failed') failed.push(outcome);
        else if (outcome.kind === 'companion') {
          const paired = pairPhoto(library, photo, outcome.stamp, outcome.pair);
          if (paired) lost.push(photo.id);
          if (paired?.saidMore) this.#handlers.onTold();
        } else if (outcome.kind === 'linked') this.#link(outcome, outcome.contentId, outcome.takenAt);
        else {
          const feature = features.get(photo.id)!;
          if (!feature.every(Number.isFinite))
            failed.push({ photo, reason: say`The embedder gave numbers for it that are not finite` });
          else {
            const known = library.contents.find(outcome.hash, embedderId);
            const contentId = known?.id ?? library.contents.insert({ ...outcome.decoded, hash: outcome.hash });
            library.smallPictures.insert(contentId, outcome.decoded.seen);
            const regionId = library.regions.wholeOf(contentId)!;
            library.features.insert(embedderId, regionId, feature);
            embedded.push({ regionId, feature });
            this.#link(outcome, contentId, outcome.decoded.takenAt);
            if (library.annotations.takeOver(contentId, outcome.decoded.told)) this.#handlers.onTold();
          }
        }
      }
      for (const { photo, reason } of failed) {
        library.photos.fail(photo.id, reason);
        lost.push(photo.id);
      }
      library.photos.remove(outcomes.filter(({ kind }) => kind === 'gone').map(({ photo }) => photo.id));
      return models.encodeNew(embedded);
    });
    commit();
    this.spent.write += performance.now() - start;
    for (const { kind, photo } of outcomes) {
      if (kind !== 'linked' && kind !== 'read') continue;
      const tile = library.photos.tile(photo.id);
      if (tile) entries.push(tile);
    }
    this.#handlers.onWritten({ entries, lost, indexed: entries.length, failed: failed.length });
  }

  async #timed<T>(what: keyof TimeSpent, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.spent[what] += performance.now() - start;
    }
  }

  #link({ photo, stamp }: { photo: WaitingPhoto; stamp: FileStamp }, contentId: number, takenAt: number | null): void {
    if (linkPhoto(this.#parts.library, photo, stamp, contentId, takenAt) > 0) this.wake();
  }

  #stop(error: unknown): void {
    if (this.#closed) return;
    this.#paused = true;
    this.#handlers.onStopped(
      isOutOfSpace(error)
        ? say`The disk that holds the library is full, so reading stopped. Nothing is lost: make room, then press resume.`
        : say`Reading stopped because of an unexpected error: ${saidBy(error)}`,
    );
  }
}
