// Takes files back out of the trash, where the system says how it is kept: on Linux (FreeDesktop.org trash specification 1.0).
import { link, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

/** Whether files can be taken back here. */
export const canRestore = process.platform === 'linux';

/**
 * Puts the file that went into the trash from a path last back where it was.
 * @throws LikenessError 'unavailable' where something else is there now, or the trash holds it no more
 */
export async function restore(path: string): Promise<void> {
  const found = await newestFrom(path);
  if (!found) throw new LikenessError('unavailable', say`The trash holds ${path} no more`);
  await moveWithoutOverwriting(found.file, path);
  await rm(found.info, { force: true });
}

async function newestFrom(path: string): Promise<{ file: string; info: string } | undefined> {
  let newest: { file: string; info: string; date: string } | undefined;
  for (const { folder, top } of trashesFor(path)) {
    for (const name of await readdir(join(folder, 'info')).catch(() => [])) {
      if (!name.endsWith('.trashinfo')) continue;
      const info = join(folder, 'info', name);
      const text = await readFile(info, 'utf8').catch(() => '');
      const from = /^Path=(.*)$/m.exec(text)?.[1];
      const date = /^DeletionDate=(.*)$/m.exec(text)?.[1] ?? '';
      if (from === undefined || resolve(top, decoded(from)) !== path) continue;
      const file = join(folder, 'files', name.slice(0, -'.trashinfo'.length));
      const isThere = await stat(file).then(
        () => true,
        () => false,
      );
      if (isThere && (!newest || date >= newest.date)) newest = { file, info, date };
    }
  }
  return newest;
}

/** Where a file may have gone, and what paths in there are relative to: the home's trash, or one on its own drive. */
function trashesFor(path: string): { folder: string; top: string }[] {
  const data = process.env.XDG_DATA_HOME || join(homedir(), '.local/share');
  const found = [{ folder: join(data, 'Trash'), top: '/' }];
  const user = String(process.getuid?.());
  for (let top = dirname(path); ; top = dirname(top)) {
    found.push({ folder: join(top, `.Trash-${user}`), top }, { folder: join(top, '.Trash', user), top });
    if (top === dirname(top)) return found;
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function moveWithoutOverwriting(from: string, to: string): Promise<void> {
  try {
    // A second name fails where one is taken, which a rename does not.
    await link(from, to);
    await rm(from);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST')
      throw new LikenessError('unavailable', say`There is another file at ${to} now`, { cause: error });
    // Some drives know no second names.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error;
    await rename(from, to);
  }
}
