// Contents in the catalogue: what files hold, with thumbnail and features, once however many files hold it.
import type { Catalogue } from './catalogue.ts';
import type { DecodedPhoto } from './decode.ts';

/** What is kept of a decoded photo: all but the embedder's pixels. */
export interface ContentDraft extends Omit<DecodedPhoto, 'pixels'> {
  /** SHA-256 of the file's bytes. */
  hash: Uint8Array;
}

export interface KnownContent {
  id: number;
  takenAt: number | null;
  /** Whether the embedder asked about has seen it. */
  hasFeature: boolean;
}

export class ContentRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  find(hash: Uint8Array, embedderId: number): KnownContent | undefined {
    const row = this.#db
      .prepare<[number, Uint8Array], { id: number; takenAt: number | null; hasFeature: number }>(
        `SELECT id, taken_at AS takenAt,
           EXISTS (SELECT 1 FROM feature WHERE embedder_id = ? AND content_id = content.id) AS hasFeature
         FROM content WHERE hash = ?`,
      )
      .get(embedderId, hash);
    return row && { ...row, hasFeature: row.hasFeature === 1 };
  }

  insert(draft: ContentDraft): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO content (hash, width, height, format, colour, taken_at, camera, warning) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        draft.hash,
        draft.width,
        draft.height,
        draft.format,
        draft.colour,
        draft.takenAt,
        draft.camera,
        draft.warning,
      );
    const id = Number(lastInsertRowid);
    this.#db.prepare('INSERT INTO thumbnail (content_id, jpeg) VALUES (?, ?)').run(id, draft.thumbnail);
    return id;
  }

  /** Pixels, upright; undefined where the content is gone. */
  size(contentId: number): { width: number; height: number } | undefined {
    return this.#db
      .prepare<[number], { width: number; height: number }>('SELECT width, height FROM content WHERE id = ?')
      .get(contentId);
  }

  thumbnail(contentId: number): Buffer | undefined {
    return this.#db
      .prepare<[number], { jpeg: Buffer }>('SELECT jpeg FROM thumbnail WHERE content_id = ?')
      .get(contentId)?.jpeg;
  }

  /** Bytes that all thumbnails take. */
  thumbnailBytes(): number {
    return this.#db.prepare<[], { n: number | null }>('SELECT sum(length(jpeg)) AS n FROM thumbnail').get()?.n ?? 0;
  }

  /** Marks contents that no photo holds any more, and unmarks those that one holds again. */
  markOrphans(now: number): void {
    this.#db
      .prepare(
        `UPDATE content SET orphaned_at = ? WHERE orphaned_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM photo WHERE photo.content_id = content.id)`,
      )
      .run(now);
    this.#db
      .prepare(
        `UPDATE content SET orphaned_at = NULL WHERE orphaned_at IS NOT NULL
         AND EXISTS (SELECT 1 FROM photo WHERE photo.content_id = content.id)`,
      )
      .run();
  }

  orphansBefore(time: number): number[] {
    return this.#db
      .prepare<[number], { id: number }>('SELECT id FROM content WHERE orphaned_at < ?')
      .all(time)
      .map(({ id }) => id);
  }

  remove(ids: readonly number[]): void {
    const hidden = this.#db.prepare('DELETE FROM hidden WHERE content_id = ?');
    const content = this.#db.prepare('DELETE FROM content WHERE id = ?');
    for (const id of ids) {
      hidden.run(id);
      content.run(id);
    }
  }
}
