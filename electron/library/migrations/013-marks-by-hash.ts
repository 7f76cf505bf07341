// What a person marked as right is kept by what photos hold, as everything else that a person says is: it can be carried to a
// catalogue in which contents have other numbers.
import { sql } from './migration.ts';

export default sql(`
CREATE TABLE relevance_mark_2 (
  query_hash BLOB NOT NULL,
  result_hash BLOB NOT NULL,
  marked_at INTEGER NOT NULL,
  PRIMARY KEY (query_hash, result_hash)
) STRICT, WITHOUT ROWID;
INSERT INTO relevance_mark_2 SELECT query.hash, result.hash, marked_at FROM relevance_mark
  JOIN content AS query ON query.id = query_content_id JOIN content AS result ON result.id = result_content_id;
DROP TABLE relevance_mark;
ALTER TABLE relevance_mark_2 RENAME TO relevance_mark;
CREATE INDEX relevance_mark_result ON relevance_mark (result_hash);
`);
