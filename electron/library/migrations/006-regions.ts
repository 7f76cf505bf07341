// Vectors and codes belong to regions of a content: the whole, a tile, a frame. Codes are kept in segments that are
// appended and merged at rest, a removed region leaves a tombstone until then, and a folder is removed in batches.
//
// No vector is rewritten: each content's one region, the whole, takes the content's number, so that the tables of
// vectors only change the name of a column and what it refers to. A million photos take seconds, not minutes.
import type { Migration } from './migration.ts';

const regions = `
CREATE TABLE region (
  -- Never given twice: a tombstone must not meet a newer region of the same number.
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  content_id INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('whole', 'tile', 'frame')),
  -- Of a part of the picture: shares of its width and height, from the upper left corner, upright.
  x REAL,
  y REAL,
  width REAL,
  height REAL,
  -- Of a frame: seconds from the beginning.
  time REAL,
  CHECK ((x IS NULL) = (y IS NULL) AND (x IS NULL) = (width IS NULL) AND (x IS NULL) = (height IS NULL)),
  CHECK (kind <> 'whole' OR (x IS NULL AND time IS NULL)),
  CHECK (kind <> 'tile' OR x IS NOT NULL),
  CHECK (kind <> 'frame' OR time IS NOT NULL)
) STRICT;
INSERT INTO region (id, content_id, kind) SELECT id, id, 'whole' FROM content;
CREATE INDEX region_content ON region (content_id);
CREATE UNIQUE INDEX region_whole ON region (content_id) WHERE kind = 'whole';

ALTER TABLE feature RENAME COLUMN content_id TO region_id;
ALTER TABLE hidden RENAME COLUMN content_id TO region_id;
`;

const segments = `
-- Codes of regions side by side. regions: uint32 (n), 0 where one was gone when segments were merged;
-- codes_8bit, codes_4bit: uint8 (n, code size).
CREATE TABLE code_segment (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_id INTEGER NOT NULL,
  regions BLOB NOT NULL,
  codes_8bit BLOB NOT NULL,
  codes_4bit BLOB NOT NULL
) STRICT;
CREATE INDEX code_segment_model ON code_segment (model_id);
INSERT INTO code_segment (model_id, regions, codes_8bit, codes_4bit)
  SELECT model_id, contents, codes, fast_codes FROM code_block ORDER BY model_id, block;
DROP TABLE code_block;

-- Regions that are gone and may still have codes in segments.
CREATE TABLE code_tombstone (region_id INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER region_removed AFTER DELETE ON region BEGIN
  DELETE FROM hidden WHERE region_id = old.id;
  INSERT OR IGNORE INTO code_tombstone (region_id) VALUES (old.id);
END;

-- Files are read the newest first.
DROP INDEX photo_waiting;
CREATE INDEX photo_waiting ON photo (taken_at, id) WHERE state = 'waiting';

-- A folder that the person removed and whose photos are still being deleted.
ALTER TABLE folder ADD COLUMN removed_at INTEGER;

-- A content that no file holds any more is dated, and undated when one holds it again.
CREATE TRIGGER photo_left_content AFTER UPDATE OF content_id ON photo WHEN old.content_id IS NOT new.content_id BEGIN
  UPDATE content SET orphaned_at = unixepoch() * 1000
    WHERE id = old.content_id AND NOT EXISTS (SELECT 1 FROM photo WHERE content_id = old.content_id);
  UPDATE content SET orphaned_at = NULL WHERE id = new.content_id AND orphaned_at IS NOT NULL;
END;
CREATE TRIGGER photo_gone AFTER DELETE ON photo WHEN old.content_id IS NOT NULL BEGIN
  UPDATE content SET orphaned_at = unixepoch() * 1000
    WHERE id = old.content_id AND NOT EXISTS (SELECT 1 FROM photo WHERE content_id = old.content_id);
END;
UPDATE content SET orphaned_at = unixepoch() * 1000 WHERE orphaned_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM photo WHERE photo.content_id = content.id);

-- The field's words.
ALTER TABLE pin RENAME TO relevance_mark;
ALTER TABLE relevance_mark RENAME COLUMN pinned_at TO marked_at;
ALTER TABLE model RENAME COLUMN newest_content TO newest_region;
ALTER TABLE model RENAME COLUMN dial TO operating_point;
`;

/**
 * What a column refers to, and the names of two indexes, are words in the schema alone: changed there, as SQLite's
 * documentation of ALTER TABLE describes, no row is touched.
 */
const wording = `
UPDATE sqlite_schema SET sql = replace(sql, 'region_id INTEGER NOT NULL REFERENCES content', 'region_id INTEGER NOT NULL REFERENCES region')
  WHERE type = 'table' AND name = 'feature';
UPDATE sqlite_schema SET name = 'feature_region', sql = 'CREATE INDEX feature_region ON feature (region_id)'
  WHERE type = 'index' AND name = 'feature_content';
UPDATE sqlite_schema SET name = 'hidden_region', sql = 'CREATE INDEX hidden_region ON hidden (region_id)'
  WHERE type = 'index' AND name = 'hidden_content';
`;

const toRegions: Migration = (db) => {
  db.exec(regions);
  db.unsafeMode(true);
  try {
    db.pragma('writable_schema = ON');
    db.exec(wording);
    db.pragma(`schema_version = ${(db.pragma('schema_version', { simple: true }) as number) + 1}`);
    db.pragma('writable_schema = RESET');
    const [refersTo] = (db.pragma('foreign_key_list(feature)') as { from: string; table: string }[]).filter(
      ({ from }) => from === 'region_id',
    );
    if (refersTo?.table !== 'region')
      throw new Error('The schema of the table feature is not the one that was expected');
  } finally {
    db.unsafeMode(false);
  }
  db.exec(segments);
};

export default toRegions;
