// Folders in the catalogue.
import type { Catalogue } from '../catalogue.ts';
import type { VolumePlace } from '../files/volumes.ts';
import { moveFolder } from './folder-move.ts';

export interface FolderRow {
  id: number;
  path: string;
  device: string;
  available: boolean;
  /** Whether what is said of its photos is written beside them. */
  sidecars: boolean;
  /** Whether a drive card is kept in it. */
  card: boolean;
  /** Its drive, see Volume; null where the system knows no id of it. */
  volume: string | null;
  volumeName: string | null;
  /** Below the drive's mount point. */
  volumePath: string | null;
}

/** What became of some photos of a folder that is being removed. */
export interface RemovedPhotos {
  photoIds: number[];
  /** Contents that no file holds any more. */
  contentIds: number[];
}

export class FolderRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Those that are watched; without those that are being removed. */
  all(): FolderRow[] {
    return this.#db
      .all<Omit<FolderRow, 'available' | 'sidecars' | 'card'> & { available: number; sidecars: number; card: number }>(
        `SELECT id, path, device, available, sidecars, card, volume, volume_name AS volumeName, volume_path AS volumePath
         FROM folder WHERE removed_at IS NULL ORDER BY path`,
      )
      .map((row) => ({
        ...row,
        available: row.available === 1,
        sidecars: row.sidecars === 1,
        card: row.card === 1,
      }));
  }

  /** Photos a folder holds, by folder id. */
  photoCounts(): Map<number, number> {
    const rows = this.#db.all<{ id: number; n: number }>('SELECT id, photos AS n FROM folder');
    return new Map(rows.map(({ id, n }) => [id, n]));
  }

  /** Adds a folder and takes in the photos of watched folders inside it, which stop being folders of their own. */
  add(path: string, device: string, inside: readonly number[], now: number): number {
    return this.#db.inTransaction(() => {
      // Added again while it is still being removed: what is left of it goes on being removed under another name.
      this.#db.run(`UPDATE folder SET path = path || char(0) || id WHERE path = ? AND removed_at IS NOT NULL`, path);
      const { lastInsertRowid } = this.#db.run(
        'INSERT INTO folder (path, device, added_at) VALUES (?, ?, ?)',
        path,
        device,
        now,
      );
      const id = Number(lastInsertRowid);
      for (const other of inside) {
        this.#db.run('UPDATE photo SET folder_id = ? WHERE folder_id = ?', id, other);
        this.#db.run('UPDATE beside SET folder_id = ? WHERE folder_id = ?', id, other);
        this.#db.run('DELETE FROM folder WHERE id = ?', other);
      }
      return id;
    });
  }

  setAvailable(id: number, available: boolean, device?: string): void {
    this.#db.run(
      'UPDATE folder SET available = ?, device = coalesce(?, device) WHERE id = ?',
      available ? 1 : 0,
      device ?? null,
      id,
    );
  }

  setVolume(id: number, { volume, path }: VolumePlace): void {
    this.#db.run(
      'UPDATE folder SET volume = ?, volume_name = ?, volume_path = ? WHERE id = ?',
      volume.id,
      volume.name,
      path,
      id,
    );
  }

  /** Lets a folder lie somewhere else, with all its photos. @param from where it was */
  move(id: number, from: string, to: string): void {
    this.#db.inTransaction(() => moveFolder(this.#db, id, from, to));
  }

  setSidecars(id: number, on: boolean): void {
    this.#db.run('UPDATE folder SET sidecars = ? WHERE id = ?', on ? 1 : 0, id);
  }

  setCard(id: number, on: boolean): void {
    this.#db.run('UPDATE folder SET card = ? WHERE id = ?', on ? 1 : 0, id);
  }

  /** From now on a folder is no longer watched, and its photos may be deleted. */
  markRemoved(id: number, now: number): void {
    this.#db.run('UPDATE folder SET removed_at = ? WHERE id = ?', now, id);
  }

  /** Folders whose photos are still being deleted. */
  beingRemoved(): number[] {
    return this.#db.values<number>('SELECT id FROM folder WHERE removed_at IS NOT NULL');
  }

  /**
   * Deletes some photos of a folder that is being removed, and in the end the folder. To be called inside a
   * transaction; what becomes of the contents is the caller's to say.
   * @returns undefined when nothing of it is left
   */
  removeSome(id: number, limit: number): RemovedPhotos | undefined {
    const rows = this.#db.all<{ id: number; contentId: number | null }>(
      'SELECT id, content_id AS contentId FROM photo WHERE folder_id = ? LIMIT ?',
      id,
      limit,
    );
    if (rows.length === 0) {
      this.#db.run('DELETE FROM folder WHERE id = ?', id);
      return undefined;
    }
    for (const row of rows) this.#db.run('DELETE FROM photo WHERE id = ?', row.id);
    const contentIds = [...new Set(rows.flatMap(({ contentId }) => contentId ?? []))];
    const orphans = this.#db.values<number>(
      `SELECT id FROM content WHERE id IN (SELECT value FROM json_each(?)) AND orphaned_at IS NOT NULL`,
      JSON.stringify(contentIds),
    );
    return { photoIds: rows.map((row) => row.id), contentIds: orphans };
  }
}
