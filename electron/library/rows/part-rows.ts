// What a model made of the parts of photos.
import type { Catalogue } from '../catalogue.ts';

export interface PartsOfContent {
  contentId: number;
  /** uint8, (parts, code size). */
  codes: Uint8Array;
  /** (parts, bytes of a vector); see numeric/four-bit.ts. */
  vectors: Uint8Array;
}

export class PartRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** To be called inside a transaction. A content that has gone meanwhile is passed over. @returns those written */
  add(modelId: number, parts: readonly PartsOfContent[]): PartsOfContent[] {
    const there = parts.filter(
      ({ contentId }) => this.#db.value('SELECT 1 FROM content WHERE id = ?', contentId) !== undefined,
    );
    for (const { contentId, codes, vectors } of there) {
      this.#db.run('INSERT INTO part_code (model_id, content_id, codes) VALUES (?, ?, ?)', modelId, contentId, codes);
      this.#db.run(
        'INSERT INTO part_vector (model_id, content_id, vectors) VALUES (?, ?, ?)',
        modelId,
        contentId,
        vectors,
      );
    }
    return there;
  }

  /** Codes of contents after one, in the order of their ids. */
  codesAfter(modelId: number, after: number, limit: number): { contentId: number; codes: Uint8Array }[] {
    return this.#db.all(
      `SELECT content_id AS contentId, codes FROM part_code WHERE model_id = ? AND content_id > ?
       ORDER BY content_id LIMIT ?`,
      modelId,
      after,
      limit,
    );
  }

  /** Vectors of the parts of some contents, where there are any. */
  vectorsOf(modelId: number, contentIds: readonly number[]): Map<number, Uint8Array> {
    const rows = this.#db.all<{ contentId: number; vectors: Uint8Array }>(
      `SELECT content_id AS contentId, vectors FROM part_vector
       WHERE content_id IN (SELECT value FROM json_each(?)) AND model_id = ?`,
      JSON.stringify(contentIds),
      modelId,
    );
    return new Map(rows.map(({ contentId, vectors }) => [contentId, vectors]));
  }

  /** Those of some regions whose contents' parts a model has. */
  regionsWithParts(modelId: number, regionIds: readonly number[]): Set<number> {
    return new Set(
      this.#db.values<number>(
        // Asked of each region: as a join, SQLite goes through all parts of a model.
        `SELECT id FROM region WHERE id IN (SELECT value FROM json_each(?))
         AND EXISTS (SELECT 1 FROM part_code WHERE model_id = ? AND content_id = region.content_id)`,
        JSON.stringify(regionIds),
        modelId,
      ),
    );
  }

  /** The models that made parts. */
  modelIds(): number[] {
    return this.#db.values<number>('SELECT DISTINCT model_id FROM part_code');
  }

  /** Contents whose parts a model has. */
  count(modelId: number): number {
    return this.#db.value<number>('SELECT count(*) FROM part_code WHERE model_id = ?', modelId)!;
  }

  /** Contents that some photo holds and whose parts a model lacks, after one and up to another, in the order of their ids. */
  missing(modelId: number, after: number, upTo: number, limit: number): number[] {
    return this.#db.values<number>(
      `SELECT id FROM content WHERE id > ? AND id <= ? AND orphaned_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM part_code WHERE model_id = ? AND content_id = content.id)
       ORDER BY id LIMIT ?`,
      after,
      upTo,
      modelId,
      limit,
    );
  }

  /** Deletes some rows of a model; true when none are left. */
  removeSome(modelId: number, limit: number): boolean {
    const ids = this.#db.values<number>('SELECT content_id FROM part_code WHERE model_id = ? LIMIT ?', modelId, limit);
    for (const id of ids) {
      this.#db.run('DELETE FROM part_code WHERE model_id = ? AND content_id = ?', modelId, id);
      this.#db.run('DELETE FROM part_vector WHERE content_id = ? AND model_id = ?', id, modelId);
    }
    return ids.length === 0;
  }
}
