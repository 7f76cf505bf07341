// Duplicates of a library, found beside whatever program has it open, without changing anything.
import { availableParallelism } from 'node:os';
import type { DuplicateKind } from '../../contract/duplicates.ts';
import { Library } from '../../library/library.ts';
import { ReaderPool } from '../../library/decode/reader-pool.ts';
import { nativeVectorIndexes } from '../codes/native-vector-index.ts';
import { embedderInUse } from '../embedding/choose-embedder.ts';
import { findDuplicates, type DuplicateGroup } from '../review/duplicates.ts';

export type { DuplicateGroup } from '../review/duplicates.ts';

/**
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
  const readers = new ReaderPool(availableParallelism());
  try {
    const embedder = embedderInUse(library);
    return await findDuplicates({
      library,
      readers,
      embedder,
      kinds: new Set(kinds),
      makeVectorIndex: nativeVectorIndexes(),
      onProgress,
    });
  } finally {
    await readers.close();
    library.close();
  }
}
