// Models of another form (inner products, prepared features), so those there are retire; the model before is kept to
// go back to; what a person marked as right for a query.
import { sql } from './migration.ts';

export default sql(`
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
`);
