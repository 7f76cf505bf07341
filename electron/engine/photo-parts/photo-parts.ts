// Parts of photos: made behind everything else once somebody has drawn a box or switched it on, and searched by boxes.
import type { LimitFunction } from 'p-limit';
import type { PartsStatus } from '../../contract/parts.ts';
import { LikenessError, saidBy } from '../../contract/errors.ts';
import type { PixelRequest } from '../../contract/pixels.ts';
import { fromAnyFile } from '../../library/any-file.ts';
import { THUMBNAIL_SIDE } from '../../library/decode/decode.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { Library } from '../../library/library.ts';
import type { PartsOfContent } from '../../library/rows/part-rows.ts';
import { fourBitSize, fromFourBit, toFourBit } from '../../numeric/four-bit.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import { GRID } from './grid.ts';
import { orderingSize, orderingVector } from './ordering-vector.ts';
import { PartIndex } from './part-index.ts';
import { partCode, type PartModel } from '../codes/part-model.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

export interface PhotoPartsTools {
  readonly library: Library;
  readonly readers: ReaderPool;
  /** Held for each photo in work. */
  readonly semaphore: LimitFunction;
  /** What answers at this moment. */
  readonly space: () => EmbeddingSpace;
}

export interface PhotoPartsHandlers {
  onProgress(done: number, total: number): void;
  /** Switched on or off. */
  onSwitched(): void;
  onEnded(): void;
  /** A sentence for the person. */
  onTrouble(sentence: Sentence): void;
}

const SETTING = 'parts';
const AT_ONCE = 4;
/** Contents that are looked through for missing parts before others have their turn. */
const LOOKED_THROUGH = 5000;
const DELETE_AT_ONCE = 500;
/** Bytes of a code in memory: the code and its number. */
const BYTES_OF_A_NUMBER = 4;

export class PhotoParts {
  readonly #tools: PhotoPartsTools;
  readonly #handlers: PhotoPartsHandlers;
  #index: PartIndex | undefined;
  /** Contents up to this one have their parts by a model, or could not be read. */
  #looked = { modelId: 0, upTo: 0 };
  #running: Promise<void> | undefined;
  #stopped = false;
  #closed = false;

  constructor(tools: PhotoPartsTools, handlers: PhotoPartsHandlers) {
    this.#tools = tools;
    this.#handlers = handlers;
  }

  get isOn(): boolean {
    return this.#tools.library.settings.get(SETTING) === 'on';
  }

  /** Whether parts are being made. */
  get isWorking(): boolean {
    return this.#running !== undefined;
  }

  status(): PartsStatus {
    const { library, space } = this.#tools;
    const { partModel, row } = space();
    const [photos, done] = [library.contents.count(), partModel ? library.parts.count(partModel.id) : 0];
    const code = partModel?.model.codebooks.M ?? 0;
    return {
      on: this.isOn,
      available: partModel !== undefined,
      photos,
      done,
      partsOfAPhoto: GRID.length,
      memoryOfAPhoto: GRID.length * (code + BYTES_OF_A_NUMBER),
      diskOfAPhoto: GRID.length * (code + fourBitSize(orderingSize(row.dimensions))),
    };
  }

  /** Somebody asks by a box, and wants parts of photos to be found: switches on, unless it was switched off before. */
  wanted(): void {
    if (this.#tools.library.settings.get(SETTING) === undefined) this.switch(true);
  }

  switch(on: boolean): void {
    if (on === this.isOn) return;
    this.#tools.library.settings.set(SETTING, on ? 'on' : 'off');
    if (on) this.#looked.upTo = 0;
    else this.pause();
    this.#handlers.onSwitched();
  }

  /** Makes what is missing, where it is switched on. */
  work(): void {
    if (!this.isOn) return;
    this.#stopped = false;
    this.#running ??= this.#run()
      .catch((error: unknown) => this.#handlers.onTrouble(say`Parts of photos wait: ${saidBy(error)}`))
      .finally(() => {
        this.#running = undefined;
        this.#handlers.onEnded();
      });
  }

  /** Looks at no more photos after those in hand. */
  pause(): void {
    this.#stopped = true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopped = true;
    await this.#running;
  }

  /**
   * The ordering vector of each part of a photo, see grid.ts: as it is kept, or made now.
   * @returns float32, (orderingSize) each; undefined where there is no model, or the photo cannot be read
   */
  async vectorsOf(contentId: number): Promise<Float32Array[] | undefined> {
    const { library, space: current } = this.#tools;
    const space = current();
    const { partModel, row } = space;
    if (!partModel) return undefined;
    const kept = library.parts.vectorsOf(partModel.id, [contentId]).get(contentId);
    const vectors = kept ?? (await space.use(() => this.#partsOf(contentId, space, partModel)))?.vectors;
    if (!vectors) return undefined;
    const D = orderingSize(row.dimensions);
    const size = fourBitSize(D);
    return GRID.map((_, place) => fromFourBit(vectors.subarray(place * size, (place + 1) * size), D));
  }

  /** What boxes are searched in. */
  indexOf(partModel: PartModel): PartIndex {
    if (this.#index?.partModel.id !== partModel.id) this.#index = new PartIndex(this.#tools.library, partModel);
    return this.#index;
  }

  /** Deletes what models made of parts that make them no more, a little at a time. */
  async #removeLeftovers(): Promise<void> {
    const { library, space } = this.#tools;
    for (const id of library.parts.modelIds()) {
      while (!this.#closed && id !== space().partModel?.id) {
        if (library.inTransaction(() => library.parts.removeSome(id, DELETE_AT_ONCE))) break;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  /** Contents are about to be deleted. @returns what to call once they are */
  forget(contentIds: readonly number[]): () => void {
    return () => this.#index?.forget(contentIds);
  }

  async #run(): Promise<void> {
    const { library, space } = this.#tools;
    const { partModel } = space();
    if (!partModel) return;
    // What was looked at before need not be looked through again each time a photo has come.
    if (this.#looked.modelId !== partModel.id) {
      await this.#removeLeftovers();
      this.#looked = { modelId: partModel.id, upTo: 0 };
    }
    const looked = this.#looked;
    const total = library.contents.count();
    let done = library.parts.count(partModel.id);
    // Another model may be the one meanwhile: its parts are made by the next run.
    while (!this.#stopped && space().partModel?.id === partModel.id) {
      const end = Math.min(looked.upTo + LOOKED_THROUGH, library.contents.newest());
      if (looked.upTo >= end) return;
      const ids = library.parts.missing(partModel.id, looked.upTo, end, AT_ONCE);
      if (ids.length === 0) {
        looked.upTo = end;
        await new Promise((resolve) => setImmediate(resolve));
        continue;
      }
      this.#handlers.onProgress(done, total);
      done += await this.#make(ids, space(), partModel);
      // One that could not be read is not tried again until the next start.
      looked.upTo = ids.at(-1)!;
    }
  }

  /** @returns contents whose parts were written */
  async #make(contentIds: readonly number[], space: EmbeddingSpace, partModel: PartModel): Promise<number> {
    const { library } = this.#tools;
    const made = await space.use(() => Promise.all(contentIds.map((id) => this.#partsOf(id, space, partModel))));
    const there = made.filter((one) => one !== undefined);
    const written = library.inTransaction(() => library.parts.add(partModel.id, there));
    if (this.#index?.partModel.id === partModel.id) this.#index.append(written);
    return written.length;
  }

  async #partsOf(contentId: number, space: EmbeddingSpace, partModel: PartModel): Promise<PartsOfContent | undefined> {
    const { semaphore } = this.#tools;
    const { embedder } = space;
    const pixels = await semaphore(() => this.#pixels(contentId, embedder.input));
    if (!pixels) return undefined;
    const features = await space.turns(semaphore)(() => embedder.embed(pixels));
    if (!features.every((feature) => feature.every(Number.isFinite))) return undefined;
    return {
      contentId,
      codes: Buffer.concat(features.map((feature) => partCode(feature, partModel))),
      vectors: Buffer.concat(features.map((feature) => toFourBit(orderingVector(feature)))),
    };
  }

  /** From the kept thumbnail where its parts are large enough, or where the file is not there; else from the file. */
  async #pixels(contentId: number, input: PixelRequest): Promise<Uint8Array[] | undefined> {
    const { library, readers } = this.#tools;
    const size = library.contents.size(contentId);
    const thumbnail = library.contents.thumbnail(contentId);
    if (!size || !thumbnail) return undefined;
    try {
      const fromFile = thumbnailSuffices(size, input)
        ? undefined
        : await fromAnyFile(library, contentId, (path, stamp) => readers.partsOfFile(path, stamp, GRID, input));
      return fromFile ?? (await readers.parts(thumbnail, GRID, input));
    } catch (error) {
      if (!(error instanceof LikenessError) || error.code === 'damaged') throw error;
      return undefined;
    }
  }
}

/** Whether the smallest part of a photo's thumbnail has as many pixels as the embedder looks at, or the thumbnail is the photo. */
function thumbnailSuffices({ width, height }: { width: number; height: number }, input: PixelRequest): boolean {
  const scale = THUMBNAIL_SIDE / Math.max(width, height);
  if (scale >= 1) return true;
  const smallest = Math.min(...GRID.map((box) => Math.min(box.width * width, box.height * height))) * scale;
  return smallest >= Math.min(input.width, input.height);
}
