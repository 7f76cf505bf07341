// What must lie where in a library's folder.
import { statSync } from 'node:fs';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

/** @throws LikenessError where something else is in the place of a file of the library */
export function mustBeFile(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isFile())
    throw new LikenessError(
      'unreadable',
      say`A file was expected at ${path}, where Likeness keeps its own, and something else is there. Move it away.`,
    );
}

/** @throws LikenessError where something else is in the place of a folder of the library */
export function mustBeFolder(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats && !stats.isDirectory())
    throw new LikenessError(
      'unreadable',
      say`A folder was expected at ${path}, where Likeness keeps its own, and something else is there. Move it away.`,
    );
}
