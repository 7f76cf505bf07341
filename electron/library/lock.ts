// One program at a time writes a library. The lock is SQLite's own on a file beside the catalogue: the system takes it back when
// the process ends, however it ends, so none is ever left behind. Another computer's lock on a shared disk may not be seen,
// so whoever holds a library also leaves word of itself, and renews it.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import { parseOrNull } from '../contract/json.ts';
import { say, type Sentence } from '../contract/sentence.ts';
import { isDamage } from './care/damage.ts';
import { mustBeFile, mustBeFolder } from './files/own-files.ts';
import { isOutOfSpace } from './out-of-space.ts';

export interface LibraryLock {
  /** Leaves word for a second start: where this one can be reached. */
  announce(address: string): void;
  release(): void;
}

interface Holder {
  pid: number;
  address: string | null;
  /** Name of the computer. */
  host: string;
}

/** Milliseconds between renewals of the word, and after which one that was not renewed counts no more. */
const RENEW_EVERY = 20_000;
const HOLDS_FOR = 90_000;

/**
 * The lock lives as long as what is returned does: keep it.
 * @param host name of this computer
 * @throws LikenessError 'already-running' with the other's process id and, where it serves a page, its address, or with the
 *   computer that it runs on; 'unreadable' where the folder cannot be written
 */
export function lockLibrary(libraryPath: string, host = hostname()): LibraryLock {
  const db = inWritableFolder(libraryPath, () => {
    mustBeFolder(libraryPath);
    mkdirSync(libraryPath, { recursive: true, mode: 0o700 });
    for (const path of [lockPathOf(libraryPath), wordPathOf(libraryPath)]) mustBeFile(path);
    mustNotBeOpenElsewhere(libraryPath, host);
    return takeLock(libraryPath);
  });
  let address: string | null = null;
  const leaveWord = (): void => {
    writeFileSync(wordPathOf(libraryPath), JSON.stringify({ pid: process.pid, address, host } satisfies Holder), {
      mode: 0o600,
    });
  };
  const renewal = setInterval(() => {
    try {
      leaveWord();
    } catch {
      // A disk that is full or away for a moment: the next renewal may come through, and the lock itself holds.
    }
  }, RENEW_EVERY).unref();
  try {
    inWritableFolder(libraryPath, leaveWord);
  } catch (error) {
    clearInterval(renewal);
    db.close();
    throw error;
  }
  return {
    announce(at) {
      address = at;
      leaveWord();
    },
    release() {
      clearInterval(renewal);
      rmSync(wordPathOf(libraryPath), { force: true });
      db.close();
    },
  };
}

/** Where the page of the program is that has a library open; undefined where it serves none. */
export function servedAt(libraryPath: string): string | undefined {
  return readHolder(libraryPath).address ?? undefined;
}

function takeLock(libraryPath: string): Database.Database {
  const path = lockPathOf(libraryPath);
  const db = new Database(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db.close();
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY'))
      throw new LikenessError('already-running', describeHolder(libraryPath), { cause: error });
    if (!isDamage(error)) throw error;
    // Something else was written into it. Emptied, not deleted: whoever opened it meanwhile locks the same file.
    truncateSync(path);
    return takeLock(libraryPath);
  }
}

/** @throws LikenessError for what keeps a folder from being written, and was not said by then */
function inWritableFolder<T>(libraryPath: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    if (isOutOfSpace(error))
      throw new LikenessError(
        'no-space',
        say`The disk that holds the library ${libraryPath} is full. Make room and start Likeness again.`,
        { cause: error },
      );
    throw new LikenessError(
      'unreadable',
      say`The library's folder ${libraryPath} cannot be written (${(error as Error).message}). Make it writable, or choose another folder for the library.`,
      { cause: error },
    );
  }
}

function mustNotBeOpenElsewhere(libraryPath: string, host: string): void {
  const holder = readHolder(libraryPath);
  if (!holder.host || holder.host === host) return;
  const age = nowOnDiskOf(libraryPath) - statSync(wordPathOf(libraryPath)).mtimeMs;
  if (age > HOLDS_FOR) return;
  throw new LikenessError(
    'already-running',
    say`The library ${libraryPath} is open on the computer ${holder.host}. Close Likeness there first. If it does not run there any more, start again in two minutes.`,
  );
}

/** Milliseconds since 1970 by the clock that stamps files of a folder, which may be another computer's. */
function nowOnDiskOf(folder: string): number {
  const path = join(folder, `clock-${randomUUID()}`);
  writeFileSync(path, '');
  try {
    return statSync(path).mtimeMs;
  } finally {
    rmSync(path);
  }
}

function readHolder(libraryPath: string): Partial<Holder> {
  try {
    return parseOrNull(readFileSync(wordPathOf(libraryPath), 'utf8')) ?? {};
  } catch {
    // The other start has the lock and has not left word yet, or none runs.
    return {};
  }
}

const lockPathOf = (libraryPath: string): string => join(libraryPath, 'lock.sqlite');
const wordPathOf = (libraryPath: string): string => join(libraryPath, 'running.json');

function describeHolder(libraryPath: string): Sentence {
  const { pid, address } = readHolder(libraryPath);
  if (pid === undefined) return say`Likeness is already running on the library ${libraryPath}.`;
  if (!address) return say`Likeness is already running on the library ${libraryPath} (process ${pid}).`;
  return say`Likeness is already running on the library ${libraryPath} (process ${pid}). Its page is at ${address}`;
}
