// Albums in the catalogue: named queries, and photos that were put together by hand, kept by what they hold.
import type { Catalogue } from '../catalogue.ts';

export interface AlbumRow {
  id: number;
  name: string;
  /** JSON, as the engine makes it; null of an album that is filled by hand. */
  query: string | null;
  /** The newest photo there was when it was last opened. */
  seenPhoto: number;
}

const COLUMNS = 'id, name, query, seen_photo AS seenPhoto';

export class AlbumRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  all(): AlbumRow[] {
    return this.#db.all(`SELECT ${COLUMNS} FROM album ORDER BY name`);
  }

  get(id: number): AlbumRow | undefined {
    return this.#db.get(`SELECT ${COLUMNS} FROM album WHERE id = ?`, id);
  }

  isTaken(name: string): boolean {
    return this.#db.value('SELECT 1 FROM album WHERE name = ?', name) !== undefined;
  }

  /** @param query null for an album that is filled by hand */
  add(name: string, query: string | null, seenPhoto: number, now: number): number {
    const { lastInsertRowid } = this.#db.run(
      'INSERT INTO album (name, query, seen_photo, made_at) VALUES (?, ?, ?, ?)',
      name,
      query,
      seenPhoto,
      now,
    );
    return Number(lastInsertRowid);
  }

  rename(id: number, name: string): void {
    this.#db.run('UPDATE album SET name = ? WHERE id = ?', name, id);
  }

  setSeen(id: number, seenPhoto: number): void {
    this.#db.run('UPDATE album SET seen_photo = ? WHERE id = ?', seenPhoto, id);
  }

  remove(id: number): void {
    this.#db.run('DELETE FROM album WHERE id = ?', id);
  }

  put(id: number, photoIds: readonly number[], now: number): void {
    this.#db.run(
      `INSERT OR IGNORE INTO album_photo (album_id, hash, added_at)
       SELECT ?, hash, ? FROM (SELECT DISTINCT content.hash FROM photo JOIN content ON content.id = photo.content_id
         WHERE photo.id IN (SELECT value FROM json_each(?)))`,
      id,
      now,
      JSON.stringify(photoIds),
    );
  }

  takeOut(id: number, photoIds: readonly number[]): void {
    this.#db.run(
      `DELETE FROM album_photo WHERE album_id = ? AND hash IN (
         SELECT content.hash FROM photo JOIN content ON content.id = photo.content_id
         WHERE photo.id IN (SELECT value FROM json_each(?)))`,
      id,
      JSON.stringify(photoIds),
    );
  }

  /** Albums filled by hand that hold some photos, with how many of them each holds; by name. */
  holding(photoIds: readonly number[]): { albumId: number; name: string; photos: number }[] {
    return this.#db.all(
      `SELECT album.id AS albumId, album.name, count(*) AS photos FROM photo
         JOIN content ON content.id = photo.content_id JOIN album_photo ON album_photo.hash = content.hash
         JOIN album ON album.id = album_photo.album_id
       WHERE photo.id IN (SELECT value FROM json_each(?)) GROUP BY album.id ORDER BY album.name`,
      JSON.stringify(photoIds),
    );
  }
}
