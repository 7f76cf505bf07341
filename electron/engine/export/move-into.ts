// Moves one file into a folder that a person named, where there is no trash.
import { rm, stat, unlink } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import { hashFile } from '../../library/files/read-file.ts';
import { FolderTarget } from './targets.ts';

/**
 * Copied under a free name, read again, and deleted where it was only then.
 * @throws LikenessError 'unreadable' where the copy is not what was copied; the file stays
 */
export async function moveInto(path: string, folder: string): Promise<void> {
  const extension = extname(path);
  const { mtime } = await stat(path);
  const written = join(
    folder,
    await new FolderTarget(folder).put(basename(path, extension), extension, { file: path }, mtime),
  );
  const [before, after] = [await hashNow(path), await hashNow(written)];
  if (!Buffer.from(before).equals(after)) {
    await rm(written);
    throw new LikenessError('unreadable', say`Its copy in ${folder} is not the same, so it stays where it is`);
  }
  await unlink(path);
}

async function hashNow(path: string): Promise<Uint8Array> {
  const { size, mtimeMs } = await stat(path);
  return hashFile(path, { size, modifiedAt: mtimeMs });
}
