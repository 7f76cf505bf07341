// What one step of the catalogue's schema is.
import type Database from 'better-sqlite3';

/** Brings a catalogue from one schema to the next. Called inside a transaction. */
export type Migration = (db: Database.Database) => void;

/** A step that is nothing but statements. */
export function sql(statements: string): Migration {
  return (db) => void db.exec(statements);
}
