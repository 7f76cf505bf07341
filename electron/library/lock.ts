// One program at a time writes a library. The lock is SQLite's own on a file beside the catalogue: the
// system takes it back when the process ends, however it ends, so none is ever left behind.
import { readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';

export interface LibraryLock {
  /** Leaves word for a second start: where this one can be reached. */
  announce(address: string): void;
  release(): void;
}

interface Holder {
  pid: number;
  address: string | null;
}

/**
 * The lock lives as long as what is returned does: keep it.
 * @throws LikenessError 'already-running' with the other's process id and, where it serves a page, its address
 */
export function lockLibrary(libraryPath: string): LibraryLock {
  mkdirSync(libraryPath, { recursive: true, mode: 0o700 });
  const wordPath = join(libraryPath, 'running.json');
  const db = new Database(join(libraryPath, 'lock.sqlite'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw new LikenessError('already-running', describeHolder(libraryPath, wordPath), { cause: error });
  }
  const leaveWord = (address: string | null): void => {
    writeFileSync(wordPath, JSON.stringify({ pid: process.pid, address } satisfies Holder), { mode: 0o600 });
  };
  leaveWord(null);
  return {
    announce: leaveWord,
    release() {
      rmSync(wordPath, { force: true });
      db.close();
    },
  };
}

function describeHolder(libraryPath: string, wordPath: string): string {
  let holder: Partial<Holder> = {};
  try {
    holder = JSON.parse(readFileSync(wordPath, 'utf8')) as Partial<Holder>;
  } catch {
    // The other start has the lock and has not left word yet.
  }
  const who = holder.pid === undefined ? '' : ` (process ${holder.pid})`;
  const where = holder.address ? ` Its page is at ${holder.address}` : '';
  return `Likeness is already running on the library ${libraryPath}${who}.${where}`;
}
