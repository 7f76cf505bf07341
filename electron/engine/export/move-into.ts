// Moves one file into a folder that a person named, where there is no trash, and back.
import { constants } from 'node:fs';
import { copyFile, rm, stat, unlink, utimes } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import { hashFile } from '../../library/files/read-file.ts';
import { FolderTarget } from './targets.ts';

/**
 * Copied under a free name, read again, and deleted where it was only then.
 * @returns where it is now
 * @throws LikenessError 'unreadable' where the copy is not what was copied; the file stays
 */
export async function moveInto(path: string, folder: string): Promise<string> {
  const extension = extname(path);
  const { mtime } = await stat(path);
  const written = join(
    folder,
    await new FolderTarget(folder).put(basename(path, extension), extension, { file: path }, mtime),
  );
  await leave(path, written);
  return written;
}

/**
 * The same the other way, to where it was.
 * @throws LikenessError 'unavailable' where something else is there now, or the file is gone
 */
export async function moveBack(from: string, to: string): Promise<void> {
  const stats = await stat(from).catch(() => undefined);
  if (!stats) throw new LikenessError('unavailable', say`${from} is there no more`);
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new LikenessError('unavailable', say`There is another file at ${to} now`, { cause: error });
  }
  await utimes(to, stats.atime, stats.mtime);
  await leave(from, to);
}

/** Deletes a file that was copied, where the copy is the same. */
async function leave(path: string, copy: string): Promise<void> {
  const [before, after] = [await hashNow(path), await hashNow(copy)];
  if (!Buffer.from(before).equals(after)) {
    await rm(copy);
    throw new LikenessError('unreadable', say`Its copy in ${dirname(copy)} is not the same, so it stays where it is`);
  }
  await unlink(path);
}

async function hashNow(path: string): Promise<Uint8Array> {
  const { size, mtimeMs } = await stat(path);
  return hashFile(path, { size, modifiedAt: mtimeMs });
}
