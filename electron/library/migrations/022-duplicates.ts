// What a review of duplicates knows: which pictures belong together, what the person said of them, and what is to go.
import { sql } from './migration.ts';

export default sql(`
-- Contents of which it is known which others belong to them. signature: float16, see numeric/picture-signature.ts; sharpness: of those
-- that belong to others, see numeric/sharpness.ts.
CREATE TABLE reviewed (
  content_id INTEGER PRIMARY KEY REFERENCES content ON DELETE CASCADE,
  signature BLOB NOT NULL,
  sharpness REAL
) STRICT;

-- content_id < other_id.
CREATE TABLE duplicate_link (
  content_id INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
  other_id INTEGER NOT NULL REFERENCES content ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('same', 'bursts')),
  PRIMARY KEY (content_id, other_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicate_link_other ON duplicate_link (other_id);

-- What the person said of two pictures, by the hashes of their bytes, the lesser first; of copies of one, twice the same hash.
-- kept: all of them are to stay; different: they do not show the same.
CREATE TABLE duplicate_verdict (
  hash BLOB NOT NULL,
  other_hash BLOB NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('kept', 'different')),
  PRIMARY KEY (hash, other_hash)
) STRICT, WITHOUT ROWID;

-- Photos that go into the trash when the person says so.
CREATE TABLE to_go (photo_id INTEGER PRIMARY KEY REFERENCES photo ON DELETE CASCADE) STRICT;
`);
