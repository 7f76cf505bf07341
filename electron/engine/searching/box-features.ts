// Boxes drawn on pictures, as an embedder sees what is in them: decoded and embedded once, however often marks and filters ask again.
import { LRUCache } from 'lru-cache';
import { LikenessError } from '../../contract/errors.ts';
import type { PixelRequest } from '../../contract/pixels.ts';
import type { Box } from '../../contract/query.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { Library } from '../../library/library.ts';
import type { TileRow } from '../../library/rows/photo-rows.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import type { Example } from './examples.ts';
import { notThere } from './not-there.ts';

const KEPT = 200;

export class BoxFeatures {
  readonly #library: Library;
  readonly #readers: ReaderPool;
  readonly #known = new LRUCache<string, Float32Array>({ max: KEPT });

  constructor(library: Library, readers: ReaderPool) {
    this.#library = library;
    this.#readers = readers;
  }

  /** From the photo's file, or where that is not there from the kept thumbnail. float32, (dimensions). */
  inPhoto(tile: TileRow, box: Box, space: EmbeddingSpace): Promise<Float32Array> {
    const regionId = this.#library.regions.wholeOf(tile.contentId);
    return this.#once(`photo ${regionId}`, box, space, (input) => this.#pixelsOf(tile, box, input));
  }

  /** float32, (dimensions). */
  inExample(exampleId: number, { thumbnail }: Example, box: Box, space: EmbeddingSpace): Promise<Float32Array> {
    return this.#once(`example ${exampleId}`, box, space, (input) => this.#readers.parts(thumbnail, [box], input));
  }

  async #once(
    picture: string,
    box: Box,
    { embedder, row }: EmbeddingSpace,
    read: (input: PixelRequest) => Promise<Uint8Array[]>,
  ): Promise<Float32Array> {
    const key = JSON.stringify([row.id, picture, box.x, box.y, box.width, box.height]);
    const known = this.#known.get(key);
    if (known) return known;
    const [feature] = await embedder.embed(await read(embedder.input));
    if (!feature!.every(Number.isFinite)) {
      throw new LikenessError('bad-input', `${row.name} makes nothing of what is in the box. Draw it larger.`);
    }
    this.#known.set(key, feature);
    return feature!;
  }

  async #pixelsOf(tile: TileRow, box: Box, input: PixelRequest): Promise<Uint8Array[]> {
    const row = this.#library.photos.byPath(tile.path);
    if (!row) throw notThere();
    try {
      return await this.#readers.partsOfFile(tile.path, row, [box], input);
    } catch (error) {
      const thumbnail = this.#library.contents.thumbnail(tile.contentId);
      if (!(error instanceof LikenessError) || !thumbnail) throw error;
      return this.#readers.parts(thumbnail, [box], input);
    }
  }
}
