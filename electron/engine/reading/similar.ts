// One search beside whatever program has the library open, without changing anything.
import { readFile, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import { ActiveModel } from '../codes/active-model.ts';
import { embedderInUse, openEmbedderInUse } from '../embedding/choose-embedder.ts';
import { hashBytes } from '../searching/examples.ts';
import { loadFeatureMatrix } from '../models/samples.ts';
import { search, type SeenExample, type SeenQuery } from '../searching/searcher.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import { Library } from '../../library/library.ts';
import { ReaderPool } from '../../library/decode/reader-pool.ts';
import { describeFileError } from '../../library/files/walk.ts';

type SeenPhoto = Omit<SeenExample, 'weight'>;

export interface SimilarAnswer {
  query: string;
  results: { path: string; score: number; rank: number }[];
  milliseconds: number;
}

export async function findSimilar(
  image: string,
  options: { library: string; k: number; codesOnly: boolean },
): Promise<SimilarAnswer> {
  const path = await existingFile(image);
  const library = Library.openReadOnly(resolve(options.library));
  try {
    const embedder = embedderInUse(library);
    if (!embedder)
      throw new LikenessError('not-found', `The library ${library.path} holds no photos yet. Index a folder first.`);
    const active = ActiveModel.load(library, embedder.id);
    const query = (await queryInside(library, path, embedder)) ?? (await queryOutside(library, path, embedder));
    const sources = { library, active, matrix: () => loadFeatureMatrix(library, embedder) };
    const seen: SeenQuery = { positives: [{ ...query, weight: 1 }], negatives: [], sort: 'likeness' };
    const { results, milliseconds } = await search(sources, seen, options.k, { codesOnly: options.codesOnly });
    return {
      query: path,
      results: results.map(({ photoId, score, rank }) => ({ path: library.photos.path(photoId)!, score, rank })),
      milliseconds,
    };
  } finally {
    library.close();
  }
}

async function existingFile(image: string): Promise<string> {
  try {
    const path = await realpath(resolve(image));
    if (!(await stat(path)).isFile())
      throw new LikenessError('bad-input', `${resolve(image)} is not a file; an image file was expected.`);
    return path;
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    throw new LikenessError('not-found', `The image ${resolve(image)} cannot be read: ${describeFileError(error)}.`, {
      cause: error,
    });
  }
}

/** A photo of the library is searched with as it was indexed, so long as the file has not changed since. */
async function queryInside(library: Library, path: string, embedder: EmbedderRow): Promise<SeenPhoto | undefined> {
  const photo = library.photos.byPath(path);
  if (!photo?.contentId || photo.state !== 'indexed') return undefined;
  const stats = await stat(path);
  if (stats.size !== photo.size || stats.mtimeMs !== photo.modifiedAt) return undefined;
  const regionId = library.regions.wholeOf(photo.contentId);
  const feature = regionId && library.features.get(embedder.id, regionId);
  return feature ? { feature, regionId, contentId: photo.contentId, photoId: photo.id } : undefined;
}

async function queryOutside(library: Library, path: string, row: EmbedderRow): Promise<SeenPhoto> {
  const bytes = await readFile(path);
  const contentId = library.contents.find(hashBytes(bytes), row.id)?.id;
  const regionId = contentId === undefined ? undefined : library.regions.wholeOf(contentId);
  const known = regionId && library.features.get(row.id, regionId);
  const photoId = library.photos.byPath(path)?.id;
  if (known) return { feature: known, regionId, contentId, photoId };
  const embedder = await openEmbedderInUse(library, row);
  const readers = new ReaderPool(1);
  try {
    const { pixels } = await readers.decodeBytes(bytes, embedder.input);
    const [feature] = await embedder.embed([pixels]);
    return { feature: feature!, photoId };
  } catch (error) {
    if (error instanceof LikenessError)
      throw new LikenessError(error.code, `The image ${path} cannot be searched by. ${error.message}.`, {
        cause: error,
      });
    throw error;
  } finally {
    await readers.close();
    await embedder.close();
  }
}
