// Albums in the catalogue: named queries.
import type { Catalogue } from '../catalogue.ts';

export interface AlbumRow {
  id: number;
  name: string;
  /** JSON, as the engine makes it. */
  query: string;
  /** The newest photo there was when it was last opened. */
  seenPhoto: number;
}

export class AlbumRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  all(): AlbumRow[] {
    return this.#db.all('SELECT id, name, query, seen_photo AS seenPhoto FROM album ORDER BY name');
  }

  get(id: number): AlbumRow | undefined {
    return this.#db.get('SELECT id, name, query, seen_photo AS seenPhoto FROM album WHERE id = ?', id);
  }

  isTaken(name: string): boolean {
    return this.#db.value('SELECT 1 FROM album WHERE name = ?', name) !== undefined;
  }

  add(name: string, query: string, seenPhoto: number, now: number): number {
    const { lastInsertRowid } = this.#db.run(
      'INSERT INTO album (name, query, seen_photo, made_at) VALUES (?, ?, ?, ?)',
      name,
      query,
      seenPhoto,
      now,
    );
    return Number(lastInsertRowid);
  }

  setSeen(id: number, seenPhoto: number): void {
    this.#db.run('UPDATE album SET seen_photo = ? WHERE id = ?', seenPhoto, id);
  }

  remove(id: number): void {
    this.#db.run('DELETE FROM album WHERE id = ?', id);
  }
}
