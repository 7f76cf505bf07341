// One search beside whatever program has the library open, without changing anything.
import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { Box, Filter } from '../../contract/query.ts';
import type { ResultGroup } from '../../contract/search.ts';
import { ActiveModel } from '../codes/active-model.ts';
import { basePartModel } from '../codes/part-model.ts';
import { readBaseModel } from '../embedding/base-model.ts';
import { embedderInUse, openEmbedderInUse } from '../embedding/choose-embedder.ts';
import { EmbedderPacks } from '../embedding/embedder-packs.ts';
import { checkFilter, wordsWithPart } from '../searching/check-query.ts';
import { hashBytes } from '../searching/examples.ts';
import { namedPhotos } from '../searching/named-photos.ts';
import { knowsNoWords, NEGATIVE_WEIGHT } from '../searching/queries.ts';
import { loadFeatureMatrix } from '../models/samples.ts';
import { PartIndex } from '../photo-parts/part-index.ts';
import { search, type SeenExample, type SeenQuery } from '../searching/searcher.ts';
import { Selectors } from '../searching/selectors.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import { Library } from '../../library/library.ts';
import { ReaderPool } from '../../library/decode/reader-pool.ts';
import { describeFileError } from '../../library/files/walk.ts';
import type { Embedder } from '../../vision/embedder.ts';
import { hasTextSide } from '../../vision/onnx/pack-files.ts';
import { openTextEmbedder, type TextEmbedder } from '../../vision/onnx/text-embedder.ts';
import { say } from '../../contract/sentence.ts';

type SeenPhoto = Omit<SeenExample, 'weight'>;

/** What is asked, as the command line says it. */
export interface SimilarQuestion {
  /** Paths; none only where words are given. */
  readonly images: readonly string[];
  readonly not: readonly string[];
  readonly texts: readonly string[];
  readonly notTexts: readonly string[];
  /** Of the first image. */
  readonly crop?: Box | undefined;
  readonly filter?: Filter | undefined;
  readonly minScore?: number | undefined;
  readonly sort: 'likeness' | 'date';
  readonly k: number;
  readonly codesOnly: boolean;
  /** Path of the library's folder. */
  readonly library: string;
}

export interface SimilarAnswer {
  /** The first image, or the first words where there is none. */
  query: string;
  /** box: where in the photo the crop was found; null where it was the whole, or nothing was cropped. time: of a video, seconds; null of a picture. */
  results: {
    path: string;
    score: number;
    group: ResultGroup;
    box: Box | null;
    time: number | null;
    rank: number;
  }[];
  milliseconds: number;
}

export async function findSimilar(question: SimilarQuestion): Promise<SimilarAnswer> {
  const { texts, notTexts } = question;
  if (question.images.length + texts.length === 0)
    throw new LikenessError('bad-input', say`Nothing was asked for. Give an image file, or words with --text.`);
  if (question.crop && texts.length + notTexts.length > 0) throw wordsWithPart();
  const [images, not] = await Promise.all(
    [question.images, question.not].map((all) => Promise.all(all.map(existingFile))),
  );
  const both = images!.find((path) => not!.includes(path));
  if (both !== undefined)
    throw new LikenessError('bad-input', say`${both} is both wanted and not wanted. Take it out on one side.`);
  if (question.filter) checkFilter(question.filter);
  const library = Library.openReadOnly(resolve(question.library));
  const readers = new ReaderPool(1);
  let embedder: Promise<Embedder> | undefined;
  let textEmbedder: Promise<TextEmbedder> | undefined;
  try {
    const row = embedderInUse(library);
    if (!row)
      throw new LikenessError('not-found', say`The library ${library.path} holds no photos yet. Index a folder first.`);
    const looking = { library, readers, row, embedder: () => (embedder ??= openEmbedderInUse(library, row)) };
    const see = (paths: readonly string[], weight: number): Promise<SeenExample[]> =>
      Promise.all(paths.map(async (path) => ({ ...(await seeWhole(path, looking)), weight })));
    const model = new EmbedderPacks(library).file(row.fingerprint);
    const read = async (all: readonly string[], weight: number): Promise<SeenExample[]> => {
      const seen: SeenExample[] = [];
      for (const text of all) {
        textEmbedder ??= openTextEmbedder(model, row.dimensions);
        seen.push({ feature: await (await textEmbedder).embed(text), isWords: true, weight });
      }
      return seen;
    };
    const knowsWords = hasTextSide(model);
    const wordsAlone = images!.length === 0;
    if (!knowsWords && !wordsAlone) {
      const text = texts[0] ?? notTexts[0];
      if (text !== undefined) throw knowsNoWords(row.name, text);
    }
    const positives = [...(await see(images!, 1)), ...(knowsWords ? await read(texts, 1) : [])];
    if (question.crop)
      positives[0] = { ...(await seePart(images![0]!, question.crop, positives[0]!, looking)), weight: 1 };
    const selectors = new Selectors(library);
    const { crop, minScore, sort, k, codesOnly } = question;
    const filter = selectors.effective(question.filter);
    const seen: SeenQuery = {
      positives,
      negatives: [...(await see(not!, NEGATIVE_WEIGHT)), ...(knowsWords ? await read(notTexts, NEGATIVE_WEIGHT) : [])],
      named: wordsAlone ? namedPhotos(library, texts, notTexts, filter) : undefined,
      selector: filter && selectors.regions(filter),
      partSelector: filter && crop && selectors.parts(filter),
      filter,
      minScore,
      sort,
    };
    const active = ActiveModel.load(library, row.id);
    const sources = {
      library,
      embedderId: row.id,
      active,
      matrix: () => loadFeatureMatrix(library, row),
      parts: () => partIndexOf(library, row, active),
      compare: (picture: Uint8Array, others: readonly Uint8Array[]) => readers.compare(picture, others),
    };
    const { results, milliseconds } = await search(sources, seen, k, { codesOnly });
    return {
      query: images![0] ?? texts[0]!,
      results: results.map(({ photoId, score, group, hit, rank }) => ({
        path: library.photos.path(photoId)!,
        score,
        group,
        box: hit.box,
        time: hit.time,
        rank,
      })),
      milliseconds,
    };
  } finally {
    await readers.close();
    await (await embedder?.catch(() => undefined))?.close();
    await (await textEmbedder?.catch(() => undefined))?.close();
    library.close();
  }
}

/** What was made of parts, by the model that came with the embedder or by the library's own. */
function partIndexOf(library: Library, { id }: EmbedderRow, active: ActiveModel | undefined): PartIndex | undefined {
  const known = new Set(library.parts.modelIds());
  const models = [basePartModel(id, readBaseModel()), ...(active ? [{ id: active.id, model: active.model }] : [])];
  const made = models.find((one) => known.has(one.id));
  return made && new PartIndex(library, made);
}

interface Looking {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly row: EmbedderRow;
  readonly embedder: () => Promise<Embedder>;
}

async function existingFile(image: string): Promise<string> {
  try {
    const path = await realpath(resolve(image));
    if (!(await stat(path)).isFile())
      throw new LikenessError('bad-input', say`${resolve(image)} is not a file; an image file was expected.`);
    return path;
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    throw new LikenessError(
      'not-found',
      say`The image ${resolve(image)} cannot be read: ${describeFileError(error)}.`,
      {
        cause: error,
      },
    );
  }
}

async function seeWhole(path: string, looking: Looking): Promise<SeenPhoto> {
  return (await seeInside(path, looking)) ?? (await seeOutside(path, looking));
}

/** A photo of the library is searched with as it was indexed, so long as the file has not changed since. */
async function seeInside(path: string, { library, row }: Looking): Promise<SeenPhoto | undefined> {
  const photo = library.photos.byPath(path);
  if (!photo?.contentId || photo.state !== 'indexed') return undefined;
  const stats = await stat(path);
  if (stats.size !== photo.size || stats.mtimeMs !== photo.modifiedAt) return undefined;
  const { contentId } = photo;
  const regionId = library.regions.wholeOf(contentId);
  const feature = regionId && library.features.get(row.id, regionId);
  const thumbnail = (): Uint8Array | undefined => library.contents.thumbnail(contentId);
  return feature ? { feature, regionId, contentId, photoId: photo.id, thumbnail } : undefined;
}

async function seeOutside(path: string, { library, readers, row, embedder }: Looking): Promise<SeenPhoto> {
  const bytes = await readFile(path);
  const contentId = library.contents.find(hashBytes(bytes), row.id)?.id;
  const regionId = contentId === undefined ? undefined : library.regions.wholeOf(contentId);
  const known = regionId && library.features.get(row.id, regionId);
  const photoId = library.photos.byPath(path)?.id;
  if (known && contentId !== undefined)
    return { feature: known, regionId, contentId, photoId, thumbnail: () => library.contents.thumbnail(contentId) };
  return searchable(path, async () => {
    const { input, embed } = await opened(embedder);
    const { pixels, thumbnail } = await readers.decodeBytes(bytes, input);
    const [feature] = await embed([pixels]);
    return { feature: feature!, photoId, thumbnail: () => thumbnail };
  });
}

/** What is in the box, as if it were a picture of its own. */
function seePart(path: string, box: Box, { contentId, photoId }: SeenPhoto, looking: Looking): Promise<SeenPhoto> {
  return searchable(path, async () => {
    const { input, embed } = await opened(looking.embedder);
    const pixels = await looking.readers.parts(await readFile(path), [box], input);
    const [feature] = await embed(pixels);
    return { feature: feature!, contentId, photoId, isPart: true };
  });
}

async function opened(embedder: () => Promise<Embedder>) {
  const one = await embedder();
  return { input: one.input, embed: (pixels: readonly Uint8Array[]) => one.embed(pixels) };
}

/** Says of which image it is where something fails. */
async function searchable<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LikenessError)
      throw new LikenessError(error.code, say`The image ${path} cannot be searched by. ${error.message}.`, {
        cause: error,
      });
    throw error;
  }
}
