// Parts of photos: made behind everything else once somebody has drawn a box or switched it on, and searched by boxes.
import type { LimitFunction } from 'p-limit';
import type { PartsStatus } from '../../contract/parts.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { PixelRequest } from '../../contract/pixels.ts';
import { THUMBNAIL_SIDE } from '../../library/decode/decode.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { Library } from '../../library/library.ts';
import type { PartsOfContent } from '../../library/rows/part-rows.ts';
import { fourBitSize, toFourBit } from '../../numeric/four-bit.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import { GRID } from './grid.ts';
import { orderingSize, orderingVector } from './ordering-vector.ts';
import { PartIndex } from './part-index.ts';
import { partCode, type PartModel } from '../codes/part-model.ts';

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
  onTrouble(sentence: string): void;
}

const SETTING = 'parts';
const AT_ONCE = 4;
const DELETE_AT_ONCE = 500;
/** Bytes of a code in memory: the code and its number. */
const BYTES_OF_A_NUMBER = 4;

export class PhotoParts {
  readonly #tools: PhotoPartsTools;
  readonly #handlers: PhotoPartsHandlers;
  #index: PartIndex | undefined;
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
    const { models, row } = space();
    const { partModel } = models;
    const [photos, done] = [library.contents.count(), partModel ? library.parts.count(partModel.id) : 0];
    const code = partModel?.model.codebooks.M ?? 0;
    return {
      on: this.isOn,
      available: partModel !== undefined,
      photos,
      done,
      partsOfAPhoto: GRID.length,
      memory: done * GRID.length * (code + BYTES_OF_A_NUMBER),
      disk: done * GRID.length * (code + fourBitSize(orderingSize(row.dimensions))),
    };
  }

  /** Somebody asks by a box, and wants parts of photos to be found: switches on, unless it was switched off before. */
  wanted(): void {
    if (this.#tools.library.settings.get(SETTING) === undefined) this.switch(true);
  }

  switch(on: boolean): void {
    if (on === this.isOn) return;
    this.#tools.library.settings.set(SETTING, on ? 'on' : 'off');
    if (!on) this.pause();
    this.#handlers.onSwitched();
  }

  /** Makes what is missing, where it is switched on. */
  work(): void {
    if (!this.isOn) return;
    this.#stopped = false;
    this.#running ??= this.#run()
      .catch((error: unknown) => this.#handlers.onTrouble(`Parts of photos wait: ${(error as Error).message}`))
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

  /** What boxes are searched in. */
  indexOf(partModel: PartModel): PartIndex {
    if (this.#index?.partModel.id !== partModel.id) this.#index = new PartIndex(this.#tools.library, partModel);
    return this.#index;
  }

  /** Deletes what models made of parts that make them no more, a little at a time. */
  async #removeLeftovers(): Promise<void> {
    const { library, space } = this.#tools;
    for (const id of library.parts.modelIds()) {
      while (!this.#closed && id !== space().models.partModel?.id) {
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
    await this.#removeLeftovers();
    for (let after = 0; !this.#stopped;) {
      const current = space();
      const { partModel } = current.models;
      if (!partModel) return;
      const ids = library.parts.missing(partModel.id, after, AT_ONCE);
      if (ids.length === 0) return;
      if (after === 0) this.#handlers.onProgress(library.parts.count(partModel.id), library.contents.count());
      const made = await current.use(() => Promise.all(ids.map((id) => this.#partsOf(id, current, partModel))));
      // Another model may answer meanwhile: its parts are made anew.
      if (current.models.partModel?.id !== partModel.id) {
        after = 0;
        continue;
      }
      const written = library.inTransaction(() =>
        library.parts.add(
          partModel.id,
          made.filter((one) => one !== undefined),
        ),
      );
      if (this.#index?.partModel.id === partModel.id) this.#index.append(written);
      // One that could not be read is not tried again until the next time.
      after = ids.at(-1)!;
      this.#handlers.onProgress(library.parts.count(partModel.id), library.contents.count());
    }
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
      const fromFile = thumbnailSuffices(size, input) ? undefined : await this.#pixelsOfFile(contentId, input);
      return fromFile ?? (await readers.parts(thumbnail, GRID, input));
    } catch (error) {
      if (!(error instanceof LikenessError)) throw error;
      return undefined;
    }
  }

  async #pixelsOfFile(contentId: number, input: PixelRequest): Promise<Uint8Array[] | undefined> {
    const { library, readers } = this.#tools;
    for (const { path } of library.photos.tilesOf(contentId)) {
      const { size, modifiedAt } = library.photos.byPath(path)!;
      try {
        return await readers.partsOfFile(path, { size, modifiedAt }, GRID, input);
      } catch (error) {
        // Away or replaced since: another file of the same content, or the thumbnail.
        if (!(error instanceof LikenessError)) throw error;
      }
    }
    return undefined;
  }
}

/** Whether the smallest part of a photo's thumbnail has as many pixels as the embedder looks at, or the thumbnail is the photo. */
function thumbnailSuffices({ width, height }: { width: number; height: number }, input: PixelRequest): boolean {
  const scale = THUMBNAIL_SIDE / Math.max(width, height);
  if (scale >= 1) return true;
  const smallest = Math.min(...GRID.map((box) => Math.min(box.width * width, box.height * height))) * scale;
  return smallest >= Math.min(input.width, input.height);
}
