// Files beside photos in the catalogue: XMP and JSON that say something of them.
import { basename } from 'node:path';
import type { Catalogue } from '../catalogue.ts';
import { besideNames, photosBeside } from '../files/beside.ts';
import { isWithin, pathRange } from '../files/paths.ts';
import type { FoundFile } from '../files/walk.ts';

/** A photo that a file lies beside. */
export interface PhotoBeside {
  photoId: number;
  path: string;
  /** Null where it was not read yet. */
  contentId: number | null;
}

export class BesideRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /**
   * Notes that a file was seen in scan number `seen`. One that is new or changed is due, unless its photos are yet to be read: then they
   * are read with it.
   */
  reconcile(folderId: number, { path, size, modifiedAt }: FoundFile, seen: number): void {
    const known = this.#db.get<{ size: number; modifiedAt: number; state: string }>(
      'SELECT size, modified_at AS modifiedAt, state FROM beside WHERE path = ?',
      path,
    );
    const isSame = known?.size === size && known.modifiedAt === modifiedAt && known.state !== 'gone';
    if (isSame) {
      this.#db.run('UPDATE beside SET seen = ?, folder_id = ? WHERE path = ?', seen, folderId, path);
      return;
    }
    const isDue = this.photosOf(path).some(({ contentId }) => contentId !== null);
    this.#db.run(
      `INSERT OR REPLACE INTO beside (path, folder_id, size, modified_at, seen, state) VALUES (?, ?, ?, ?, ?, ?)`,
      path,
      folderId,
      size,
      modifiedAt,
      seen,
      isDue ? 'due' : 'known',
    );
  }

  /** Files of a folder that scan `seen` did not meet are gone, but for those at or below paths that it could not look into. */
  goneUnseen(folderId: number, seen: number, unreadable: readonly string[]): void {
    const paths = this.#db
      .values<string>('SELECT path FROM beside WHERE folder_id = ? AND seen <> ?', folderId, seen)
      .filter((path) => !unreadable.some((place) => isWithin(path, place)));
    for (const path of paths) this.#setGone(path);
  }

  /** A file is gone, or a folder with all files in it. */
  goneAt(path: string): void {
    const [first, after] = pathRange(path);
    for (const gone of this.#db.values<string>(
      'SELECT path FROM beside WHERE path = ? OR (path >= ? AND path < ?)',
      path,
      first,
      after,
    ))
      this.#setGone(gone);
  }

  /** Files that are due, after one, in the order of their paths, of folders whose drive is there. */
  due(after: string, limit: number): string[] {
    return this.#db.values<string>(
      `SELECT beside.path FROM beside JOIN folder ON folder.id = folder_id
       WHERE state <> 'known' AND beside.path > ? AND folder.available = 1 AND folder.removed_at IS NULL
       ORDER BY beside.path LIMIT ?`,
      after,
      limit,
    );
  }

  /** What the photos beside a file tell has been read again. */
  settle(path: string): void {
    this.#db.run(`DELETE FROM beside WHERE path = ? AND state = 'gone'`, path);
    this.#db.run(`UPDATE beside SET state = 'known' WHERE path = ?`, path);
  }

  /** Photos that a file says something of. */
  photosOf(path: string): PhotoBeside[] {
    const { paths, ranges } = photosBeside(path);
    const columns = 'SELECT id AS photoId, path, content_id AS contentId FROM photo';
    const found = [
      ...this.#db.all<PhotoBeside>(`${columns} WHERE path IN (SELECT value FROM json_each(?))`, JSON.stringify(paths)),
      ...ranges.flatMap(([first, after]) =>
        this.#db.all<PhotoBeside>(`${columns} WHERE path > ? AND path < ?`, first, after),
      ),
    ];
    const name = basename(path);
    const those = found.filter((photo) => besideNames(basename(photo.path)).includes(name));
    return [...new Map(those.map((photo) => [photo.photoId, photo])).values()];
  }

  #setGone(path: string): void {
    this.#db.run(`UPDATE beside SET state = 'gone' WHERE path = ?`, path);
  }
}
