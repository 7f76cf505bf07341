// The catalogue: one SQLite file that knows every folder, photo, feature and code of a library.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import { migrations } from './migrations.ts';

export type Catalogue = Database.Database;

/** Where in a library folder the catalogue lies. */
export function cataloguePath(libraryPath: string): string {
  return join(libraryPath, 'catalogue.sqlite');
}

/**
 * Opens the catalogue of a library, makes it where there is none, and brings its schema up to date.
 * @throws LikenessError 'unsupported' for a catalogue of a later program, 'unreadable' for a damaged one
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

function open(path: string, options: Database.Options): Catalogue {
  let db: Catalogue;
  try {
    db = new Database(path, { timeout: 10_000, ...options });
  } catch (error) {
    if (options.fileMustExist) {
      throw new LikenessError('not-found', `There is no library at ${path} yet. Index a folder first.`, {
        cause: error,
      });
    }
    throw new LikenessError('unreadable', `The catalogue ${path} cannot be opened: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  try {
    db.pragma('foreign_keys = ON');
    // Reads of thumbnails and of vectors for the re-rank come from mapped memory.
    db.pragma('mmap_size = 1073741824');
    if (!options.readonly) {
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
    }
    migrate(db, path, options.readonly === true);
    keepStatements(db);
    return db;
  } catch (error) {
    db.close();
    if (error instanceof LikenessError) throw error;
    throw new LikenessError(
      'unreadable',
      `The catalogue ${path} is damaged or is not a catalogue (${(error as Error).message}). ` +
        'Your photos are not affected; move that file away to start a new library.',
      { cause: error },
    );
  }
}

/** Compiles each statement once: a re-rank asks the same question hundreds of times, and asking is quicker than compiling. */
function keepStatements(db: Catalogue): void {
  const compile = db.prepare.bind(db) as (sql: string) => Database.Statement;
  const kept = new Map<string, Database.Statement>();
  db.prepare = ((sql: string) => {
    const known = kept.get(sql) ?? compile(sql);
    kept.set(sql, known);
    return known;
  }) as typeof db.prepare;
}

function migrate(db: Catalogue, path: string, readOnly: boolean): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new LikenessError(
      'unsupported',
      `The catalogue ${path} was written by a later version of Likeness (schema ${version}; this one knows ${migrations.length}). Update Likeness to open it.`,
    );
  }
  if (readOnly) {
    if (version < migrations.length) {
      throw new LikenessError(
        'unsupported',
        `The catalogue ${path} is of an earlier version. Start Likeness once to bring it up to date.`,
      );
    }
    return;
  }
  for (let step = version; step < migrations.length; step++) {
    db.transaction(() => {
      db.exec(migrations[step]);
      db.pragma(`user_version = ${step + 1}`);
    }).immediate();
  }
}
