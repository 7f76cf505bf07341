// Whether a catalogue is whole, as far as a moment allows or to the end.
import { statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { LikenessError } from '../../contract/errors.ts';
import { say, verbatim, type Sentence } from '../../contract/sentence.ts';
import { migrations } from '../migrations/all.ts';
import { mustBeFile } from '../files/own-files.ts';
import { isDamage } from './damage.ts';
import { partsOf, versionBySchema } from './schema.ts';

export type Examined =
  /** Nothing is there, or nothing was written yet. */
  | { readonly kind: 'absent' }
  /** version: of its schema, which is not what it notes where that was overwritten. */
  | { readonly kind: 'sound'; readonly version: number; readonly noted: number }
  /** why: a part of a sentence. */
  | { readonly kind: 'damaged'; readonly why: Sentence };

/** Rows of a table that are looked at in a second; fewer where they are large. */
const ROWS_A_SECOND = 100_000;
const LARGE_ROWS_A_SECOND = 10_000;
const LARGE_ROWS = ['thumbnail', 'feature', 'hidden', 'part_vector', 'part_code', 'code_segment', 'model'];
/** Bytes of a catalogue that are read as mapped memory. */
export const MAPPED = 2 ** 30;
/** Tables by which a file is known to be a catalogue of Likeness, though others are missing. */
const OURS = ['content', 'photo', 'setting', 'folder'];

/**
 * @param milliseconds that it should take: tables that would take longer are passed over. Without it, all is looked at, indexes
 *   too.
 * @throws LikenessError where it cannot be opened for another reason than damage, is something else, or is of a later version
 */
export function examineCatalogue(path: string, milliseconds = Infinity): Examined {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) mustBeFile(file);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return { kind: 'absent' };
  if (stats.size === 0) return { kind: 'damaged', why: say`the file is empty` };
  const until = performance.now() + milliseconds;
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: 10_000, readonly: true });
    // Read as it is read in use, so that what goes wrong there goes wrong here.
    db.pragma(`mmap_size = ${MAPPED}`);
    return look(db, path, until);
  } catch (error) {
    if (isDamage(error)) return { kind: 'damaged', why: verbatim((error as Error).message) };
    throw error instanceof LikenessError ? error : cannotBeOpened(path, error);
  } finally {
    db?.close();
  }
}

export function cannotBeOpened(path: string, error: unknown): LikenessError {
  return new LikenessError('unreadable', say`The catalogue ${path} cannot be opened: ${(error as Error).message}.`, {
    cause: error,
  });
}

function look(db: Database.Database, path: string, until: number): Examined {
  // A log beside it may hold pages that the file itself does not yet.
  const hasLog = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (!hasLog && statSync(path).size % (db.pragma('page_size', { simple: true }) as number) !== 0)
    return { kind: 'damaged', why: say`the file is cut short` };
  const noted = db.pragma('user_version', { simple: true }) as number;
  const parts = partsOf(db);
  if (parts.size === 0) return noted === 0 ? { kind: 'absent' } : { kind: 'damaged', why: say`it has no tables` };
  const version = versionBySchema(parts, noted);
  if (noted > migrations.length && version !== migrations.length) throw ofLaterVersion(path, noted);
  if (version === undefined) {
    if (OURS.some((table) => parts.has(`table ${table}`))) return { kind: 'damaged', why: say`tables are missing` };
    throw new LikenessError(
      'unreadable',
      say`${path} is not a catalogue of Likeness but the database of another program. Move it away, or choose another folder for the library.`,
    );
  }
  if (until === Infinity) {
    const found = db.pragma('integrity_check(1)', { simple: true }) as string;
    return found === 'ok' ? { kind: 'sound', version, noted } : { kind: 'damaged', why: verbatim(found) };
  }
  const tables = db
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`)
    .pluck()
    .all();
  const byTime = tables
    .map((name) => ({ name, takes: secondsToCheck(db, name) * 1000 }))
    .sort((a, b) => a.takes - b.takes);
  for (const { name, takes } of byTime) {
    if (performance.now() + takes > until) break;
    const found = db.pragma(`quick_check('${name}')`, { simple: true }) as string;
    if (found !== 'ok') return { kind: 'damaged', why: verbatim(found.split('\n')[0]!) };
  }
  return { kind: 'sound', version, noted };
}

export function ofLaterVersion(path: string, version: number): LikenessError {
  return new LikenessError(
    'unsupported',
    say`The catalogue ${path} was written by a later version of Likeness (schema ${version}; this one knows ${migrations.length}). Update Likeness to open it.`,
  );
}

/** About, by the highest number of a row. */
function secondsToCheck(db: Database.Database, table: string): number {
  const large = LARGE_ROWS.includes(table);
  // The one large table whose rows have no number has one for each region.
  const numbered = table === 'hidden' ? 'feature' : table;
  const hasNumbers = !/WITHOUT ROWID/.test(
    db.prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?').pluck().get(numbered) ?? '',
  );
  const rows = hasNumbers ? (db.prepare(`SELECT max(rowid) FROM "${numbered}"`).pluck().get() as number | null) : 0;
  return (rows ?? 0) / (large ? LARGE_ROWS_A_SECOND : ROWS_A_SECOND);
}
