// Features of edited copies of photos, by which models are compared.
import type { LimitFunction } from 'p-limit';
import { fromAnyFile } from '../../library/any-file.ts';
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
  const copies = await fromAnyFile(library, contentId, (path, stamp) =>
    readers.decodeEdited(path, stamp, embedder.input),
  );
  return copies && { regionId, features: await embedder.embed(copies) };
}
