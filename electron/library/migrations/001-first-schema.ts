// The first schema.
import { sql } from './migration.ts';

export default sql(`
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

-- A place the person asked to watch. device: st_dev of its root when last seen, to tell an empty mount
-- point from an emptied folder.
CREATE TABLE folder (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  device TEXT NOT NULL,
  available INTEGER NOT NULL DEFAULT 1,
  added_at INTEGER NOT NULL
) STRICT;

-- What a file holds, once however many files hold it. hash: SHA-256 of the bytes.
CREATE TABLE content (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  format TEXT NOT NULL,
  colour INTEGER NOT NULL,
  taken_at INTEGER,
  camera TEXT,
  warning TEXT,
  orphaned_at INTEGER
) STRICT;
CREATE INDEX content_orphaned ON content (orphaned_at) WHERE orphaned_at IS NOT NULL;

CREATE TABLE thumbnail (
  content_id INTEGER PRIMARY KEY REFERENCES content ON DELETE CASCADE,
  jpeg BLOB NOT NULL
) STRICT;

-- A file that claims to be a picture. taken_at: wall-clock milliseconds, the camera's, else the file's.
CREATE TABLE photo (
  id INTEGER PRIMARY KEY,
  folder_id INTEGER NOT NULL REFERENCES folder ON DELETE CASCADE,
  path TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  modified_at REAL NOT NULL,
  content_id INTEGER REFERENCES content,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'indexed', 'failed')),
  reason TEXT,
  taken_at INTEGER NOT NULL,
  seen INTEGER NOT NULL DEFAULT 0,
  CHECK ((state = 'failed') = (reason IS NOT NULL)),
  CHECK (state <> 'indexed' OR content_id IS NOT NULL)
) STRICT;
CREATE INDEX photo_content ON photo (content_id);
CREATE INDEX photo_folder ON photo (folder_id, seen);
CREATE INDEX photo_waiting ON photo (id) WHERE state = 'waiting';
CREATE INDEX photo_failed ON photo (path) WHERE state = 'failed';

CREATE TABLE embedder (
  id INTEGER PRIMARY KEY,
  fingerprint TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  dimensions INTEGER NOT NULL,
  added_at INTEGER NOT NULL
) STRICT;

-- vector: float16, (dimensions).
CREATE TABLE feature (
  embedder_id INTEGER NOT NULL REFERENCES embedder ON DELETE CASCADE,
  content_id INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
  vector BLOB NOT NULL,
  PRIMARY KEY (embedder_id, content_id)
) STRICT;
CREATE INDEX feature_content ON feature (content_id);

-- A generation of DeepQuan. 'encoding': trained, its codes not all written; one at most is 'active' an embedder.
CREATE TABLE model (
  id INTEGER PRIMARY KEY,
  embedder_id INTEGER NOT NULL REFERENCES embedder ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('encoding', 'active', 'retired')),
  trained_at INTEGER NOT NULL,
  trained_on INTEGER NOT NULL,
  seconds REAL NOT NULL,
  backend TEXT NOT NULL,
  bits INTEGER NOT NULL,
  quantization_error REAL NOT NULL,
  losses TEXT NOT NULL,
  weights BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX model_active ON model (embedder_id) WHERE state = 'active';

-- Codes of up to BLOCK_SIZE contents side by side. contents: uint32 (n), 0 where the content is gone;
-- codes: uint8 (n, M).
CREATE TABLE code_block (
  model_id INTEGER NOT NULL,
  block INTEGER NOT NULL,
  contents BLOB NOT NULL,
  codes BLOB NOT NULL,
  PRIMARY KEY (model_id, block)
) STRICT;

-- Hidden vectors for the re-rank. vector: float16, (M * dsub).
CREATE TABLE hidden (
  model_id INTEGER NOT NULL,
  content_id INTEGER NOT NULL,
  vector BLOB NOT NULL,
  PRIMARY KEY (model_id, content_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX hidden_content ON hidden (content_id);
`);
