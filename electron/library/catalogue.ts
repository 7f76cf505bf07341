// The catalogue: one SQLite file that knows every folder, photo, feature and code of a library.
import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { LikenessError } from '../contract/errors.ts';
import { migrations } from './migrations/all.ts';
import { say } from '../contract/sentence.ts';

/** Where in a library folder the catalogue lies. */
export function cataloguePath(libraryPath: string): string {
  return join(libraryPath, 'catalogue.sqlite');
}

/**
 * A catalogue that is open. Statements are compiled once and kept: a re-rank asks the same question hundreds of
 * times, and asking is quicker than compiling. Each kind of reading keeps its own, because how rows come out is a
 * state of the statement; a reading that others may interrupt compiles one for itself.
 */
export class Catalogue {
  readonly #db: Database.Database;
  readonly #rows = new Map<string, Database.Statement>();
  readonly #values = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** The first row, if there is one. */
  get<T>(sql: string, ...parameters: unknown[]): T | undefined {
    return this.#row(sql).get(...parameters) as T | undefined;
  }

  all<T>(sql: string, ...parameters: unknown[]): T[] {
    return this.#row(sql).all(...parameters) as T[];
  }

  /** The first column of the first row, if there is one. */
  value<T>(sql: string, ...parameters: unknown[]): T | undefined {
    return this.#value(sql).get(...parameters) as T | undefined;
  }

  /** The first column of every row. */
  values<T>(sql: string, ...parameters: unknown[]): T[] {
    return this.#value(sql).all(...parameters) as T[];
  }

  run(sql: string, ...parameters: unknown[]): Database.RunResult {
    return this.#row(sql).run(...parameters);
  }

  /** Statements that are run once. */
  script(sql: string): void {
    this.#db.exec(sql);
  }

  /** Row by row. Nothing may be written until it ends. */
  iterate<T>(sql: string, ...parameters: unknown[]): IterableIterator<T> {
    return this.#db.prepare(sql).iterate(...parameters) as IterableIterator<T>;
  }

  /** All or nothing. Must not wait for anything inside; may be called inside another. */
  inTransaction<T>(work: () => T): T {
    return this.#db.transaction(work).immediate();
  }

  /** Begins a look at what there is now, which ends when the catalogue is closed. */
  holdSnapshot(): void {
    this.#db.exec('BEGIN; SELECT 1 FROM setting');
  }

  pragma(text: string): unknown {
    return this.#db.pragma(text, { simple: true });
  }

  close(): void {
    this.#db.close();
  }

  #row(sql: string): Database.Statement {
    return kept(this.#rows, sql, () => this.#db.prepare(sql));
  }

  #value(sql: string): Database.Statement {
    return kept(this.#values, sql, () => this.#db.prepare(sql).pluck());
  }
}

function kept(
  statements: Map<string, Database.Statement>,
  sql: string,
  compile: () => Database.Statement,
): Database.Statement {
  const known = statements.get(sql);
  if (known) return known;
  const compiled = compile();
  statements.set(sql, compiled);
  return compiled;
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
    if (options.fileMustExist) {
      throw new LikenessError('not-found', say`There is no library at ${path} yet. Index a folder first.`, {
        cause: error,
      });
    }
    throw new LikenessError('unreadable', say`The catalogue ${path} cannot be opened: ${(error as Error).message}.`, {
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
    // Upper and lower case are one, in every script: SQLite's own LIKE knows that of ASCII alone.
    db.function('name_contains', { deterministic: true }, (file: string, part: string) =>
      Number(basename(file).toLowerCase().includes(part.toLowerCase())),
    );
    return new Catalogue(db);
  } catch (error) {
    db.close();
    if (error instanceof LikenessError) throw error;
    throw new LikenessError(
      'unreadable',
      say`The catalogue ${path} is damaged or is not a catalogue (${(error as Error).message}). Your photos are not affected; move that file away to start a new library.`,
      { cause: error },
    );
  }
}

function migrate(db: Database.Database, path: string, readOnly: boolean): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new LikenessError(
      'unsupported',
      say`The catalogue ${path} was written by a later version of Likeness (schema ${version}; this one knows ${migrations.length}). Update Likeness to open it.`,
    );
  }
  if (readOnly) {
    if (version < migrations.length) {
      throw new LikenessError(
        'unsupported',
        say`The catalogue ${path} is of an earlier version. Start Likeness once to bring it up to date.`,
      );
    }
    return;
  }
  for (let step = version; step < migrations.length; step++) {
    db.transaction(() => {
      migrations[step]!(db);
      db.pragma(`user_version = ${step + 1}`);
    }).immediate();
  }
}
