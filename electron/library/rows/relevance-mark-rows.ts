// What a person marked as relevant for a query: pairs of contents, so that marks outlive moved files.
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
      'INSERT OR IGNORE INTO relevance_mark (query_content_id, result_content_id, marked_at) VALUES (?, ?, ?)',
      queryContentId,
      resultContentId,
      now,
    );
  }

  remove({ queryContentId, resultContentId }: RelevanceMark): void {
    this.#db.run(
      'DELETE FROM relevance_mark WHERE query_content_id = ? AND result_content_id = ?',
      queryContentId,
      resultContentId,
    );
  }

  /** The results marked for a query. */
  of(queryContentId: number): Set<number> {
    return new Set(
      this.#db.values<number>(
        'SELECT result_content_id FROM relevance_mark WHERE query_content_id = ?',
        queryContentId,
      ),
    );
  }

  /** The latest ones. */
  latest(limit: number): RelevanceMark[] {
    return this.#db.all(
      `SELECT query_content_id AS queryContentId, result_content_id AS resultContentId FROM relevance_mark
       ORDER BY marked_at DESC LIMIT ?`,
      limit,
    );
  }
}
