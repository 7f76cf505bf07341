// Opens catalogues, and brings those of earlier versions up to date.
import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import { say } from '../contract/sentence.ts';
import { isDamage } from './care/damage.ts';
import { cannotBeOpened, MAPPED, ofLaterVersion } from './care/examine.ts';
import { isOutOfSpace } from './out-of-space.ts';
import { Catalogue, cataloguePath } from './catalogue.ts';
import { migrations } from './migrations/all.ts';
import { insidePolygon } from './inside-polygon.ts';
import { migrate } from './migrations/migrate.ts';

/**
 * Opens the catalogue of a library, makes it where there is none, and brings its schema up to date.
 * To be called once a damaged one has been put right, see healCatalogue.
 * @throws LikenessError 'damaged' where damage shows all the same, 'unreadable' where it cannot be opened
 */
export function openCatalogue(libraryPath: string): Catalogue {
  mkdirSync(libraryPath, { recursive: true, mode: 0o700 });
  return open(cataloguePath(libraryPath), {});
}

/**
 * Opens a catalogue to look and not to touch, beside a program that may be writing it.
 * @throws LikenessError 'not-found' where there is none
 */
export function openCatalogueReadOnly(libraryPath: string): Catalogue {
  return open(cataloguePath(libraryPath), { readonly: true, fileMustExist: true });
}

/** Whether a library's catalogue is there and of an earlier schema. A catalogue that cannot be read is not. */
export function needsUpgrade(libraryPath: string): boolean {
  const path = cataloguePath(libraryPath);
  if (!existsSync(path)) return false;
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true });
    try {
      const version = db.pragma('user_version', { simple: true }) as number;
      return version > 0 && version < migrations.length;
    } finally {
      db.close();
    }
  } catch {
    // What is wrong with it is said when it is opened.
    return false;
  }
}

function open(path: string, options: Database.Options): Catalogue {
  let db: Database.Database;
  try {
    db = new Database(path, { timeout: 10_000, ...options });
  } catch (error) {
    if (options.fileMustExist && !existsSync(path)) {
      throw new LikenessError('not-found', say`There is no library at ${path} yet. Index a folder first.`, {
        cause: error,
      });
    }
    throw cannotBeOpened(path, error);
  }
  try {
    db.pragma('foreign_keys = ON');
    // Reads of thumbnails and of vectors for the re-rank come from mapped memory.
    db.pragma(`mmap_size = ${MAPPED}`);
    mustBeKnown(db, path, options.readonly === true);
    if (!options.readonly) {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      migrate(db);
    }
    // Upper and lower case are one, in every script: SQLite's own LIKE knows that of ASCII alone.
    db.function('name_contains', { deterministic: true }, (file: string, part: string) =>
      Number(basename(file).toLowerCase().includes(part.toLowerCase())),
    );
    db.function('inside_polygon', { deterministic: true }, insidePolygon);
    return new Catalogue(db, dirname(path));
  } catch (error) {
    db.close();
    if (error instanceof LikenessError || isOutOfSpace(error)) throw error;
    if (!isDamage(error) && !options.readonly) throw cannotBeOpened(path, error);
    throw new LikenessError(
      'damaged',
      say`The catalogue ${path} is damaged (${(error as Error).message}). Start Likeness once: it puts the last good copy in its place. Your photos are not affected.`,
      { cause: error },
    );
  }
}

function mustBeKnown(db: Database.Database, path: string, readOnly: boolean): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) throw ofLaterVersion(path, version);
  if (readOnly && version < migrations.length) {
    throw new LikenessError(
      'unsupported',
      say`The catalogue ${path} is of an earlier version. Start Likeness once to bring it up to date.`,
    );
  }
}
