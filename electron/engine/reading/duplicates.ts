// Duplicates of a library, found beside whatever program has it open, without changing anything.
import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import type { DuplicateGroup, DuplicateKind } from '../../contract/duplicates.ts';
import { Library } from '../../library/library.ts';
import { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { ContentPair } from '../../library/rows/duplicate-rows.ts';
import { ActiveModel } from '../codes/active-model.ts';
import { nativeVectorIndexes } from '../codes/native-vector-index.ts';
import { embedderInUse } from '../embedding/choose-embedder.ts';
import { groupDuplicates } from '../duplicates/duplicate-groups.ts';
import { LinkFinder } from '../duplicates/link-finder.ts';
import { preferredFolders } from '../duplicates/preferred-folders.ts';

/**
 * What an earlier review found is taken as it is, and the rest is looked at.
 * @param libraryPath of the library's folder
 * @param onProgress told shares of the work, up to 1
 * @throws LikenessError 'not-found' where there is no library
 */
export async function listDuplicates(
  libraryPath: string,
  kinds: readonly DuplicateKind[],
  onProgress?: (share: number) => void,
): Promise<DuplicateGroup[]> {
  const library = Library.openReadOnly(libraryPath);
  const processes = availableParallelism();
  const readers = new ReaderPool(processes);
  try {
    const { duplicates } = library;
    const links = { same: duplicates.links('same'), bursts: duplicates.links('bursts') };
    const embedder = embedderInUse(library);
    if (embedder && kinds.some((kind) => kind !== 'copies')) {
      const finder = new LinkFinder(
        { library, readers, semaphore: pLimit(processes), keep: undefined },
        (done, total) => onProgress?.(done / total),
      );
      const active = ActiveModel.load(library, embedder.id);
      const looking = { embedder, active: () => active, makeVectorIndex: nativeVectorIndexes() };
      const isOpen = (pair: ContentPair): boolean => !duplicates.isSettled(pair);
      for await (const found of finder.find(looking)) {
        links.same.push(...found.links.same.filter(isOpen));
        links.bursts.push(...found.links.bursts.filter(isOpen));
      }
    }
    return groupDuplicates(
      {
        copied: duplicates.copied(),
        links,
        files: (contentIds) => duplicates.files(contentIds, 'without those to go'),
        preferred: preferredFolders(library),
      },
      new Set(kinds),
    );
  } finally {
    await readers.close();
    library.close();
  }
}
