// Parts of photos, by one model: the codes that are scanned, and beside them what candidates are ordered by. Where the
// parts lie is the same for every photo (engine/parts/grid.ts), so a photo's parts are one row of each.
import { sql } from './migration.ts';

export default sql(`
-- codes: uint8, (parts, code size).
CREATE TABLE part_code (
  model_id INTEGER NOT NULL,
  content_id INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
  codes BLOB NOT NULL,
  PRIMARY KEY (model_id, content_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX part_code_content ON part_code (content_id);

-- vectors: (parts, 2 + D / 2 bytes), features in four bits a number (engine/photo-parts/ordering-vector.ts).
CREATE TABLE part_vector (
  model_id INTEGER NOT NULL,
  content_id INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
  vectors BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX part_vector_content ON part_vector (content_id, model_id);
`);
