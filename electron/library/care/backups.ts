// Copies of the catalogue, one a day: the last three, none of them large.
import { mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { cataloguePath } from '../catalogue.ts';
import { migrate } from '../migrations/migrate.ts';
import { carryOver } from './carry-over.ts';

export interface Backup {
  readonly path: string;
  /** When it was made, milliseconds since 1970. */
  readonly madeAt: number;
}

/** Milliseconds between copies. */
export const BACKUP_EVERY = 24 * 3600 * 1000;
const KEPT = 3;
/** Bytes of a catalogue that is copied whole. Of a larger one, what no photo tells is copied: what the person said and made. */
const LARGEST_WHOLE = 512 * 1024 * 1024;
/** Bytes that are left free on the disk. */
const LEAVE_FREE = 1024 * 1024 * 1024;
const NAME = /^catalogue-.*\.sqlite$/;

/** The newest first. */
export function backupsOf(libraryPath: string): Backup[] {
  const folder = join(libraryPath, 'backups');
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
  return names
    .filter((name) => NAME.test(name))
    .map((name) => join(folder, name))
    .map((path) => ({ path, madeAt: statSync(path).mtimeMs }))
    .sort((a, b) => b.madeAt - a.madeAt);
}

/** Whether a day has gone by since the last copy, and something was written since. A copy from the future tells of a clock that was set back. */
export function backupIsDue(libraryPath: string, now: number): boolean {
  const [newest] = backupsOf(libraryPath);
  if (!newest) return true;
  const path = cataloguePath(libraryPath);
  const written = [path, `${path}-wal`].some(
    (file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > newest.madeAt,
  );
  return written && Math.abs(now - newest.madeAt) >= BACKUP_EVERY;
}

/**
 * Copies the catalogue as it is at this moment, beside whatever writes it, and deletes the oldest copies.
 * @param largestWhole bytes; see LARGEST_WHOLE
 * @throws an error of SQLite or of the disk, where no copy could be written; those there are stay
 */
export function writeBackup(libraryPath: string, now: number, largestWhole = LARGEST_WHOLE): Backup {
  const folder = join(libraryPath, 'backups');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `catalogue-${new Date(now).toISOString().replace(/[:.]/g, '-')}.sqlite`);
  const part = `${path}.part`;
  for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(join(folder, name));
  const from = new Database(cataloguePath(libraryPath), { readonly: true, fileMustExist: true });
  try {
    const bytes =
      (from.pragma('page_count', { simple: true }) as number) * (from.pragma('page_size', { simple: true }) as number);
    const { bavail, bsize } = statfsSync(folder);
    if (bytes <= largestWhole && bavail * bsize >= bytes + LEAVE_FREE) from.prepare('VACUUM INTO ?').run(part);
    else copyWhatWasSaid(from, part);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    from.close();
  }
  renameSync(part, path);
  for (const { path: old } of backupsOf(libraryPath).slice(KEPT)) rmSync(old);
  return { path, madeAt: statSync(path).mtimeMs };
}

/** A catalogue without photos: they are found and read again. */
function copyWhatWasSaid(from: Database.Database, path: string): void {
  const to = new Database(path);
  try {
    migrate(to);
    from.exec('BEGIN');
    carryOver(from, to);
  } finally {
    to.close();
  }
}
