// Features of edited copies of photos, by which models are compared.
import { stat } from 'node:fs/promises';
import type { LimitFunction } from 'p-limit';
import { LikenessError } from '../contract/errors.ts';
import type { Library } from '../library/library.ts';
import { FileChanged } from '../library/read-file.ts';
import type { ReaderPool } from '../library/reader-pool.ts';
import type { Embedder } from '../vision/embedder.ts';
import type { EditedPhoto } from './comparison.ts';

export interface EditedCopiesTools {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly embedder: Embedder;
  /** One is held for each photo in work. */
  readonly permits: LimitFunction;
}

/** Reads some contents' files and embeds edited copies of them; what cannot be read just now is passed over. */
export async function embedEditedCopies(
  contentIds: readonly number[],
  tools: EditedCopiesTools,
): Promise<EditedPhoto[]> {
  const edited = await Promise.all(contentIds.map((contentId) => tools.permits(() => embedCopiesOf(contentId, tools))));
  return edited.filter((photo) => photo !== undefined);
}

async function embedCopiesOf(
  contentId: number,
  { library, readers, embedder }: EditedCopiesTools,
): Promise<EditedPhoto | undefined> {
  const path = library.photos.tilesOf(contentId)[0]?.path;
  const stats = path === undefined ? undefined : await stat(path).catch(() => undefined);
  if (path === undefined || !stats) return undefined;
  try {
    const copies = await readers.decodeEdited(path, { size: stats.size, modifiedAt: stats.mtimeMs }, embedder.input);
    return { contentId, features: await embedder.embed(copies) };
  } catch (error) {
    if (error instanceof LikenessError || error instanceof FileChanged) return undefined;
    throw error;
  }
}
