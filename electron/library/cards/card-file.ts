// The drive card: one SQLite file in a folder of photos, which carries what Likeness knows of them to another computer.
import { closeSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import { isDamage } from '../care/damage.ts';

/** In SQLite's header, to tell a card from other files: "LKCD". */
const APPLICATION_ID = 0x4c4b4344;
const VERSION = 1;
const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
/** Where the header keeps the version and the application, big-endian (sqlite.org/fileformat.html, section 1.3). */
const VERSION_AT = 60;
const APPLICATION_AT = 68;

/** Of a whole photo, in the place of a moment. */
export const WHOLE = -1;

const SCHEMA = `
-- path: below the card's folder, with slashes, in Unicode's composed form. hash: SHA-256 of the bytes.
CREATE TABLE file (
  path TEXT PRIMARY KEY,
  size INTEGER NOT NULL,
  modified_at REAL NOT NULL,
  hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX file_hash ON file (hash);

CREATE TABLE content (hash BLOB PRIMARY KEY, facts TEXT NOT NULL, thumbnail BLOB NOT NULL) STRICT;

-- Of a video. time: seconds from the beginning.
CREATE TABLE frame (
  hash BLOB NOT NULL REFERENCES content ON DELETE CASCADE,
  time REAL NOT NULL,
  thumbnail BLOB NOT NULL,
  PRIMARY KEY (hash, time)
) STRICT;

-- time: of a frame; ${WHOLE} of a whole photo. vector: float16.
CREATE TABLE feature (
  hash BLOB NOT NULL REFERENCES content ON DELETE CASCADE,
  embedder TEXT NOT NULL,
  time REAL NOT NULL,
  vector BLOB NOT NULL,
  PRIMARY KEY (hash, embedder, time)
) STRICT;
`;

/** Where the card of a folder lies. Its name is hidden, so that no scan takes it for a photo. */
export const cardPath = (folder: string): string => join(folder, '.likeness-card.sqlite');

type Kind = 'none' | 'card' | 'later version' | 'something else';

/** What lies at a card's place, by the first bytes alone. */
export function kindOfCard(path: string): Kind {
  const stats = statSync(path, { throwIfNoEntry: false });
  // What was begun and never written to is none.
  if (!stats || (stats.isFile() && stats.size === 0)) return 'none';
  if (!stats.isFile()) return 'something else';
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC || header.readUInt32BE(APPLICATION_AT) !== APPLICATION_ID)
    return 'something else';
  return header.readUInt32BE(VERSION_AT) > VERSION ? 'later version' : 'card';
}

/**
 * Opens the card of a folder to write, and makes it where there is none; one that is damaged is made anew.
 * @throws LikenessError where something else lies in its place
 */
export function openCardToWrite(folder: string): Database.Database {
  const path = cardPath(folder);
  const kind = kindOfCard(path);
  if (kind === 'later version')
    throw new LikenessError('unsupported', say`${path} was written by a later version of Likeness and stays as it is.`);
  if (kind === 'something else')
    throw new LikenessError(
      'unreadable',
      say`${path} is no drive card of Likeness; move it away, so that one can be written.`,
    );
  try {
    return prepare(new Database(path));
  } catch (error) {
    if (!isDamage(error)) throw error;
    removeCard(folder);
    return prepare(new Database(path));
  }
}

function prepare(db: Database.Database): Database.Database {
  try {
    // A drive may be pulled out at any moment: all that is needed to put the card right lies beside it.
    db.pragma('journal_mode = DELETE');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    if (db.pragma('user_version', { simple: true }) === 0)
      db.transaction(() => {
        db.exec(SCHEMA);
        db.pragma(`application_id = ${APPLICATION_ID}`);
        db.pragma(`user_version = ${VERSION}`);
      })();
    else if (db.pragma('quick_check(1)', { simple: true }) !== 'ok')
      throw Object.assign(new Error('damaged'), { code: 'SQLITE_CORRUPT' });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * Opens a card to read. It may come from anyone: nothing in it is run.
 * @throws LikenessError where it is no card, or of a later version; errors of SQLite where it is damaged
 */
export function openCardToRead(path: string): Database.Database {
  const kind = kindOfCard(path);
  if (kind === 'later version')
    throw new LikenessError('unsupported', say`${path} was written by a later version of Likeness and is not used.`);
  if (kind !== 'card') throw noCard(path);
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all();
    // A view would run what its maker wrote.
    if (!['file', 'content', 'frame', 'feature'].every((name) => tables.includes(name))) throw noCard(path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

const noCard = (path: string): LikenessError =>
  new LikenessError('unreadable', say`${path} is no drive card of Likeness and is not used.`);

/** Deletes the card of a folder; what is no card stays. */
export function removeCard(folder: string): void {
  const path = cardPath(folder);
  if (kindOfCard(path) !== 'card') return;
  rmSync(path);
  rmSync(`${path}-journal`, { force: true });
}
