// Photos found by words of their names, folders and days; and where an embedder was fetched from.
import type { Migration } from './migration.ts';
import { wordsOf } from '../rows/words-of.ts';

const tables = `
-- words: see words-of.ts; they are kept nowhere but in the index. rowid: of the photo.
CREATE VIRTUAL TABLE photo_word USING fts5 (words, content = '', contentless_delete = 1, detail = none, prefix = '2 3');
CREATE TRIGGER photo_word_gone AFTER DELETE ON photo BEGIN
  DELETE FROM photo_word WHERE rowid = old.id;
END;

-- JSON of a PackOrigin; null of one that was added from a file.
ALTER TABLE embedder_pack ADD COLUMN origin TEXT;
`;

const words: Migration = (db) => {
  db.exec(tables);
  const note = db.prepare('INSERT INTO photo_word (rowid, words) VALUES (?, ?)');
  const photos = db.prepare<[number], { id: number; folder: string; path: string; takenAt: number }>(
    `SELECT photo.id AS id, folder.path AS folder, photo.path AS path, taken_at AS takenAt FROM photo
     JOIN folder ON folder.id = photo.folder_id WHERE photo.id > ? ORDER BY photo.id LIMIT 10000`,
  );
  for (let after = 0; ;) {
    const some = photos.all(after);
    for (const { id, folder, path, takenAt } of some) note.run(id, wordsOf(folder, path, takenAt));
    if (some.length === 0) return;
    after = some.at(-1)!.id;
  }
};

export default words;
