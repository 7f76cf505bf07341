// Brings a folder's drive card in step with the catalogue.
import { relative, sep } from 'node:path';
import type Database from 'better-sqlite3';
import { cataloguePath } from '../catalogue.ts';
import { openCardToWrite, WHOLE } from './card-file.ts';

export interface CardToWrite {
  readonly libraryPath: string;
  readonly folderId: number;
  readonly folderPath: string;
  /** Whose features are written. */
  readonly embedderId: number;
}

/** Contents written at once: a drive that is pulled out loses the last ones alone. */
const BATCH = 200;

/** Below a folder, as a card spells it. */
export const pathOnCard = (folder: string, path: string): string =>
  relative(folder, path).split(sep).join('/').normalize('NFC');

/**
 * Only photos that were read are written, never those that a card told of: what it says was seen in the bytes here.
 * Features of other embedders, written by other computers, stay.
 * @throws LikenessError where something else lies in the card's place; errors of SQLite, as SQLITE_FULL
 */
export function writeCard({ libraryPath, folderId, folderPath, embedderId }: CardToWrite): void {
  const db = openCardToWrite(folderPath);
  try {
    db.function('on_card', { deterministic: true }, (path: string) => pathOnCard(folderPath, path));
    db.prepare('ATTACH ? AS library').run(cataloguePath(libraryPath));
    db.exec(
      `CREATE TEMP TABLE known (path TEXT PRIMARY KEY, size, modified_at, content_id, hash, is_read) WITHOUT ROWID`,
    );
    db.prepare(
      `INSERT OR IGNORE INTO known SELECT on_card(photo.path), photo.size, photo.modified_at, content.id, content.hash,
         photo.state = 'indexed' AND content.told IS NOT NULL
       FROM library.photo LEFT JOIN library.content ON content.id = photo.content_id WHERE photo.folder_id = ?`,
    ).run(folderId);
    writeFiles(db);
    writeContents(db);
    writeFeatures(db, embedderId);
    db.exec('DELETE FROM content WHERE hash NOT IN (SELECT hash FROM file)');
  } finally {
    db.close();
  }
}

function writeFiles(db: Database.Database): void {
  db.transaction(() => {
    db.exec(`DELETE FROM file WHERE path NOT IN (SELECT path FROM known);
      INSERT OR REPLACE INTO file (path, size, modified_at, hash) SELECT path, size, modified_at, hash FROM known
        WHERE is_read AND NOT EXISTS (SELECT 1 FROM file WHERE file.path = known.path AND file.size = known.size
          AND file.modified_at = known.modified_at AND file.hash = known.hash)`);
  })();
}

function writeContents(db: Database.Database): void {
  const missing = db
    .prepare<[], number>(
      'SELECT DISTINCT content_id FROM known WHERE is_read AND hash NOT IN (SELECT hash FROM main.content)',
    )
    .pluck()
    .all();
  inBatches(db, missing, (some) => {
    db.prepare(
      `INSERT INTO main.content (hash, facts, thumbnail)
       SELECT hash, json_object('width', width, 'height', height, 'format', format, 'colour', colour, 'takenAt', taken_at,
         'camera', camera, 'lens', lens, 'told', json(told), 'duration', duration, 'poster', poster_time), jpeg
       FROM library.content JOIN library.thumbnail ON content_id = content.id
       WHERE content.id IN (SELECT value FROM json_each(?))`,
    ).run(some);
    db.prepare(
      `INSERT INTO main.frame (hash, time, thumbnail) SELECT hash, time, jpeg
       FROM library.region JOIN library.content ON content.id = content_id JOIN library.frame_thumbnail ON region_id = region.id
       WHERE content_id IN (SELECT value FROM json_each(?))`,
    ).run(some);
  });
}

function writeFeatures(db: Database.Database, embedderId: number): void {
  const missing = db
    .prepare<[number], number>(
      `SELECT DISTINCT content_id FROM known WHERE is_read AND hash NOT IN
       (SELECT hash FROM main.feature JOIN library.embedder ON fingerprint = embedder WHERE embedder.id = ?)`,
    )
    .pluck()
    .all(embedderId);
  inBatches(db, missing, (some) =>
    db
      .prepare(
        `INSERT INTO main.feature (hash, embedder, time, vector) SELECT hash, fingerprint, ifnull(time, ${WHOLE}), vector
         FROM library.region JOIN library.content ON content.id = content_id JOIN library.feature ON region_id = region.id
           JOIN library.embedder ON embedder.id = embedder_id
         WHERE embedder_id = ? AND kind IN ('whole', 'frame') AND content_id IN (SELECT value FROM json_each(?))`,
      )
      .run(embedderId, some),
  );
}

/** @param write is given some of the numbers, as JSON */
function inBatches(db: Database.Database, numbers: readonly number[], write: (some: string) => void): void {
  for (let i = 0; i < numbers.length; i += BATCH)
    db.transaction(() => write(JSON.stringify(numbers.slice(i, i + BATCH))))();
}
