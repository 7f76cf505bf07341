// Folders in the catalogue.
import type { Catalogue } from './catalogue.ts';

export interface FolderRow {
  id: number;
  path: string;
  device: string;
  available: boolean;
}

interface RawFolder {
  id: number;
  path: string;
  device: string;
  available: number;
}

export class FolderRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  all(): FolderRow[] {
    const rows = this.#db.prepare<[], RawFolder>('SELECT id, path, device, available FROM folder ORDER BY path').all();
    return rows.map((row) => ({ ...row, available: row.available === 1 }));
  }

  /** Photos a folder holds, by folder id. */
  photoCounts(): Map<number, number> {
    const rows = this.#db.prepare<[], { id: number; n: number }>('SELECT id, photos AS n FROM folder').all();
    return new Map(rows.map(({ id, n }) => [id, n]));
  }

  /** Adds a folder and takes in the photos of watched folders inside it, which stop being folders of their own. */
  add(path: string, device: string, inside: readonly number[], now: number): number {
    return this.#db
      .transaction(() => {
        const { lastInsertRowid } = this.#db
          .prepare('INSERT INTO folder (path, device, added_at) VALUES (?, ?, ?)')
          .run(path, device, now);
        const id = Number(lastInsertRowid);
        for (const other of inside) {
          this.#db.prepare('UPDATE photo SET folder_id = ? WHERE folder_id = ?').run(id, other);
          this.#db.prepare('DELETE FROM folder WHERE id = ?').run(other);
        }
        return id;
      })
      .immediate();
  }

  setAvailable(id: number, available: boolean, device?: string): void {
    this.#db
      .prepare('UPDATE folder SET available = ?, device = coalesce(?, device) WHERE id = ?')
      .run(available ? 1 : 0, device ?? null, id);
  }

  /** Forgets a folder and its photos. */
  remove(id: number): void {
    this.#db
      .transaction(() => {
        this.#db.prepare('DELETE FROM photo WHERE folder_id = ?').run(id);
        this.#db.prepare('DELETE FROM folder WHERE id = ?').run(id);
      })
      .immediate();
  }
}
