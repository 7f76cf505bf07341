// What a person says of photos: favourites, stars, tags, albums kept by hand, and what is hidden.
import { sql } from './migration.ts';

export default sql(`
-- hash: of a content, which need not be there: a photo that leaves the library and comes back has it still.
CREATE TABLE annotation (
  hash BLOB PRIMARY KEY,
  favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1)),
  stars INTEGER NOT NULL DEFAULT 0 CHECK (stars BETWEEN 0 AND 5),
  hidden INTEGER NOT NULL DEFAULT 0 CHECK (hidden IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX annotation_favourite ON annotation (hash) WHERE favourite = 1;
CREATE INDEX annotation_stars ON annotation (stars) WHERE stars > 0;
CREATE INDEX annotation_hidden ON annotation (hash) WHERE hidden = 1;

-- A tag is there while a photo has it. key: its name, upper and lower case being one; name: as it was written first.
CREATE TABLE tagging (
  key TEXT NOT NULL,
  hash BLOB NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (key, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX tagging_hash ON tagging (hash);

-- Paths below it are from first on and before after.
CREATE TABLE hidden_folder (
  path TEXT PRIMARY KEY,
  first TEXT NOT NULL,
  after TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- 1 where what is said of its photos is written into XMP files beside them.
ALTER TABLE folder ADD COLUMN sidecars INTEGER NOT NULL DEFAULT 0;

CREATE TABLE album_2 (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- JSON: a query whose photos are named by what they hold, so that a file that moves stays in it; null of an album that is
  -- filled by hand.
  query TEXT,
  -- The newest photo there was when it was last opened.
  seen_photo INTEGER NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;
INSERT INTO album_2 SELECT id, name, query, seen_photo, made_at FROM album;
DROP TABLE album;
ALTER TABLE album_2 RENAME TO album;

CREATE TABLE album_photo (
  album_id INTEGER NOT NULL REFERENCES album ON DELETE CASCADE,
  hash BLOB NOT NULL,
  added_at INTEGER NOT NULL,
  PRIMARY KEY (album_id, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX album_photo_hash ON album_photo (hash);
`);
