// Photos (files) in the catalogue: what the scan found, and what became of it.
import type { Catalogue } from './catalogue.ts';

export interface FoundFile {
  path: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970, UTC. */
  modifiedAt: number;
}

export interface WaitingPhoto extends FoundFile {
  id: number;
}

export interface PhotoRow extends WaitingPhoto {
  contentId: number | null;
  state: 'waiting' | 'indexed' | 'failed';
}

export interface PhotoCounts {
  photos: number;
  indexed: number;
  waiting: number;
  failed: number;
}

export type Reconciled = 'new' | 'changed' | 'unchanged';

export interface TileRow {
  photoId: number;
  contentId: number;
  path: string;
  colour: number;
  width: number;
  height: number;
  takenAt: number;
}

const TILE = `photo.id AS photoId, content.id AS contentId, photo.path AS path, content.colour AS colour,
  content.width AS width, content.height AS height, photo.taken_at AS takenAt
  FROM photo JOIN content ON content.id = photo.content_id`;

export class PhotoRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Photos that wait to be read; from their own index, so that it costs nothing to ask. */
  waitingCount(): number {
    return this.#db.prepare<[], { n: number }>(`SELECT count(*) AS n FROM photo WHERE state = 'waiting'`).get()!.n;
  }

  counts(): PhotoCounts {
    const { photos, failed } = this.#db
      .prepare<[], { photos: number; failed: number }>(
        `SELECT (SELECT coalesce(sum(photos), 0) FROM folder) AS photos, (SELECT count(*) FROM photo WHERE state = 'failed') AS failed`,
      )
      .get()!;
    const waiting = this.waitingCount();
    return { photos, indexed: photos - waiting - failed, waiting, failed };
  }

  /**
   * Notes that a file was seen in scan number `seen`. A new file, or one whose size or time changed, waits
   * to be read; a changed one keeps its content until then.
   */
  reconcile(folderId: number, file: FoundFile, seen: number): Reconciled {
    const known = this.#db
      .prepare<[string], { id: number; size: number; modifiedAt: number }>(
        'SELECT id, size, modified_at AS modifiedAt FROM photo WHERE path = ?',
      )
      .get(file.path);
    if (!known) {
      this.#db
        .prepare(
          `INSERT INTO photo (folder_id, path, size, modified_at, state, taken_at, seen)
           VALUES (?, ?, ?, ?, 'waiting', ?, ?)`,
        )
        .run(folderId, file.path, file.size, file.modifiedAt, Math.round(file.modifiedAt), seen);
      return 'new';
    }
    if (known.size === file.size && known.modifiedAt === file.modifiedAt) {
      this.#db.prepare('UPDATE photo SET seen = ?, folder_id = ? WHERE id = ?').run(seen, folderId, known.id);
      return 'unchanged';
    }
    this.#db
      .prepare(
        `UPDATE photo SET seen = ?, folder_id = ?, size = ?, modified_at = ?, state = 'waiting', reason = NULL WHERE id = ?`,
      )
      .run(seen, folderId, file.size, file.modifiedAt, known.id);
    return 'changed';
  }

  /** Photos of a folder that scan `seen` did not meet, without those under paths it could not look into. */
  unseen(folderId: number, seen: number, unreadable: readonly string[]): number[] {
    const rows = this.#db
      .prepare<[number, number], { id: number; path: string }>(
        'SELECT id, path FROM photo WHERE folder_id = ? AND seen <> ?',
      )
      .all(folderId, seen);
    return rows.filter(({ path }) => !unreadable.some((place) => path.startsWith(place))).map(({ id }) => id);
  }

  /** Photos at a path, or anywhere below it where it is a folder. */
  under(path: string, separator: string): number[] {
    const prefix = path + separator;
    return this.#db
      .prepare<[string, string, string], { id: number }>(
        'SELECT id FROM photo WHERE path = ? OR (path >= ? AND path < ?)',
      )
      .all(path, prefix, prefix.slice(0, -1) + String.fromCharCode(separator.charCodeAt(0) + 1))
      .map(({ id }) => id);
  }

  remove(ids: readonly number[]): void {
    const statement = this.#db.prepare('DELETE FROM photo WHERE id = ?');
    this.#db.transaction(() => ids.forEach((id) => statement.run(id))).immediate();
  }

  /** The next photos to read, in the order they were found, after a given id. */
  waiting(after: number, limit: number): WaitingPhoto[] {
    return this.#db
      .prepare<[number, number], WaitingPhoto>(
        `SELECT photo.id, photo.path, size, modified_at AS modifiedAt FROM photo
         JOIN folder ON folder.id = photo.folder_id
         WHERE state = 'waiting' AND photo.id > ? AND folder.available = 1 ORDER BY photo.id LIMIT ?`,
      )
      .all(after, limit);
  }

  /** Notes a file's size and time as they are now; it goes on waiting. */
  restat(id: number, size: number, modifiedAt: number): void {
    this.#db.prepare('UPDATE photo SET size = ?, modified_at = ? WHERE id = ?').run(size, modifiedAt, id);
  }

  link(id: number, contentId: number, takenAt: number): void {
    this.#db
      .prepare(`UPDATE photo SET content_id = ?, taken_at = ?, state = 'indexed', reason = NULL WHERE id = ?`)
      .run(contentId, takenAt, id);
  }

  fail(id: number, reason: string): void {
    this.#db.prepare(`UPDATE photo SET state = 'failed', reason = ?, content_id = NULL WHERE id = ?`).run(reason, id);
  }

  /** Fails all photos of a content. @returns their ids */
  failContent(contentId: number, reason: string): number[] {
    const ids = this.tilesOf(contentId).map(({ photoId }) => photoId);
    for (const id of ids) this.fail(id, reason);
    return ids;
  }

  /** Lets failed photos wait again: one, or all. */
  retry(id: number | undefined): number {
    const set = `UPDATE photo SET state = 'waiting', reason = NULL WHERE state = 'failed'`;
    const { changes } = id === undefined ? this.#db.prepare(set).run() : this.#db.prepare(`${set} AND id = ?`).run(id);
    return changes;
  }

  /** Lets photos wait whose content has no feature by an embedder. */
  awaitFeatures(embedderId: number): void {
    this.#db
      .prepare(
        `UPDATE photo SET state = 'waiting' WHERE state = 'indexed' AND NOT EXISTS
         (SELECT 1 FROM feature WHERE embedder_id = ? AND feature.content_id = photo.content_id)`,
      )
      .run(embedderId);
  }

  problems(start: number, count: number): { photoId: number; path: string; reason: string }[] {
    return this.#db
      .prepare<[number, number], { photoId: number; path: string; reason: string }>(
        `SELECT id AS photoId, path, reason FROM photo WHERE state = 'failed' ORDER BY path LIMIT ? OFFSET ?`,
      )
      .all(count, start);
  }

  /** What the timeline orders by, of every photo that has a picture to show. */
  *timelineRows(): Generator<{ photoId: number; takenAt: number; width: number; height: number }> {
    yield* this.#db
      .prepare<[], { photoId: number; takenAt: number; width: number; height: number }>(
        `SELECT photo.id AS photoId, photo.taken_at AS takenAt, content.width, content.height
         FROM photo JOIN content ON content.id = photo.content_id`,
      )
      .iterate();
  }

  tile(photoId: number): TileRow | undefined {
    return this.#db.prepare<[number], TileRow>(`SELECT ${TILE} WHERE photo.id = ?`).get(photoId);
  }

  /** Photos that hold a content, in the order of their paths. */
  tilesOf(contentId: number): TileRow[] {
    return this.#db
      .prepare<[number], TileRow>(`SELECT ${TILE} WHERE content.id = ? ORDER BY photo.path`)
      .all(contentId);
  }

  /** The same of several contents, by content; in one question, which costs a fraction of as many. */
  tilesOfAll(contentIds: readonly number[]): Map<number, TileRow[]> {
    const rows = this.#db
      .prepare<[string], TileRow>(
        `SELECT ${TILE} WHERE content.id IN (SELECT value FROM json_each(?)) ORDER BY photo.path`,
      )
      .all(JSON.stringify(contentIds));
    return Map.groupBy(rows, ({ contentId }) => contentId);
  }

  path(photoId: number): string | undefined {
    return this.#db.prepare<[number], { path: string }>('SELECT path FROM photo WHERE id = ?').get(photoId)?.path;
  }

  byPath(path: string): PhotoRow | undefined {
    return this.#db
      .prepare<[string], PhotoRow>(
        'SELECT id, content_id AS contentId, state, path, size, modified_at AS modifiedAt FROM photo WHERE path = ?',
      )
      .get(path);
  }

  details(photoId: number): (TileRow & DetailColumns) | undefined {
    return this.#db
      .prepare<[number], TileRow & DetailColumns>(
        `SELECT photo.id AS photoId, content.id AS contentId, photo.path AS path, content.colour AS colour,
           content.width AS width, content.height AS height, photo.taken_at AS takenAt,
           photo.size AS size, content.format AS format, content.camera AS camera, content.warning AS warning,
           content.taken_at AS cameraTakenAt, folder.path AS folder, folder.available AS available
         FROM photo JOIN content ON content.id = photo.content_id JOIN folder ON folder.id = photo.folder_id
         WHERE photo.id = ?`,
      )
      .get(photoId);
  }
}

interface DetailColumns {
  size: number;
  format: string;
  camera: string | null;
  warning: string | null;
  cameraTakenAt: number | null;
  folder: string;
  available: number;
}
