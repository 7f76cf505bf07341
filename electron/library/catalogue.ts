// The catalogue: one SQLite file that knows every folder, photo, feature and code of a library.
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { verbatim } from '../contract/sentence.ts';
import { isDamage, noteDamage } from './care/damage.ts';

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

  readonly #libraryPath: string;

  /** @param libraryPath where damage that is met is noted */
  constructor(db: Database.Database, libraryPath: string) {
    this.#db = db;
    this.#libraryPath = libraryPath;
  }

  /** The first row, if there is one. */
  get<T>(sql: string, ...parameters: unknown[]): T | undefined {
    return this.#ask(() => this.#row(sql).get(...parameters)) as T | undefined;
  }

  all<T>(sql: string, ...parameters: unknown[]): T[] {
    return this.#ask(() => this.#row(sql).all(...parameters)) as T[];
  }

  /** The first column of the first row, if there is one. */
  value<T>(sql: string, ...parameters: unknown[]): T | undefined {
    return this.#ask(() => this.#value(sql).get(...parameters)) as T | undefined;
  }

  /** The first column of every row. */
  values<T>(sql: string, ...parameters: unknown[]): T[] {
    return this.#ask(() => this.#value(sql).all(...parameters)) as T[];
  }

  run(sql: string, ...parameters: unknown[]): Database.RunResult {
    return this.#ask(() => this.#row(sql).run(...parameters));
  }

  /** Statements that are run once. */
  script(sql: string): void {
    this.#ask(() => this.#db.exec(sql));
  }

  /** Row by row. Nothing may be written until it ends. */
  *iterate<T>(sql: string, ...parameters: unknown[]): Generator<T, void, undefined> {
    try {
      yield* this.#db.prepare(sql).iterate(...parameters) as IterableIterator<T>;
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** All or nothing. Must not wait for anything inside; may be called inside another. */
  inTransaction<T>(work: () => T): T {
    return this.#ask(() => this.#db.transaction(work).immediate());
  }

  /** Begins a look at what there is now, which ends when the catalogue is closed. */
  holdSnapshot(): void {
    this.#ask(() => this.#db.exec('BEGIN; SELECT 1 FROM setting'));
  }

  pragma(text: string): unknown {
    return this.#db.pragma(text, { simple: true });
  }

  close(): void {
    this.#db.close();
  }

  #ask<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#named(error);
    }
  }

  #named(error: unknown): unknown {
    return isDamage(error) ? noteDamage(this.#libraryPath, verbatim((error as Error).message), error) : error;
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
