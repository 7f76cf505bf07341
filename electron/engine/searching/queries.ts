// What is asked: examples of the library and from outside, in the embedding space in use.
import { LikenessError } from '../../contract/errors.ts';
import { FILE_LIMITS } from '../../contract/files.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { Example, Query } from '../../contract/query.ts';
import type { SearchAnswer } from '../../contract/search.ts';
import type { Library } from '../../library/library.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import { selectorOf } from '../../search/id-selector.ts';
import { Examples, hashBytes } from './examples.ts';
import { search, type SeenExample, type SeenQuery } from './searcher.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';

/** How much what is not wanted counts beside what is. */
const NEGATIVE_WEIGHT = 0.25;

export class Queries {
  readonly #library: Library;
  readonly #readers: ReaderPool;
  readonly #space: () => EmbeddingSpace;
  readonly #examples = new Examples();

  /** @param space the one in use at the moment */
  constructor(library: Library, readers: ReaderPool, space: () => EmbeddingSpace) {
    this.#library = library;
    this.#readers = readers;
    this.#space = space;
  }

  /** @throws LikenessError that says which part of the query cannot be answered, and why */
  search({ query, k, codesOnly }: ParsedInput<'searchPhotos'>, signal?: AbortSignal): Promise<SearchAnswer> {
    checkQuery(query);
    // One embedder from beginning to end, whatever takes its place meanwhile.
    const space = this.#space();
    return space.use(async () => {
      const seen = await this.#see(query, space);
      const sources = { library: this.#library, active: space.models.active, matrix: () => space.models.matrix };
      return search(sources, seen, k, { codesOnly, signal });
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
    const space = this.#space();
    const { embedder, row } = space;
    return space.use(async () => {
      const { pixels, thumbnail } = await this.#readers.decodeBytes(bytes, embedder.input).catch((error: unknown) => {
        if (error instanceof LikenessError)
          throw new LikenessError(error.code, `${name} cannot be searched by. ${error.message}.`, { cause: error });
        throw error;
      });
      const [feature] = await embedder.embed([pixels]);
      return {
        exampleId: this.#examples.add({
          name,
          thumbnail,
          feature: feature!,
          embedderId: row.id,
          hash: hashBytes(bytes),
        }),
      };
    });
  }

  /** JPEG. */
  thumbnailOf(exampleId: number): Uint8Array {
    return this.#examples.get(exampleId).thumbnail;
  }

  async #see(query: Query, space: EmbeddingSpace): Promise<SeenQuery> {
    const { filter, cut, sort, subspaceWeights } = query;
    const see = (examples: readonly Example[], weight: number): Promise<SeenExample[]> =>
      Promise.all(examples.map(async (example) => ({ ...(await this.#example(example, space)), weight })));
    return {
      positives: await see(query.positives, 1),
      negatives: await see(query.negatives, NEGATIVE_WEIGHT),
      selector: filter && selectorOf(this.#library.filters.regionIds(filter)),
      filter,
      minScore: cut?.minScore,
      sort,
      subspaceWeights: subspaceWeights && checkedWeights(subspaceWeights, space),
    };
  }

  async #example(example: Example, space: EmbeddingSpace): Promise<Omit<SeenExample, 'weight'>> {
    if ('text' in example) {
      throw new LikenessError(
        'unavailable',
        `${space.row.name} does not understand words, so "${example.text}" cannot be searched for. Give a picture instead.`,
      );
    }
    if (example.box || example.time !== undefined) {
      throw new LikenessError('unsupported', 'Parts of a picture cannot be searched by yet. Give the whole of it.');
    }
    return 'photoId' in example ? this.#byPhoto(example.photoId, space) : this.#byUpload(example.exampleId, space);
  }

  #byPhoto(photoId: number, { row }: EmbeddingSpace): Omit<SeenExample, 'weight'> {
    const tile = this.#library.photos.tile(photoId);
    const regionId = tile && this.#library.regions.wholeOf(tile.contentId);
    const feature = regionId && this.#library.features.get(row.id, regionId);
    if (!tile || !feature) throw notThere();
    return { feature, regionId, contentId: tile.contentId, photoId };
  }

  async #byUpload(exampleId: number, { embedder, row }: EmbeddingSpace): Promise<Omit<SeenExample, 'weight'>> {
    const example = this.#examples.get(exampleId);
    if (example.embedderId !== row.id) {
      // It was seen by the embedder before this one.
      const [feature] = await embedder.embed([await this.#readers.pixels(example.thumbnail, embedder.input)]);
      Object.assign(example, { feature, embedderId: row.id });
    }
    const contentId = this.#library.contents.find(example.hash, row.id)?.id;
    const regionId = contentId === undefined ? undefined : this.#library.regions.wholeOf(contentId);
    return { feature: example.feature, contentId, regionId };
  }
}

/** @throws LikenessError 'bad-input' where a query contradicts itself */
function checkQuery({ positives, negatives, filter }: Query): void {
  const key = (example: Example): string => JSON.stringify(example, Object.keys(example).sort());
  const wanted = new Set(positives.map(key));
  if (negatives.some((example) => wanted.has(key(example)))) {
    throw new LikenessError('bad-input', 'The same example is both wanted and not wanted. Take it out on one side.');
  }
  if (filter?.takenFrom !== undefined && filter.takenBefore !== undefined && filter.takenFrom >= filter.takenBefore) {
    throw new LikenessError(
      'bad-input',
      'The dates contradict each other: the first day lies after the last. Change one of them.',
    );
  }
}

function checkedWeights(weights: readonly number[], { models, row }: EmbeddingSpace): Float32Array {
  if (!models.active) {
    throw new LikenessError(
      'unavailable',
      `Subspaces are a model's, and ${row.name} has none yet. Leave the weights out.`,
    );
  }
  const { M } = models.active.codebooks;
  if (weights.length !== M) {
    throw new LikenessError(
      'bad-input',
      `Expected ${M} subspace weights, one for each subquantizer, got ${weights.length}.`,
    );
  }
  return Float32Array.from(weights);
}

export function notThere(): LikenessError {
  return new LikenessError('not-found', 'That photo is not in the library any more, or has not been read yet.');
}
