// Small pictures of contents are kept, so that two are compared without decoding their thumbnails.
import { sql } from './migration.ts';

export default sql(`
-- pixels: (height, width), luminance, a byte each; signature: float16, see numeric/picture-signature.ts. Contents that were read before
-- get theirs from their thumbnails, when duplicates are looked for.
CREATE TABLE small_picture (
  content_id INTEGER PRIMARY KEY REFERENCES content ON DELETE CASCADE,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  pixels BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;
ALTER TABLE reviewed DROP COLUMN signature;
`);
