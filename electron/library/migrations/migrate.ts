// Brings a catalogue to the schema of this version.
import type Database from 'better-sqlite3';
import { migrations } from './all.ts';

/** Step by step, each in a transaction of its own; from the version that the catalogue notes. */
export function migrate(db: Database.Database): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  for (let step = version; step < migrations.length; step++) {
    db.transaction(() => {
      migrations[step]!(db);
      db.pragma(`user_version = ${step + 1}`);
    }).immediate();
  }
}
