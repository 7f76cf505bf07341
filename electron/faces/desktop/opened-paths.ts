// What the system opens with the application: pictures to ask by, and folders to add.
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { Events } from '../../contract/events.ts';
import { say } from '../../contract/sentence.ts';

export type OpenedPictures = Events['examplesGiven']['files'];

/** Bytes of a picture. */
const LARGEST = 64e6;

/**
 * @param addFolder may refuse a folder
 * @param onRefused told of what cannot be opened, and why
 * @returns the pictures, read
 */
export async function takeOpened(
  paths: readonly string[],
  addFolder: (path: string) => Promise<unknown>,
  onRefused: (path: string, why: unknown) => void,
): Promise<OpenedPictures> {
  const pictures: OpenedPictures = [];
  for (const path of paths) {
    try {
      const stats = await stat(path);
      if (!stats.isFile()) await addFolder(path);
      else if (stats.size > LARGEST)
        throw new LikenessError('bad-input', say`${path} is too large to ask by it; at most 64 MB are taken.`);
      else pictures.push({ name: basename(path), bytes: new Uint8Array(await readFile(path)) });
    } catch (error) {
      onRefused(path, error);
    }
  }
  return pictures;
}
