// Features of edited copies of photos, by which models are compared.
import type { LimitFunction } from 'p-limit';
import { LikenessError } from '../../contract/errors.ts';
import type { Library } from '../../library/library.ts';
import type { RegionRow } from '../../library/rows/region-rows.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { Embedder } from '../../vision/embedder.ts';
import type { EditedPhoto } from './comparison.ts';

export interface EditedCopiesTools {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly embedder: Embedder;
  /** Held for each photo in work. */
  readonly semaphore: LimitFunction;
}

/** Reads the files of some regions and embeds edited copies of them; what cannot be read just now is passed over. */
export async function embedEditedCopies(
  regionIds: readonly number[],
  tools: EditedCopiesTools,
): Promise<EditedPhoto[]> {
  const edited = await Promise.all(
    [...tools.library.regions.find(regionIds).values()].map((region) =>
      tools.semaphore(() => embedCopiesOf(region, tools)),
    ),
  );
  return edited.filter((photo) => photo !== undefined);
}

async function embedCopiesOf(
  { id: regionId, contentId }: RegionRow,
  { library, readers, embedder }: EditedCopiesTools,
): Promise<EditedPhoto | undefined> {
  for (const { path } of library.photos.tilesOf(contentId)) {
    // As it was when it was read: a file that has been replaced since is another picture.
    const { size, modifiedAt } = library.photos.byPath(path)!;
    try {
      const copies = await readers.decodeEdited(path, { size, modifiedAt }, embedder.input);
      return { regionId, features: await embedder.embed(copies) };
    } catch (error) {
      if (!(error instanceof LikenessError)) throw error;
    }
  }
  return undefined;
}
