// Contents in the catalogue: what files hold, with thumbnail and regions, once however many files hold it.
import { ownBuffer } from '../../numeric/half.ts';
import type { Catalogue } from '../catalogue.ts';
import type { DecodedPhoto } from '../decode/decode.ts';
import type { Told } from '../../contract/facts.ts';
import type { PhotoFacts } from '../decode/metadata.ts';

/** Which of a file's facts are read; grows with each kind. Contents that were read with fewer are read again at rest. */
const FACTS = 2;

/** Of a video, in seconds. */
export interface VideoTimes {
  duration: number;
  /** Where the picture is from that stands for it. */
  poster: number;
}

/** What is kept of a decoded photo in its own row, and its thumbnail. */
export interface ContentDraft extends Omit<DecodedPhoto, 'pixels' | 'seen'> {
  /** SHA-256 of the file's bytes. */
  hash: Uint8Array;
  /** Nothing of a picture. */
  video?: VideoTimes;
}

export interface KnownContent {
  id: number;
  takenAt: number | null;
  /** Whether the embedder asked about has seen it. */
  hasFeature: boolean;
}

/** A picture that is one whole region. */
export interface PictureWhole {
  readonly regionId: number;
  readonly contentId: number;
  readonly cameraTakenAt: number | null;
  /** (dimensions) of an embedder. */
  readonly vector: Float16Array<ArrayBuffer>;
}

export class ContentRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  find(hash: Uint8Array, embedderId: number): KnownContent | undefined {
    const row = this.#db.get<{ id: number; takenAt: number | null; hasFeature: number }>(
      `SELECT id, taken_at AS takenAt,
         EXISTS (SELECT 1 FROM region JOIN feature ON feature.region_id = region.id AND feature.embedder_id = ?
           WHERE region.content_id = content.id AND region.kind = 'whole') AS hasFeature
       FROM content WHERE hash = ?`,
      embedderId,
      hash,
    );
    return row && { ...row, hasFeature: row.hasFeature === 1 };
  }

  /** What a content holds, as hexadecimal digits. */
  hashOf(contentId: number): string | undefined {
    return this.#db.value<string>('SELECT hex(hash) FROM content WHERE id = ?', contentId);
  }

  /** The content that holds this. @param hash as hashOf gives it */
  withHash(hash: string): number | undefined {
    return this.#db.value<number>('SELECT id FROM content WHERE hash = ?', Buffer.from(hash, 'hex'));
  }

  /** Adds a content and the region that is the whole of it. */
  insert(draft: ContentDraft): number {
    const { lastInsertRowid } = this.#db.run(
      `INSERT INTO content (hash, width, height, format, colour, taken_at, camera, lens, told, facts, warning,
         duration, poster_time)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      draft.hash,
      draft.width,
      draft.height,
      draft.format,
      draft.colour,
      draft.takenAt,
      draft.camera,
      draft.lens,
      JSON.stringify(draft.told),
      FACTS,
      draft.warning && JSON.stringify(draft.warning),
      draft.video?.duration ?? null,
      draft.video?.poster ?? null,
    );
    const id = Number(lastInsertRowid);
    this.#db.run('INSERT INTO thumbnail (content_id, jpeg) VALUES (?, ?)', id, draft.thumbnail);
    this.#db.run(`INSERT INTO region (content_id, kind) VALUES (?, 'whole')`, id);
    return id;
  }

  /** Contents after one that were read with fewer facts than there are now, in the order of their ids. */
  withOldFacts(after: number, limit: number): number[] {
    return this.#db.values<number>(
      `SELECT id FROM content WHERE facts < ${FACTS} AND id > ? ORDER BY id LIMIT ?`,
      after,
      limit,
    );
  }

  /** Keeps what is told of a content that was read before. When it was taken stays, and so does the order of photos. */
  setFacts(contentId: number, { lens, told }: PhotoFacts): void {
    this.#db.run(
      'UPDATE content SET lens = coalesce(?, lens), told = ?, facts = ? WHERE id = ?',
      lens,
      JSON.stringify(told),
      FACTS,
      contentId,
    );
  }

  /** What files told of a content; undefined where that was not asked when it was read. */
  told(contentId: number): Told | undefined {
    const json = this.#db.value<string | null>('SELECT told FROM content WHERE id = ?', contentId);
    return json ? (JSON.parse(json) as Told) : undefined;
  }

  /** By the camera, or who knows better. @param takenAt wall-clock milliseconds since 1970 */
  setTakenAt(contentId: number, takenAt: number): void {
    this.#db.run('UPDATE content SET taken_at = ? WHERE id = ?', takenAt, contentId);
  }

  /** Contents that some photo holds. */
  count(): number {
    return this.#db.value<number>(
      `SELECT (SELECT count(*) FROM content) - (SELECT count(*) FROM content WHERE orphaned_at IS NOT NULL)`,
    )!;
  }

  /**
   * Regions that are wholes of pictures, no videos, that some photo holds, with what an embedder made of them.
   * @param regionIds of any kind
   */
  wholes(embedderId: number, regionIds: readonly number[]): PictureWhole[] {
    return this.#db
      .all<Omit<PictureWhole, 'vector'> & { vector: Buffer }>(
        `SELECT region.id AS regionId, content.id AS contentId, content.taken_at AS cameraTakenAt, feature.vector AS vector
         FROM region JOIN content ON content.id = region.content_id JOIN feature ON feature.region_id = region.id
         WHERE region.id IN (SELECT value FROM json_each(?)) AND feature.embedder_id = ? AND region.kind = 'whole'
           AND content.duration IS NULL AND content.orphaned_at IS NULL`,
        JSON.stringify(regionIds),
        embedderId,
      )
      .map((row) => ({ ...row, vector: new Float16Array(ownBuffer(row.vector)) }));
  }

  /** The number of the newest content, 0 where there is none. */
  newest(): number {
    return this.#db.value<number>('SELECT ifnull(max(id), 0) FROM content')!;
  }

  /** Pixels, upright; undefined where the content is gone. */
  size(contentId: number): { width: number; height: number } | undefined {
    return this.#db.get('SELECT width, height FROM content WHERE id = ?', contentId);
  }

  thumbnail(contentId: number): Buffer | undefined {
    return this.#db.value<Buffer>('SELECT jpeg FROM thumbnail WHERE content_id = ?', contentId);
  }

  /** Bytes that all thumbnails take, of frames too. */
  thumbnailBytes(): number {
    const sum = (table: string): number => this.#db.value<number | null>(`SELECT sum(length(jpeg)) FROM ${table}`) ?? 0;
    return sum('thumbnail') + sum('frame_thumbnail');
  }

  /** Contents that no file has held since before a time, at most so many. The catalogue itself dates them. */
  orphansBefore(time: number, limit: number): number[] {
    return this.#db.values<number>('SELECT id FROM content WHERE orphaned_at < ? LIMIT ?', time, limit);
  }

  /** Deletes contents with all that was made of them. */
  remove(ids: readonly number[]): void {
    for (const id of ids) this.#db.run('DELETE FROM content WHERE id = ?', id);
  }
}
