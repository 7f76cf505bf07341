// A whole file, as it was at one moment.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { LikenessError } from '../../contract/errors.ts';
import { describeFileError } from './walk.ts';
import { say } from '../../contract/sentence.ts';

/** What tells two states of a file apart. */
export interface FileStamp {
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970, UTC. */
  modifiedAt: number;
}

/** Whether an error says that a file is no longer what it was. */
export function isFileChanged(error: unknown): boolean {
  return error instanceof LikenessError && error.code === 'changed';
}

/** Larger files are not pictures that can be held in memory beside everything else. */
const MAX_FILE_BYTES = 512 * 2 ** 20;
/** Milliseconds for which a file that another program holds is asked for, and between questions. */
const HELD_FOR = 5000;
const ASK_AGAIN = 100;
const HASH_AT_ONCE = 2 ** 20;

export function sameStamp(a: FileStamp, b: FileStamp): boolean {
  return a.size === b.size && a.modifiedAt === b.modifiedAt;
}

/**
 * @throws LikenessError 'changed' when the file is not as stamped, before or after
 * @throws LikenessError 'unreadable' with the reason in words
 */
export async function hashFile(path: string, stamp: FileStamp): Promise<Uint8Array> {
  return whileUnchanged(path, stamp, async (handle) => {
    const hash = createHash('sha256');
    const part = Buffer.allocUnsafe(Math.min(Math.max(1, stamp.size), HASH_AT_ONCE));
    for (;;) {
      const { bytesRead } = await handle.read(part, 0, part.length, null);
      if (bytesRead === 0) return hash.digest();
      hash.update(part.subarray(0, bytesRead));
    }
  });
}

/** As hashFile, for the bytes themselves. */
export async function readPicture(path: string, stamp: FileStamp): Promise<Uint8Array> {
  if (stamp.size > MAX_FILE_BYTES) {
    throw new LikenessError(
      'unreadable',
      say`It takes ${Math.round(stamp.size / 2 ** 20)} MiB; at most ${MAX_FILE_BYTES / 2 ** 20} MiB are read`,
    );
  }
  return whileUnchanged(path, stamp, (handle) => handle.readFile());
}

/** Does something with a file that must be as stamped, before and after. Throws as hashFile does. */
export async function whileUnchanged<T>(
  path: string,
  stamp: FileStamp,
  work: (handle: Awaited<ReturnType<typeof open>>) => Promise<T>,
): Promise<T> {
  try {
    const handle = await openPatiently(() => open(path, 'r'));
    try {
      await expectStamp(handle, stamp);
      const result = await work(handle);
      await expectStamp(handle, stamp);
      return result;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new LikenessError('changed', say`The file is gone`, { cause: error });
    throw new LikenessError('unreadable', say`It cannot be read: ${describeFileError(error)}`, { cause: error });
  }
}

/** On Windows a program that writes a file may hold it, so that nobody else can open it until it is done. */
export async function openPatiently<T>(tryToOpen: () => Promise<T>, patience = HELD_FOR): Promise<T> {
  for (const end = performance.now() + patience; ;) {
    try {
      return await tryToOpen();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || performance.now() >= end) throw error;
      await setTimeout(ASK_AGAIN);
    }
  }
}

async function expectStamp(handle: Awaited<ReturnType<typeof open>>, stamp: FileStamp): Promise<void> {
  const stats = await handle.stat();
  if (!sameStamp(stamp, { size: stats.size, modifiedAt: stats.mtimeMs }))
    throw new LikenessError('changed', say`The file changed while it was read`);
}
