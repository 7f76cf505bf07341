// Files beside photos that say something of them, so that their changes are noticed.
import { sql } from './migration.ts';

export default sql(`
-- state: 'due' and 'gone' until what the photos beside it tell has been read again.
CREATE TABLE beside (
  path TEXT PRIMARY KEY,
  folder_id INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
  size INTEGER NOT NULL,
  modified_at REAL NOT NULL,
  seen INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('known', 'due', 'gone'))
) STRICT, WITHOUT ROWID;
CREATE INDEX beside_folder ON beside (folder_id, seen);
CREATE INDEX beside_due ON beside (path) WHERE state <> 'known';
`);
