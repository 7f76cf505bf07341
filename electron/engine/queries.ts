// What is asked: a photo of the library, or a picture from outside, seen by the sight in use.
import { LikenessError } from '../contract/errors.ts';
import { FILE_LIMITS } from '../contract/files.ts';
import type { ParsedInput } from '../contract/methods.ts';
import type { SearchAnswer } from '../contract/types.ts';
import type { Library } from '../library/library.ts';
import type { ReaderPool } from '../library/reader-pool.ts';
import { Examples, hashBytes } from './examples.ts';
import { search, type Query } from './searcher.ts';
import type { Sight } from './sight.ts';

export class Queries {
  readonly #library: Library;
  readonly #readers: ReaderPool;
  readonly #sight: () => Sight;
  readonly #examples = new Examples();

  /** @param sight the one in use at the moment */
  constructor(library: Library, readers: ReaderPool, sight: () => Sight) {
    this.#library = library;
    this.#readers = readers;
    this.#sight = sight;
  }

  /** @throws LikenessError 'not-found' where the photo or the example is not there (any more) */
  search({ example, k, codesOnly }: ParsedInput<'searchByExample'>, signal?: AbortSignal): Promise<SearchAnswer> {
    // One embedder from beginning to end, whatever takes its place meanwhile.
    const sight = this.#sight();
    return sight.use(async () => {
      const query =
        'photoId' in example ? this.#byPhoto(example.photoId, sight) : await this.#byExample(example.exampleId, sight);
      const sources = { library: this.#library, active: sight.models.active, matrix: () => sight.models.matrix };
      return search(sources, query, k, { codesOnly, signal });
    });
  }

  /**
   * Takes in a picture to search by, which does not become part of the library.
   * @throws LikenessError 'bad-input' or 'unreadable'
   */
  async addExample({ name, bytes }: ParsedInput<'addExample'>): Promise<{ exampleId: number }> {
    if (bytes.length > FILE_LIMITS.addExample) {
      throw new LikenessError(
        'bad-input',
        `${name} takes ${Math.round(bytes.length / 2 ** 20)} MiB; at most ${FILE_LIMITS.addExample / 2 ** 20} MiB can be searched by.`,
      );
    }
    const sight = this.#sight();
    const { embedder, row } = sight;
    return sight.use(async () => {
      const { pixels, thumbnail } = await this.#readers.decodeBytes(bytes, embedder.input).catch((error: unknown) => {
        if (error instanceof LikenessError)
          throw new LikenessError(error.code, `${name} cannot be searched by. ${error.message}.`, { cause: error });
        throw error;
      });
      const [feature] = await embedder.embed([pixels]);
      return {
        exampleId: this.#examples.add({ name, thumbnail, feature, embedderId: row.id, hash: hashBytes(bytes) }),
      };
    });
  }

  /** JPEG. */
  thumbnailOf(exampleId: number): Uint8Array {
    return this.#examples.get(exampleId).thumbnail;
  }

  #byPhoto(photoId: number, { row }: Sight): Query {
    const tile = this.#library.photos.tile(photoId);
    const feature = tile && this.#library.features.get(row.id, tile.contentId);
    if (!tile || !feature) throw notThere();
    return { feature, contentId: tile.contentId, photoId };
  }

  async #byExample(exampleId: number, { embedder, row }: Sight): Promise<Query> {
    const example = this.#examples.get(exampleId);
    if (example.embedderId !== row.id) {
      // It was seen by the embedder before this one.
      const [feature] = await embedder.embed([await this.#readers.pixels(example.thumbnail, embedder.input)]);
      Object.assign(example, { feature, embedderId: row.id });
    }
    return { feature: example.feature, contentId: this.#library.contents.find(example.hash, row.id)?.id };
  }
}

export function notThere(): LikenessError {
  return new LikenessError('not-found', 'That photo is not in the library any more, or has not been read yet.');
}
