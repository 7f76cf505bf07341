// Copies of photos in a folder that is none of the library's: photo folders are never written into.
import { constants } from 'node:fs';
import { copyFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { Exported } from '../../contract/export.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import { isWithin } from '../../library/files/paths.ts';
import { describeFileError } from '../../library/files/walk.ts';
import type { Library } from '../../library/library.ts';

/** Names that are tried for one file: name.jpg, name (2).jpg … */
const MOST_NAMES = 10_000;

/**
 * @param side pixels of the longer side of a JPEG; null for the files as they are
 * @throws LikenessError 'bad-input' where the folder is none that may be written into
 */
export async function exportPhotos(
  library: Library,
  readers: ReaderPool,
  photoIds: readonly number[],
  folder: string,
  side: number | null,
): Promise<Exported> {
  const target = await writableFolder(library, folder);
  const paths = library.photos.paths(photoIds);
  const exported: Exported = { written: 0, failed: [] };
  for (const id of photoIds) {
    const path = paths.get(id);
    try {
      if (path === undefined) throw new LikenessError('not-found', 'It is not in the library any more');
      await copyInto(target, path, readers, side);
      exported.written++;
    } catch (error) {
      const reason = error instanceof LikenessError ? error.message : describeFileError(error);
      exported.failed.push({ path: path ?? `Photo ${id}`, reason });
    }
  }
  return exported;
}

async function writableFolder(library: Library, folder: string): Promise<string> {
  let target: string;
  try {
    target = await realpath(folder);
    if (!(await stat(target)).isDirectory()) throw new LikenessError('bad-input', `${folder} is not a folder.`);
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    throw new LikenessError('bad-input', `${folder} cannot be used: ${describeFileError(error)}.`, { cause: error });
  }
  for (const { path } of library.folders.all()) {
    // A folder whose drive is away cannot hold this one.
    const watched = await realpath(path).catch(() => path);
    if (isWithin(target, watched))
      throw new LikenessError(
        'bad-input',
        `${folder} lies in ${path}, which is one of your photo folders. Likeness writes nothing there. Choose another folder.`,
      );
  }
  return target;
}

async function copyInto(folder: string, path: string, readers: ReaderPool, side: number | null): Promise<void> {
  const { size, mtime, mtimeMs } = await stat(path);
  const name = basename(path, extname(path));
  const jpeg = side === null ? undefined : await readers.preview(path, { size, modifiedAt: mtimeMs }, side);
  const written = await underFreeName(folder, name, jpeg ? '.jpg' : extname(path), (to) =>
    jpeg ? writeFile(to, jpeg, { flag: 'wx' }) : copyFile(path, to, constants.COPYFILE_EXCL),
  );
  await utimes(written, mtime, mtime);
}

/** Writes under the first name that is free. @param write fails with EEXIST where something is there */
async function underFreeName(
  folder: string,
  name: string,
  extension: string,
  write: (to: string) => Promise<void>,
): Promise<string> {
  for (let number = 1; number <= MOST_NAMES; number++) {
    const to = join(folder, `${name}${number === 1 ? '' : ` (${number})`}${extension}`);
    try {
      await write(to);
      return to;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      // What is there now is a part of this copy, or nothing.
      await rm(to, { force: true });
      throw error;
    }
  }
  throw new LikenessError('unavailable', `There are ${MOST_NAMES} files of its name there already`);
}
