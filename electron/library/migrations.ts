// The catalogue's schema, as numbered steps. A step that has shipped is never edited; a change is a new step.

export const migrations: readonly string[] = [
  // 1: the first schema.
  `
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
  `,
  // 2: models of another form (inner products, prepared features), so those there are retire; the model before
  // is kept to go back to; what a person marked as right for a query.
  `
  CREATE TABLE model_2 (
    id INTEGER PRIMARY KEY,
    embedder_id INTEGER NOT NULL REFERENCES embedder ON DELETE CASCADE,
    -- 'encoding': trained, its codes not all written; 'previous': answered before the active one, kept with its
    -- codes; 'retired': to be deleted. One at most is active, and one previous, an embedder.
    state TEXT NOT NULL CHECK (state IN ('encoding', 'active', 'previous', 'retired')),
    trained_at INTEGER NOT NULL,
    trained_on INTEGER NOT NULL,
    -- Photos of the training that this one goes back to, before it was fine-tuned.
    started_on INTEGER NOT NULL,
    -- The newest content there was: later ones tell how far the library has drifted.
    newest_content INTEGER NOT NULL,
    seconds REAL NOT NULL,
    backend TEXT NOT NULL,
    bits INTEGER NOT NULL,
    quantization_error REAL NOT NULL,
    losses TEXT NOT NULL,
    -- JSON of how it did beside the model before it; null where there was none, or where it was asked back.
    comparison TEXT,
    weights BLOB NOT NULL
  ) STRICT;
  INSERT INTO model_2 SELECT id, embedder_id, 'retired', trained_at, trained_on, trained_on, 0, seconds, backend, bits,
    quantization_error, losses, NULL, weights FROM model;
  DROP TABLE model;
  ALTER TABLE model_2 RENAME TO model;
  CREATE UNIQUE INDEX model_active ON model (embedder_id) WHERE state = 'active';
  CREATE UNIQUE INDEX model_previous ON model (embedder_id) WHERE state = 'previous';

  -- A result that a person marked as right for a query.
  CREATE TABLE pin (
    query_content_id INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
    result_content_id INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
    pinned_at INTEGER NOT NULL,
    PRIMARY KEY (query_content_id, result_content_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pin_result ON pin (result_content_id);
  `,
  // 3: models of another form again (twice the hidden dimensions, codes for a faster scan beside the others), so those
  // there are retire; what was measured of a model's scans.
  `
  UPDATE model SET state = 'retired';
  ALTER TABLE model ADD COLUMN dial TEXT;
  -- Codes of as many bits by 16 centroids a subquantizer, two in a byte: uint8 (n, M).
  ALTER TABLE code_block ADD COLUMN fast_codes BLOB NOT NULL DEFAULT x'';
  `,
  // 4: photos are counted as they come and go: counting a million rows takes longer than a search.
  `
  ALTER TABLE folder ADD COLUMN photos INTEGER NOT NULL DEFAULT 0;
  UPDATE folder SET photos = (SELECT count(*) FROM photo WHERE folder_id = folder.id);
  CREATE TRIGGER photo_added AFTER INSERT ON photo BEGIN
    UPDATE folder SET photos = photos + 1 WHERE id = new.folder_id;
  END;
  CREATE TRIGGER photo_removed AFTER DELETE ON photo BEGIN
    UPDATE folder SET photos = photos - 1 WHERE id = old.folder_id;
  END;
  CREATE TRIGGER photo_moved AFTER UPDATE OF folder_id ON photo WHEN old.folder_id <> new.folder_id BEGIN
    UPDATE folder SET photos = photos - 1 WHERE id = old.folder_id;
    UPDATE folder SET photos = photos + 1 WHERE id = new.folder_id;
  END;
  `,
  // 5: embedders are packs that a person adds, chooses and removes. speed: JSON of Trials; ranking: JSON of an
  // EmbedderRanking. The descriptor that was built in until now goes; what was chosen by hand stays chosen.
  `
  CREATE TABLE embedder_pack (
    fingerprint TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    dimensions INTEGER NOT NULL,
    licence TEXT,
    built_in INTEGER NOT NULL,
    speed TEXT,
    ranking TEXT,
    added_at INTEGER NOT NULL
  ) STRICT;
  INSERT INTO embedder_pack SELECT fingerprint, name, dimensions, NULL, 0, NULL, NULL, added_at FROM embedder
    WHERE fingerprint <> 'gist-colour-layout-1';
  INSERT INTO setting SELECT 'embedder-choice', value FROM setting WHERE key = 'embedder' AND value <> 'gist-colour-layout-1';
  `,
];
