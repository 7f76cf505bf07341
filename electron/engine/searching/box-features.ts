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
import { say } from '../../contract/sentence.ts';

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
  async inPhoto(tile: TileRow, box: Box, space: EmbeddingSpace): Promise<Float32Array> {
    const row = this.#library.photos.byPath(tile.path);
    const regionId = this.#library.regions.wholeOf(tile.contentId);
    if (!row || regionId === undefined) throw notThere();
    try {
      return await this.#once(`region ${regionId}`, box, space, (input) =>
        this.#readers.partsOfFile(tile.path, row, [box], input),
      );
    } catch (error) {
      const thumbnail = this.#library.contents.thumbnail(tile.contentId);
      if (!(error instanceof LikenessError) || !thumbnail) throw error;
      // Not remembered: the file shows more when it is back.
      return see(await this.#readers.parts(thumbnail, [box], space.embedder.input), space);
    }
  }

  /** float32, (dimensions). */
  inExample(exampleId: number, { thumbnail }: Example, box: Box, space: EmbeddingSpace): Promise<Float32Array> {
    return this.#once(`example ${exampleId}`, box, space, (input) => this.#readers.parts(thumbnail, [box], input));
  }

  async #once(
    picture: string,
    box: Box,
    space: EmbeddingSpace,
    read: (input: PixelRequest) => Promise<Uint8Array[]>,
  ): Promise<Float32Array> {
    const key = JSON.stringify([space.row.id, picture, box.x, box.y, box.width, box.height]);
    const known = this.#known.get(key);
    if (known) return known;
    const feature = await see(await read(space.embedder.input), space);
    this.#known.set(key, feature);
    return feature;
  }
}

async function see(pixels: Uint8Array[], { embedder, row }: EmbeddingSpace): Promise<Float32Array> {
  const [feature] = await embedder.embed(pixels);
  if (!feature!.every(Number.isFinite)) {
    throw new LikenessError('bad-input', say`${row.name} makes nothing of what is in the box. Draw it larger.`);
  }
  return feature!;
}
