// Photos (files) in the catalogue: what the scan found, and what became of it.
import { claimByName } from '../files/formats.ts';
import { isWithin, pathRange } from '../files/paths.ts';
import type { FoundFile } from '../files/walk.ts';
import type { Catalogue } from '../catalogue.ts';
import type { WordRows } from './word-rows.ts';
import { toBox, type RegionRow } from './region-rows.ts';
import type { Sentence } from '../../contract/sentence.ts';

export interface WaitingPhoto extends FoundFile {
  id: number;
  /** Wall-clock milliseconds; of a file that was never read, when it was last written. */
  takenAt: number;
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
  /** Videos that wait for a page to look at them. */
  videosWaiting: number;
}

/** When a file was modified whose bytes were not here. */
const NOT_HERE = -1;

export type Reconciled = 'new' | 'changed' | 'unchanged';

export interface TileRow {
  photoId: number;
  contentId: number;
  path: string;
  colour: number;
  width: number;
  height: number;
  takenAt: number;
  /** Wall-clock milliseconds; null where the camera did not say. */
  cameraTakenAt: number | null;
  /** 0 or 1. */
  favourite: number;
  /** 0 to 5. */
  stars: number;
  /** Seconds; null of a picture. */
  duration: number | null;
}

/** A photo, and a region of what it holds. */
export interface RegionTile {
  tile: TileRow;
  region: RegionRow;
}

interface RawRegion {
  id: number;
  kind: RegionRow['kind'];
  x: number | null;
  y: number;
  boxWidth: number;
  boxHeight: number;
  time: number | null;
}

const TILE_COLUMNS = `photo.id AS photoId, content.id AS contentId, photo.path AS path, content.colour AS colour,
  content.width AS width, content.height AS height, photo.taken_at AS takenAt, content.taken_at AS cameraTakenAt,
  coalesce(annotation.favourite, 0) AS favourite, coalesce(annotation.stars, 0) AS stars, content.duration AS duration`;
const TILE = `${TILE_COLUMNS} FROM photo JOIN content ON content.id = photo.content_id
  LEFT JOIN annotation ON annotation.hash = content.hash`;

interface TimelineRow {
  photoId: number;
  takenAt: number;
  width: number;
  height: number;
  colour: number;
}

const TIMELINE = `SELECT photo.id AS photoId, photo.taken_at AS takenAt, content.width, content.height, content.colour
  FROM photo JOIN content ON content.id = photo.content_id`;

export class PhotoRows {
  readonly #db: Catalogue;
  readonly #words: WordRows;

  constructor(db: Catalogue, words: WordRows) {
    this.#db = db;
    this.#words = words;
  }

  /** Pictures that wait to be read; from their own index, so that it costs nothing to ask. */
  waitingCount(): number {
    return this.#db.value<number>(`SELECT count(*) FROM photo WHERE state = 'waiting' AND video = 0`)!;
  }

  /** Of the videos that wait, those whose drive is there. */
  videosToRead(): number {
    return this.#db.value<number>(
      `SELECT count(*) FROM photo JOIN folder ON folder.id = photo.folder_id
       WHERE state = 'waiting' AND video = 1 AND folder.available = 1 AND folder.removed_at IS NULL`,
    )!;
  }

  /** The number of the newest photo, 0 where there is none. */
  newest(): number {
    return this.#db.value<number>('SELECT ifnull(max(id), 0) FROM photo')!;
  }

  counts(): PhotoCounts {
    const { photos, failed } = this.#db.get<{ photos: number; failed: number }>(
      `SELECT (SELECT coalesce(sum(photos), 0) FROM folder) AS photos,
         (SELECT count(*) FROM photo WHERE state = 'failed') AS failed`,
    )!;
    const waiting = this.waitingCount();
    const videosWaiting = this.#db.value<number>(`SELECT count(*) FROM photo WHERE state = 'waiting' AND video = 1`)!;
    return { photos, indexed: photos - waiting - failed - videosWaiting, waiting, failed, videosWaiting };
  }

  /**
   * Notes that a file was seen in scan number `seen`. A new file, or one whose size or time changed, waits
   * to be read; a changed one keeps its content until then.
   */
  reconcile(folderId: number, file: FoundFile, seen: number): Reconciled {
    const known = this.#db.get<{ id: number; size: number; modifiedAt: number }>(
      'SELECT id, size, modified_at AS modifiedAt FROM photo WHERE path = ?',
      file.path,
    );
    if (!known) {
      const { lastInsertRowid } = this.#db.run(
        `INSERT INTO photo (folder_id, path, size, modified_at, state, taken_at, seen, video)
         VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?)`,
        folderId,
        file.path,
        file.size,
        file.modifiedAt,
        Math.round(file.modifiedAt),
        seen,
        claimByName(file.path) === 'video' ? 1 : 0,
      );
      this.#words.note(Number(lastInsertRowid));
      return 'new';
    }
    if (known.size === file.size && known.modifiedAt === file.modifiedAt) {
      this.#db.run('UPDATE photo SET seen = ?, folder_id = ? WHERE id = ?', seen, folderId, known.id);
      return 'unchanged';
    }
    this.#db.run(
      `UPDATE photo SET seen = ?, folder_id = ?, size = ?, modified_at = ?, state = 'waiting', reason = NULL
       WHERE id = ?`,
      seen,
      folderId,
      file.size,
      file.modifiedAt,
      known.id,
    );
    return 'changed';
  }

  /**
   * Notes that a file was seen whose bytes are not here. One that is known stays what it is; a new one is a problem with that reason,
   * until it is here, or is to be read all the same.
   */
  reconcileNotHere(folderId: number, file: FoundFile, seen: number, reason: Sentence): Reconciled {
    const known = this.byPath(file.path);
    if (known) {
      this.#db.run('UPDATE photo SET seen = ?, folder_id = ? WHERE id = ?', seen, folderId, known.id);
      return 'unchanged';
    }
    // By a time that no file has, so that it counts as changed once its bytes are here.
    this.reconcile(folderId, { ...file, modifiedAt: NOT_HERE }, seen);
    this.fail(this.byPath(file.path)!.id, reason);
    return 'new';
  }

  /** Photos of a folder that scan `seen` did not meet, without those at or below paths that it could not look into. */
  unseen(folderId: number, seen: number, unreadable: readonly string[]): number[] {
    return this.#db
      .all<{ id: number; path: string }>('SELECT id, path FROM photo WHERE folder_id = ? AND seen <> ?', folderId, seen)
      .filter(({ path }) => !unreadable.some((place) => isWithin(path, place)))
      .map(({ id }) => id);
  }

  /** Photos at a path, or anywhere below it where it is a folder. */
  under(path: string): number[] {
    const [first, after] = pathRange(path);
    return this.#db.values<number>(
      'SELECT id FROM photo WHERE path = ? OR (path >= ? AND path < ?)',
      path,
      first,
      after,
    );
  }

  /** Some photos of a folder that were read, by number all over it. */
  sampleOf(folderId: number, limit: number): { path: string; size: number }[] {
    const count = this.#db.value<number>('SELECT photos FROM folder WHERE id = ?', folderId) ?? 0;
    return this.#db.all(
      `SELECT path, size FROM (SELECT path, size, row_number() OVER (ORDER BY id) AS n FROM photo WHERE folder_id = ?)
       WHERE n % ? = 0 LIMIT ?`,
      folderId,
      Math.max(1, Math.floor(count / limit)),
      limit,
    );
  }

  remove(ids: readonly number[]): void {
    if (ids.length === 0) return;
    this.#db.inTransaction(() => {
      for (const id of ids) this.#db.run('DELETE FROM photo WHERE id = ?', id);
    });
  }

  /**
   * Pictures, or videos, to read, the newest first.
   * @param after where to go on, as the last one of an earlier answer; nothing for the newest
   */
  waiting(
    after: Pick<WaitingPhoto, 'takenAt' | 'id'> | undefined,
    limit: number,
    kind: 'pictures' | 'videos' = 'pictures',
  ): WaitingPhoto[] {
    return this.#db.all(
      `SELECT photo.id, photo.path, size, modified_at AS modifiedAt, taken_at AS takenAt FROM photo
       JOIN folder ON folder.id = photo.folder_id
       WHERE state = 'waiting' AND video = ${kind === 'videos' ? 1 : 0} AND (taken_at, photo.id) < (?, ?)
         AND folder.available = 1 AND folder.removed_at IS NULL
       ORDER BY taken_at DESC, photo.id DESC LIMIT ?`,
      after?.takenAt ?? Number.MAX_SAFE_INTEGER,
      after?.id ?? 0,
      limit,
    );
  }

  /** Notes a file's size and time as they are now; it goes on waiting. */
  restat(id: number, size: number, modifiedAt: number): void {
    this.#db.run('UPDATE photo SET size = ?, modified_at = ? WHERE id = ?', size, modifiedAt, id);
  }

  /** What a photo holds; undefined where it has not been read, or is gone. */
  contentOf(id: number): number | undefined {
    return this.#db.value<number | null>('SELECT content_id FROM photo WHERE id = ?', id) ?? undefined;
  }

  link(id: number, contentId: number, takenAt: number): void {
    const words = (): string | undefined =>
      this.#db.value(
        `SELECT photo.taken_at || ifnull(content.told ->> '$.caption', '') FROM photo
         LEFT JOIN content ON content.id = photo.content_id WHERE photo.id = ?`,
        id,
      );
    const before = words();
    this.#db.run(
      `UPDATE photo SET content_id = ?, taken_at = ?, state = 'indexed', reason = NULL WHERE id = ?`,
      contentId,
      takenAt,
      id,
    );
    // What it is found by beside its name.
    if (words() !== before) this.#words.note(id);
  }

  /** @param takenAt wall-clock milliseconds */
  setTakenAt(id: number, takenAt: number): void {
    this.#db.run('UPDATE photo SET taken_at = ? WHERE id = ?', takenAt, id);
  }

  /** Shows a photo as a content until its file is read: it goes on waiting. */
  showUntilRead(id: number, contentId: number, takenAt: number): void {
    this.#db.run('UPDATE photo SET content_id = ?, taken_at = ? WHERE id = ?', contentId, takenAt, id);
    this.#words.note(id);
  }

  fail(id: number, reason: Sentence): void {
    this.#db.run(
      `UPDATE photo SET state = 'failed', reason = ?, content_id = NULL WHERE id = ?`,
      JSON.stringify(reason),
      id,
    );
  }

  /** Fails all photos of a content. @returns their ids */
  failContent(contentId: number, reason: Sentence): number[] {
    const ids = this.tilesOf(contentId).map(({ photoId }) => photoId);
    for (const id of ids) this.fail(id, reason);
    return ids;
  }

  /** Lets failed photos wait again: one, or all. */
  retry(id: number | undefined): number {
    const set = `UPDATE photo SET state = 'waiting', reason = NULL WHERE state = 'failed'`;
    return (id === undefined ? this.#db.run(set) : this.#db.run(`${set} AND id = ?`, id)).changes;
  }

  /** Lets a photo wait that was read, and shows it meanwhile. */
  readAgain(id: number): void {
    this.#db.run(`UPDATE photo SET state = 'waiting' WHERE id = ? AND state = 'indexed'`, id);
  }

  /** Lets photos wait whose content has no feature by an embedder. */
  awaitFeatures(embedderId: number): void {
    this.#db.run(
      `UPDATE photo SET state = 'waiting' WHERE state = 'indexed' AND NOT EXISTS
       (SELECT 1 FROM region JOIN feature ON feature.region_id = region.id AND feature.embedder_id = ?
        WHERE region.content_id = photo.content_id AND region.kind = 'whole')`,
      embedderId,
    );
  }

  problems(start: number, count: number): { photoId: number; path: string; reason: Sentence }[] {
    const rows = this.#db.all<{ photoId: number; path: string; reason: string }>(
      `SELECT id AS photoId, path, reason FROM photo WHERE state = 'failed' ORDER BY path LIMIT ? OFFSET ?`,
      count,
      start,
    );
    return rows.map((row) => ({ ...row, reason: JSON.parse(row.reason) as Sentence }));
  }

  /** What the timeline orders by, of every photo that has a picture to show. */
  timelineRows(): IterableIterator<TimelineRow> {
    return this.#db.iterate(TIMELINE);
  }

  /** The same of some photos. */
  timelineRowsOf(photoIds: readonly number[]): TimelineRow[] {
    return this.#db.all(`${TIMELINE} WHERE photo.id IN (SELECT value FROM json_each(?))`, JSON.stringify(photoIds));
  }

  tile(photoId: number): TileRow | undefined {
    return this.#db.get(`SELECT ${TILE} WHERE photo.id = ?`, photoId);
  }

  /** Those of some photos that have a picture to show, by photo; in one question, which costs a fraction of as many. */
  tiles(photoIds: readonly number[]): Map<number, TileRow> {
    const rows = this.#db.all<TileRow>(
      `SELECT ${TILE} WHERE photo.id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(photoIds),
    );
    return new Map(rows.map((row) => [row.photoId, row]));
  }

  /** How many of some photos are there, how many files they are with those that they show, and the bytes of all. */
  measure(photoIds: readonly number[]): { photos: number; files: number; bytes: number } {
    const [measured] = this.#db.all<{ photos: number; files: number; bytes: number }>(
      `WITH asked AS (SELECT value AS id FROM json_each(?)),
         file AS (SELECT size, 1 AS photo FROM photo WHERE id IN asked
           UNION ALL SELECT size, 0 FROM photo WHERE lead_id IN asked)
       SELECT coalesce(sum(photo), 0) AS photos, count(*) AS files, coalesce(sum(size), 0) AS bytes FROM file`,
      JSON.stringify(photoIds),
    );
    return measured!;
  }

  /** Paths of those of some photos that are there. */
  paths(photoIds: readonly number[]): Map<number, string> {
    const rows = this.#db.all<{ id: number; path: string }>(
      'SELECT id, path FROM photo WHERE id IN (SELECT value FROM json_each(?))',
      JSON.stringify(photoIds),
    );
    return new Map(rows.map(({ id, path }) => [id, path]));
  }

  /** Photos that hold a content, in the order of their paths. */
  tilesOf(contentId: number): TileRow[] {
    return this.#db.all(`SELECT ${TILE} WHERE content.id = ? ORDER BY photo.path`, contentId);
  }

  /** Paths of other photos that hold a content, in their order. */
  copies(contentId: number, than: number, limit: number): string[] {
    return this.#db.values<string>(
      'SELECT path FROM photo WHERE content_id = ? AND id <> ? ORDER BY path LIMIT ?',
      contentId,
      than,
      limit,
    );
  }

  /** Photos that hold a content. */
  copyCount(contentId: number): number {
    return this.#db.value<number>('SELECT count(*) FROM photo WHERE content_id = ?', contentId)!;
  }

  /** Photos that hold some regions, with the region, by region; in the order of their paths. */
  tilesOfRegions(regionIds: readonly number[]): Map<number, RegionTile[]> {
    const rows = this.#db.all<TileRow & RawRegion>(
      `SELECT region.id AS id, region.kind AS kind, region.x AS x, region.y AS y, region.width AS boxWidth,
         region.height AS boxHeight, coalesce(region.time, content.poster_time) AS time, ${TILE_COLUMNS}
       FROM region JOIN content ON content.id = region.content_id JOIN photo ON photo.content_id = content.id
         LEFT JOIN annotation ON annotation.hash = content.hash
       WHERE region.id IN (SELECT value FROM json_each(?)) ORDER BY photo.path`,
      JSON.stringify(regionIds),
    );
    const tiles = rows.map(({ id, kind, x, y, boxWidth, boxHeight, time, ...tile }) => ({
      tile,
      region: { id, contentId: tile.contentId, kind, box: toBox(x, y, boxWidth, boxHeight), time },
    }));
    return Map.groupBy(tiles, ({ region }) => region.id);
  }

  path(photoId: number): string | undefined {
    return this.#db.value<string>('SELECT path FROM photo WHERE id = ?', photoId);
  }

  /** Whether the drive of a photo's folder is not there. */
  isAway(photoId: number): boolean {
    return (
      this.#db.value<number>(
        'SELECT folder.available FROM photo JOIN folder ON folder.id = folder_id WHERE photo.id = ?',
        photoId,
      ) === 0
    );
  }

  byPath(path: string): PhotoRow | undefined {
    return this.#db.get(
      `SELECT id, content_id AS contentId, state, path, size, modified_at AS modifiedAt, taken_at AS takenAt
       FROM photo WHERE path = ?`,
      path,
    );
  }

  details(photoId: number): (TileRow & DetailColumns) | undefined {
    return this.#db.get(
      `SELECT ${TILE_COLUMNS}, photo.size AS size, content.format AS format, content.camera AS camera,
         content.lens AS lens, content.told AS told, content.warning AS warning, folder.path AS folder, folder.available AS available
       FROM photo JOIN content ON content.id = photo.content_id JOIN folder ON folder.id = photo.folder_id
         LEFT JOIN annotation ON annotation.hash = content.hash
       WHERE photo.id = ?`,
      photoId,
    );
  }
}

interface DetailColumns {
  size: number;
  format: string;
  camera: string | null;
  lens: string | null;
  /** JSON of a Sentence. */
  warning: string | null;
  folder: string;
  available: number;
  /** JSON of a Told. */
  told: string | null;
}
