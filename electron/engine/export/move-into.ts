// Moves one file into a folder that a person named, where there is no trash.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat, unlink } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
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
  const [before, after] = [await hashOf(path), await hashOf(written)];
  if (!before.equals(after)) {
    await rm(written);
    throw new LikenessError('unreadable', say`Its copy in ${folder} is not the same, so it stays where it is`);
  }
  await unlink(path);
}

async function hashOf(path: string): Promise<Buffer> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest();
}
