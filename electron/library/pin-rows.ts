// What a person marked as right for a query: pairs of contents, so that they outlive moved files.
import type { Catalogue } from './catalogue.ts';

export interface Pin {
  queryContentId: number;
  resultContentId: number;
}

export class PinRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  add({ queryContentId, resultContentId }: Pin, now: number): void {
    this.#db
      .prepare('INSERT OR IGNORE INTO pin (query_content_id, result_content_id, pinned_at) VALUES (?, ?, ?)')
      .run(queryContentId, resultContentId, now);
  }

  remove({ queryContentId, resultContentId }: Pin): void {
    this.#db
      .prepare('DELETE FROM pin WHERE query_content_id = ? AND result_content_id = ?')
      .run(queryContentId, resultContentId);
  }

  /** The results marked for a query. */
  of(queryContentId: number): Set<number> {
    return new Set(
      this.#db
        .prepare<[number], number>('SELECT result_content_id FROM pin WHERE query_content_id = ?')
        .pluck()
        .all(queryContentId),
    );
  }

  /** The latest ones. */
  latest(limit: number): Pin[] {
    return this.#db
      .prepare<[number], Pin>(
        'SELECT query_content_id AS queryContentId, result_content_id AS resultContentId FROM pin ORDER BY pinned_at DESC LIMIT ?',
      )
      .all(limit);
  }
}
