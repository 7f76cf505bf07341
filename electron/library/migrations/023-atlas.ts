// The map of all photos by likeness, and when each was last looked at.
import { sql } from './migration.ts';

export default sql(`
-- One at most. Its number is never given twice: a part of a map that is kept in a query must not mean a part of another one.
CREATE TABLE map (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  embedder_id INTEGER NOT NULL REFERENCES embedder ON DELETE CASCADE,
  -- Contents it was drawn from; those that came later were put among them.
  drawn_from INTEGER NOT NULL
) STRICT;

-- x, y: in [0, 1], y downwards. rarity: the mean distance of its nearest, in [0, 2].
CREATE TABLE map_place (
  content_id INTEGER PRIMARY KEY REFERENCES content ON DELETE CASCADE,
  map_id INTEGER NOT NULL REFERENCES map ON DELETE CASCADE,
  x REAL NOT NULL,
  y REAL NOT NULL,
  rarity REAL NOT NULL
) STRICT;
CREATE INDEX map_place_map ON map_place (map_id);

-- By the hash of what the photo holds. at: milliseconds since 1970.
CREATE TABLE looked (hash BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX looked_at ON looked (at);
`);
