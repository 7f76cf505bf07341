// What folders a folder holds, for the page's chooser.
import { readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { Listing } from '../../contract/folders.ts';
import { describeFileError, isSkippedName } from '../../library/files/walk.ts';
import { say } from '../../contract/sentence.ts';

/** @throws LikenessError 'not-found' where it cannot be listed */
export async function listFolders(path: string): Promise<Listing> {
  const here = resolve(path);
  try {
    const entries = await readdir(here, { withFileTypes: true });
    const folders = entries
      .filter((entry) => entry.isDirectory() && !isSkippedName(entry.name))
      .map(({ name }) => ({ name, path: join(here, name) }))
      .sort((a, b) => a.name.localeCompare(b.name));
    return { path: here, parent: dirname(here) === here ? null : dirname(here), folders };
  } catch (error) {
    throw new LikenessError('not-found', say`The folder ${here} cannot be listed: ${describeFileError(error)}.`, {
      cause: error,
    });
  }
}
