// What a person marked as relevant for a query: pairs of contents, kept by their hashes, so that marks outlive
// moved files and the numbers of contents.
import type { Catalogue } from '../catalogue.ts';

export interface RelevanceMark {
  queryContentId: number;
  resultContentId: number;
}

export class RelevanceMarkRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  add({ queryContentId, resultContentId }: RelevanceMark, now: number): void {
    this.#db.run(
      `INSERT OR IGNORE INTO relevance_mark (query_hash, result_hash, marked_at)
       SELECT query.hash, result.hash, ? FROM content AS query, content AS result WHERE query.id = ? AND result.id = ?`,
      now,
      queryContentId,
      resultContentId,
    );
  }

  remove({ queryContentId, resultContentId }: RelevanceMark): void {
    this.#db.run(
      `DELETE FROM relevance_mark WHERE query_hash = (SELECT hash FROM content WHERE id = ?)
       AND result_hash = (SELECT hash FROM content WHERE id = ?)`,
      queryContentId,
      resultContentId,
    );
  }

  /** The results marked for a query. */
  of(queryContentId: number): Set<number> {
    return new Set(
      this.#db.values<number>(
        `SELECT result.id FROM content AS query JOIN relevance_mark ON query_hash = query.hash
         JOIN content AS result ON result.hash = result_hash WHERE query.id = ?`,
        queryContentId,
      ),
    );
  }

  /** The latest ones whose photos are both there. */
  latest(limit: number): RelevanceMark[] {
    return this.#db.all(
      `SELECT query.id AS queryContentId, result.id AS resultContentId FROM relevance_mark
       JOIN content AS query ON query.hash = query_hash JOIN content AS result ON result.hash = result_hash
       ORDER BY marked_at DESC LIMIT ?`,
      limit,
    );
  }
}
