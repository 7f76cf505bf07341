// A folder that a person named to write into: none of the library's.
import { realpath, stat } from 'node:fs/promises';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import { isWithin } from '../../library/files/paths.ts';
import { describeFileError } from '../../library/files/walk.ts';
import type { Library } from '../../library/library.ts';

/** @returns its real path @throws LikenessError 'bad-input' where it is no folder, or lies in a photo folder */
export async function writableFolder(library: Library, folder: string): Promise<string> {
  let target: string;
  try {
    target = await realpath(folder);
    if (!(await stat(target)).isDirectory()) throw new LikenessError('bad-input', say`${folder} is not a folder.`);
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    throw new LikenessError('bad-input', say`${folder} cannot be used: ${describeFileError(error)}.`, { cause: error });
  }
  for (const { path } of library.folders.all()) {
    // A folder whose drive is away cannot hold this one.
    const watched = await realpath(path).catch(() => path);
    if (isWithin(target, watched))
      throw new LikenessError(
        'bad-input',
        say`${folder} lies in ${path}, which is one of your photo folders. Likeness writes nothing there. Choose another folder.`,
      );
  }
  return target;
}
