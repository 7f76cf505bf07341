// Embedders and the feature vectors they made.
import type { Catalogue } from './catalogue.ts';
import { fromHalf, ownBuffer, toHalf } from '../numeric/half.ts';

export interface EmbedderRow {
  id: number;
  fingerprint: string;
  name: string;
  dimensions: number;
}

export class FeatureRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  embedder(fingerprint: string): EmbedderRow | undefined {
    return this.#db
      .prepare<[string], EmbedderRow>('SELECT id, fingerprint, name, dimensions FROM embedder WHERE fingerprint = ?')
      .get(fingerprint);
  }

  embedders(): EmbedderRow[] {
    return this.#db.prepare<[], EmbedderRow>('SELECT id, fingerprint, name, dimensions FROM embedder').all();
  }

  /**
   * Deletes some features of an embedder that answers no more, and in the end the embedder; its models go before.
   * @returns true when nothing of it is left
   */
  removeSome(embedderId: number, limit: number): boolean {
    const { changes } = this.#db
      .prepare('DELETE FROM feature WHERE rowid IN (SELECT rowid FROM feature WHERE embedder_id = ? LIMIT ?)')
      .run(embedderId, limit);
    if (changes > 0) return false;
    this.#db.prepare('DELETE FROM embedder WHERE id = ?').run(embedderId);
    return true;
  }

  /** Contents that one embedder has seen and another has not, after one, in the order of their ids. */
  unseenBy(embedderId: number, seenBy: number, after: number, limit: number): number[] {
    return this.#db
      .prepare<[number, number, number, number], number>(
        `SELECT content_id FROM feature WHERE embedder_id = ? AND content_id > ? AND NOT EXISTS
         (SELECT 1 FROM feature AS other WHERE other.embedder_id = ? AND other.content_id = feature.content_id) ORDER BY content_id LIMIT ?`,
      )
      .pluck()
      .all(seenBy, after, embedderId, limit);
  }

  addEmbedder(embedder: Omit<EmbedderRow, 'id'>, now: number): EmbedderRow {
    const { lastInsertRowid } = this.#db
      .prepare('INSERT INTO embedder (fingerprint, name, dimensions, added_at) VALUES (?, ?, ?, ?)')
      .run(embedder.fingerprint, embedder.name, embedder.dimensions, now);
    return { ...embedder, id: Number(lastInsertRowid) };
  }

  /** @param vector float32, (dimensions); kept in half precision */
  insert(embedderId: number, contentId: number, vector: Float32Array): void {
    this.#db
      .prepare('INSERT INTO feature (embedder_id, content_id, vector) VALUES (?, ?, ?)')
      .run(embedderId, contentId, toHalf(vector));
  }

  count(embedderId: number): number {
    return this.#db
      .prepare<[number], { n: number }>('SELECT count(*) AS n FROM feature WHERE embedder_id = ?')
      .get(embedderId)!.n;
  }

  get(embedderId: number, contentId: number): Float32Array<ArrayBuffer> | undefined {
    const row = this.#db
      .prepare<[number, number], { vector: Buffer }>(
        'SELECT vector FROM feature WHERE embedder_id = ? AND content_id = ?',
      )
      .get(embedderId, contentId);
    return row && fromHalf(row.vector);
  }

  /** Those of some contents, where there are any. */
  of(embedderId: number, contentIds: readonly number[]): Map<number, Float16Array<ArrayBuffer>> {
    const rows = this.#db
      .prepare<[number, string], { contentId: number; vector: Buffer }>(
        'SELECT content_id AS contentId, vector FROM feature WHERE embedder_id = ? AND content_id IN (SELECT value FROM json_each(?))',
      )
      .all(embedderId, JSON.stringify(contentIds));
    return new Map(rows.map(({ contentId, vector }) => [contentId, new Float16Array(ownBuffer(vector))]));
  }

  has(embedderId: number, contentId: number): boolean {
    return (
      this.#db
        .prepare<[number, number], 1>('SELECT 1 FROM feature WHERE embedder_id = ? AND content_id = ?')
        .get(embedderId, contentId) !== undefined
    );
  }

  *all(embedderId: number): Generator<{ contentId: number; vector: Buffer }> {
    yield* this.#db
      .prepare<[number], { contentId: number; vector: Buffer }>(
        'SELECT content_id AS contentId, vector FROM feature WHERE embedder_id = ?',
      )
      .iterate(embedderId);
  }

  contentIds(embedderId: number): number[] {
    return this.#db
      .prepare<[number], number>('SELECT content_id FROM feature WHERE embedder_id = ? ORDER BY content_id')
      .pluck()
      .all(embedderId);
  }

  /** The newest content there is, 0 where there is none. */
  newestContent(embedderId: number): number {
    return this.#db
      .prepare<[number], number>('SELECT ifnull(max(content_id), 0) FROM feature WHERE embedder_id = ?')
      .pluck()
      .get(embedderId)!;
  }

  /** Contents up to one (or after it), at most so many, the newest first. */
  contentsUpTo(embedderId: number, contentId: number, limit: number): number[] {
    return this.#db
      .prepare<[number, number, number], number>(
        'SELECT content_id FROM feature WHERE embedder_id = ? AND content_id <= ? ORDER BY content_id DESC LIMIT ?',
      )
      .pluck()
      .all(embedderId, contentId, limit);
  }

  contentsAfter(embedderId: number, contentId: number, limit: number): number[] {
    return this.#db
      .prepare<[number, number, number], number>(
        'SELECT content_id FROM feature WHERE embedder_id = ? AND content_id > ? ORDER BY content_id DESC LIMIT ?',
      )
      .pluck()
      .all(embedderId, contentId, limit);
  }

  /** Contents with a feature that a model has not encoded yet, in the order of their ids. */
  notEncoded(embedderId: number, modelId: number, limit: number): { contentId: number; vector: Buffer }[] {
    return this.#db
      .prepare<[number, number, number], { contentId: number; vector: Buffer }>(
        `SELECT content_id AS contentId, vector FROM feature WHERE embedder_id = ?
         AND NOT EXISTS (SELECT 1 FROM hidden WHERE model_id = ? AND hidden.content_id = feature.content_id)
         ORDER BY content_id LIMIT ?`,
      )
      .all(embedderId, modelId, limit);
  }
}
