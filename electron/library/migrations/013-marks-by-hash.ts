// What a person marked as right, and the examples of albums, are kept by what photos hold, as everything else that a person says is:
// it can be carried to a catalogue in which contents have other numbers.
import type { Migration } from './migration.ts';

const marks = `
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
`;

/** As far as this step knows a query: what names photos. */
interface KeptQuery {
  positives: { photoId?: number | string }[];
  negatives: { photoId?: number | string }[];
  marks?: { right: (number | string)[]; wrong: (number | string)[] };
}

const marksByHash: Migration = (db) => {
  db.exec(marks);
  const hashOf = db.prepare<[number | string], string>('SELECT hex(hash) FROM content WHERE id = ?').pluck();
  // One that is gone is named by nothing, and is not found.
  const named = (id: number | string): string => hashOf.get(id) ?? '';
  const write = db.prepare<[string, number]>('UPDATE album SET query = ? WHERE id = ?');
  const albums = db.prepare<[], { id: number; query: string }>(
    'SELECT id, query FROM album WHERE query IS NOT NULL AND json_valid(query)',
  );
  for (const { id, query } of albums.all()) {
    const kept = JSON.parse(query) as KeptQuery;
    for (const example of [...kept.positives, ...kept.negatives])
      if (example.photoId !== undefined) example.photoId = named(example.photoId);
    if (kept.marks) kept.marks = { right: kept.marks.right.map(named), wrong: kept.marks.wrong.map(named) };
    write.run(JSON.stringify(kept), id);
  }
};

export default marksByHash;
