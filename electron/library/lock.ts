// One program at a time writes a library. The lock is SQLite's own on a file beside the catalogue: the
// system takes it back when the process ends, however it ends, so none is ever left behind.
import { readFileSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import { say, type Sentence } from '../contract/sentence.ts';

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
  const wordPath = wordPathOf(libraryPath);
  const db = new Database(join(libraryPath, 'lock.sqlite'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    throw new LikenessError('already-running', describeHolder(libraryPath), { cause: error });
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

/** Where the page of the program is that has a library open; undefined where it serves none. */
export function servedAt(libraryPath: string): string | undefined {
  return readHolder(libraryPath).address ?? undefined;
}

function readHolder(libraryPath: string): Partial<Holder> {
  try {
    return JSON.parse(readFileSync(wordPathOf(libraryPath), 'utf8')) as Partial<Holder>;
  } catch {
    // The other start has the lock and has not left word yet, or none runs.
    return {};
  }
}

function wordPathOf(libraryPath: string): string {
  return join(libraryPath, 'running.json');
}

function describeHolder(libraryPath: string): Sentence {
  const { pid, address } = readHolder(libraryPath);
  if (pid === undefined) return say`Likeness is already running on the library ${libraryPath}.`;
  if (!address) return say`Likeness is already running on the library ${libraryPath} (process ${pid}).`;
  return say`Likeness is already running on the library ${libraryPath} (process ${pid}). Its page is at ${address}`;
}
