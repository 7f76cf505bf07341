// Albums: queries that were given a name.
import { sql } from './migration.ts';

export default sql(`
CREATE TABLE album (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- JSON: a query whose photos are named by what they hold, so that a file that moves stays in it.
  query TEXT NOT NULL,
  -- The newest photo there was when it was last opened.
  seen_photo INTEGER NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;
`);
