// What is asked: examples of the library and from outside, in the embedding space in use.
import { LRUCache } from 'lru-cache';
import { LikenessError } from '../../contract/errors.ts';
import { FILE_LIMITS } from '../../contract/files.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { Box, Example, Filter, Query } from '../../contract/query.ts';
import type { Explanation, SearchAnswer } from '../../contract/search.ts';
import type { Library } from '../../library/library.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { PhotoParts } from '../photo-parts/photo-parts.ts';
import { subspaceProducts } from '../../search/query.ts';
import { queryVector } from '../codes/ranking.ts';
import { BoxFeatures } from './box-features.ts';
import { checkQuery } from './check-query.ts';
import { Examples, hashBytes } from './examples.ts';
import { namedPhotos } from './named-photos.ts';
import { notThere } from './not-there.ts';
import { PictureComparison } from './picture-comparison.ts';
import { search, type SeenExample, type SeenQuery } from './searcher.ts';
import { Selectors } from './selectors.ts';
import type { EmbeddingSpace } from '../embedding/embedding-space.ts';
import { say } from '../../contract/sentence.ts';

/** How much what is not wanted counts beside what is. */
export const NEGATIVE_WEIGHT = 0.25;

const TEXTS_KEPT = 100;

export interface QueriesParts {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly photoParts: PhotoParts;
  /** The one in use at the moment. */
  readonly space: () => EmbeddingSpace;
}

export class Queries {
  readonly #library: Library;
  readonly #readers: ReaderPool;
  readonly #photoParts: PhotoParts;
  readonly #space: () => EmbeddingSpace;
  readonly #examples = new Examples();
  /** Features of texts, by the embedder of a row and the text. */
  readonly #texts = new LRUCache<string, Float32Array<ArrayBuffer>>({ max: TEXTS_KEPT });
  readonly #boxes: BoxFeatures;
  readonly #selectors: Selectors;
  readonly #comparison: PictureComparison;

  constructor({ library, readers, photoParts, space }: QueriesParts) {
    this.#library = library;
    this.#selectors = new Selectors(library);
    this.#boxes = new BoxFeatures(library, readers);
    this.#readers = readers;
    this.#comparison = new PictureComparison(readers);
    this.#photoParts = photoParts;
    this.#space = space;
  }

  /** @throws LikenessError that says which part of the query cannot be answered, and why */
  search({ query, k, codesOnly }: ParsedInput<'searchPhotos'>, signal?: AbortSignal): Promise<SearchAnswer> {
    checkQuery(query);
    // One embedder from beginning to end, whatever takes its place meanwhile.
    const space = this.#space();
    return space.use(async () => {
      const seen = await this.#see(query, space);
      const sources = {
        library: this.#library,
        embedderId: space.row.id,
        active: space.models.active,
        matrix: () => space.models.matrix,
        parts: () => space.partModel && this.#photoParts.indexOf(space.partModel),
        compare: (picture: Uint8Array, others: readonly Uint8Array[]) => this.#comparison.compare(picture, others),
      };
      return search(sources, seen, k, { codesOnly, signal });
    });
  }

  /** What of a photo's likeness to a query comes from which subspace of the codes. @throws LikenessError as search does */
  explain({ query, photoId }: ParsedInput<'explainResult'>): Promise<Explanation | null> {
    checkQuery(query);
    const space = this.#space();
    return space.use(async () => {
      const { active } = space.models;
      const seen = await this.#see(query, space);
      const examples = [...seen.positives, ...seen.negatives];
      if (
        !active ||
        seen.positives.length === 0 ||
        examples.some(({ isPart }) => isPart) ||
        examples.every(({ isWords }) => isWords)
      )
        return null;
      const tile = this.#library.photos.tile(photoId);
      const regionId = tile && this.#library.regions.wholeOf(tile.contentId);
      const hidden = regionId === undefined ? undefined : this.#library.codes.hidden(active.id, regionId);
      if (!hidden) return null;
      const { M } = active.codebooks;
      const products = subspaceProducts(queryVector(this.#library, active, seen), hidden, M);
      const all = products.reduce((sum, product) => sum + product, 0);
      return {
        // Where they cancel each other out, nothing is a share of anything.
        shares: products.map((product) => (Math.abs(all) < 1e-6 ? 0 : product / all)),
        weights: [...(query.subspaceWeights ?? Array<number>(M).fill(1))],
      };
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
        say`${name} takes ${Math.round(bytes.length / 2 ** 20)} MiB; at most ${FILE_LIMITS.addExample / 2 ** 20} MiB can be searched by.`,
      );
    }
    const space = this.#space();
    const { embedder, row } = space;
    return space.use(async () => {
      const { pixels, thumbnail } = await this.#readers.decodeBytes(bytes, embedder.input).catch((error: unknown) => {
        if (error instanceof LikenessError)
          throw new LikenessError(error.code, say`${name} cannot be searched by. ${error.said}.`, { cause: error });
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
    const { cut, sort, subspaceWeights } = query;
    const filter = this.#selectors.effective(query.filter);
    const see = (examples: readonly Example[], weight: number): Promise<SeenExample[]> =>
      Promise.all(examples.map(async (example) => ({ ...(await this.#example(example, space)), weight })));
    const mark = (photoIds: readonly number[] = [], weight: number): SeenExample[] =>
      photoIds.map((photoId) => ({ ...this.#byPhoto(photoId, space), weight, isMark: true }));
    const named = this.#named(query, filter);
    const words = named !== undefined && !space.embedder.knowsWords;
    const known = (examples: readonly Example[]): Example[] =>
      words ? examples.filter((example) => !('text' in example)) : [...examples];
    const wanted = await see(known(query.positives), 1);
    const hasPart = wanted.some(({ isPart }) => isPart);
    if (hasPart) this.#photoParts.wanted();
    const right = mark(query.marks?.right, 1);
    return {
      positives: [...wanted, ...right, ...this.#markedBefore(query, wanted, right, space)],
      negatives: [
        ...(await see(known(query.negatives), NEGATIVE_WEIGHT)),
        ...mark(query.marks?.wrong, NEGATIVE_WEIGHT),
      ],
      named,
      selector: filter && this.#selectors.regions(filter),
      partSelector: filter && hasPart ? this.#selectors.parts(filter) : undefined,
      filter,
      minScore: cut?.minScore,
      sort,
      subspaceWeights: subspaceWeights && checkedWeights(subspaceWeights, space),
    };
  }

  /** What was marked as right for a single example of the library in an earlier query, and is not judged anew in this one. */
  #markedBefore(
    { negatives, marks }: Query,
    wanted: readonly SeenExample[],
    right: readonly SeenExample[],
    { row }: EmbeddingSpace,
  ): SeenExample[] {
    const [only] = wanted;
    // Of a part of a photo nothing was said before, nor of words.
    if (!only || wanted.length > 1 || negatives.length > 0 || only.isPart || only.contentId === undefined) return [];
    const judged = new Set([
      ...right.map((example) => example.contentId),
      ...(marks?.wrong ?? []).map((photoId) => this.#library.photos.tile(photoId)?.contentId),
    ]);
    return [...this.#library.marks.of(only.contentId)].flatMap((marked) => {
      const regionId = this.#library.regions.wholeOf(marked);
      const feature = regionId && this.#library.features.get(row.id, regionId);
      return !feature || judged.has(marked) ? [] : { feature, regionId, contentId: marked, weight: 1, isMark: true };
    });
  }

  async #example(example: Example, space: EmbeddingSpace): Promise<Omit<SeenExample, 'weight'>> {
    if ('text' in example) return this.#byWords(example.text, space);
    if (example.time !== undefined) {
      throw new LikenessError(
        'unsupported',
        say`Moments of a video cannot be searched by yet. Give a picture instead.`,
      );
    }
    if (example.box) return this.#byPart(example, example.box, space);
    return 'photoId' in example ? this.#byPhoto(example.photoId, space) : this.#byUpload(example.exampleId, space);
  }

  async #byWords(text: string, { embedder, row }: EmbeddingSpace): Promise<Omit<SeenExample, 'weight'>> {
    if (!embedder.knowsWords) throw knowsNoWords(row.name, text);
    const key = `${row.id} ${text}`;
    const known = this.#texts.get(key);
    const feature = known ?? (await embedder.embedText(text));
    this.#texts.set(key, feature);
    return { feature, isWords: true };
  }

  /** Photos that the words of a query name, newest first; undefined where it asks for more than words. */
  #named({ positives, negatives }: Query, filter: Filter | undefined): number[] | undefined {
    const texts = (examples: readonly Example[]): string[] =>
      examples.flatMap((example) => ('text' in example ? [example.text] : []));
    const wanted = texts(positives);
    return wanted.length === 0 || wanted.length < positives.length
      ? undefined
      : namedPhotos(this.#library, wanted, texts(negatives), filter);
  }

  /** What is in the box becomes the example, as if it were a picture of its own. */
  async #byPart(
    example: Exclude<Example, { text: string }>,
    box: Box,
    space: EmbeddingSpace,
  ): Promise<Omit<SeenExample, 'weight'>> {
    if ('exampleId' in example) {
      const { exampleId } = example;
      return {
        feature: await this.#boxes.inExample(exampleId, this.#examples.get(exampleId), box, space),
        isPart: true,
      };
    }
    const tile = this.#library.photos.tile(example.photoId);
    if (!tile) throw notThere();
    const feature = await this.#boxes.inPhoto(tile, box, space);
    return { feature, isPart: true, contentId: tile.contentId, photoId: tile.photoId };
  }

  #byPhoto(photoId: number, { row }: EmbeddingSpace): Omit<SeenExample, 'weight'> {
    const tile = this.#library.photos.tile(photoId);
    const regionId = tile && this.#library.regions.wholeOf(tile.contentId);
    const feature = regionId && this.#library.features.get(row.id, regionId);
    if (!tile || !feature) throw notThere();
    const { contentId } = tile;
    return { feature, regionId, contentId, photoId, thumbnail: () => this.#library.contents.thumbnail(contentId) };
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
    return { feature: example.feature, contentId, regionId, thumbnail: () => example.thumbnail };
  }
}

function checkedWeights(weights: readonly number[], { models, row }: EmbeddingSpace): Float32Array {
  if (!models.active) {
    throw new LikenessError(
      'unavailable',
      say`Subspaces are a model's, and ${row.name} has none yet. Leave the weights out.`,
    );
  }
  const { M } = models.active.codebooks;
  if (weights.length !== M) {
    throw new LikenessError(
      'bad-input',
      say`Expected ${M} subspace weights, one for each subquantizer, got ${weights.length}.`,
    );
  }
  return Float32Array.from(weights);
}

/** @param embedder its name */
export function knowsNoWords(embedder: string, text: string): LikenessError {
  return new LikenessError(
    'unavailable',
    say`${embedder} knows no words, so that “${text}” cannot be asked for together with pictures. Use an embedder that knows words, or ask for words alone, which are then looked for in names, dates and tags.`,
  );
}
