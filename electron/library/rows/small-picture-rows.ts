// Small pictures of contents, by which two are compared; see decode/small-picture.ts.
import { fromHalf, toHalf } from '../../numeric/half.ts';
import type { Catalogue } from '../catalogue.ts';
import type { SeenPicture, SmallPicture } from '../decode/small-picture.ts';

export class SmallPictureRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Does nothing where the content is gone, or has one. */
  insert(contentId: number, { small, signature }: SeenPicture): void {
    this.#db.run(
      `INSERT OR IGNORE INTO small_picture (content_id, width, height, pixels, signature)
       SELECT id, ?, ?, ?, ? FROM content WHERE id = ?`,
      small.width,
      small.height,
      small.pixels,
      toHalf(signature),
      contentId,
    );
  }

  get(contentId: number): SmallPicture | undefined {
    return this.#db.get<SmallPicture>(
      'SELECT width, height, pixels FROM small_picture WHERE content_id = ?',
      contentId,
    );
  }

  /** float32, (SIGNATURE_SIZE) */
  signature(contentId: number): Float32Array | undefined {
    const half = this.#db.value<Buffer>('SELECT signature FROM small_picture WHERE content_id = ?', contentId);
    return half && fromHalf(half);
  }

  /** Of contents after a number up to another, in their order. */
  signatures(after: number, upTo: number): { contentId: number; signature: Float32Array }[] {
    return this.#db
      .all<{ contentId: number; signature: Buffer }>(
        `SELECT content_id AS contentId, signature FROM small_picture
         WHERE content_id > ? AND content_id <= ? ORDER BY content_id`,
        after,
        upTo,
      )
      .map(({ contentId, signature }) => ({ contentId, signature: fromHalf(signature) }));
  }

  /** Pictures without one that some photo holds, no videos; after a number up to another, in their order. */
  missing(after: number, upTo: number): number[] {
    return this.#db.values<number>(
      `SELECT id FROM content WHERE id > ? AND id <= ? AND duration IS NULL AND orphaned_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM small_picture WHERE content_id = content.id) ORDER BY id`,
      after,
      upTo,
    );
  }
}
