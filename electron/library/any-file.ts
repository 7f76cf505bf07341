// A content is held by any of some files, of which some may be away, or replaced since it was read.
import { LikenessError } from '../contract/errors.ts';
import { claimByName } from './files/formats.ts';
import type { FileStamp } from './files/read-file.ts';
import type { Library } from './library.ts';

/**
 * What the first picture file gives that can be read, as it was when it was read before: one that has been replaced is another picture.
 * @param read throws LikenessError where a file cannot be read, or is not as stamped
 * @returns undefined where none can be read
 */
export async function fromAnyFile<T>(
  library: Library,
  contentId: number,
  read: (path: string, stamp: FileStamp) => Promise<T>,
): Promise<T | undefined> {
  for (const { path } of library.photos.tilesOf(contentId)) {
    // A page takes videos apart, and what it gave is kept.
    if (claimByName(path) === 'video') continue;
    const { size, modifiedAt } = library.photos.byPath(path)!;
    try {
      return await read(path, { size, modifiedAt });
    } catch (error) {
      if (!(error instanceof LikenessError)) throw error;
    }
  }
  return undefined;
}
