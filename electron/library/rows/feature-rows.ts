// Embedders and the feature vectors they made of regions.
import type { Catalogue } from '../catalogue.ts';
import { fromHalf, ownBuffer, toHalf } from '../../numeric/half.ts';

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
    return this.#db.get('SELECT id, fingerprint, name, dimensions FROM embedder WHERE fingerprint = ?', fingerprint);
  }

  embedders(): EmbedderRow[] {
    return this.#db.all('SELECT id, fingerprint, name, dimensions FROM embedder');
  }

  /**
   * Deletes some features of an embedder that is no longer in use, and in the end the embedder; its models go before.
   * @returns true when nothing of it is left
   */
  removeSome(embedderId: number, limit: number): boolean {
    const { changes } = this.#db.run(
      'DELETE FROM feature WHERE rowid IN (SELECT rowid FROM feature WHERE embedder_id = ? LIMIT ?)',
      embedderId,
      limit,
    );
    if (changes > 0) return false;
    this.#db.run('DELETE FROM embedder WHERE id = ?', embedderId);
    return true;
  }

  /** Regions that one embedder has seen and another has not, after one, in the order of their ids. */
  unseenBy(embedderId: number, seenBy: number, after: number, limit: number): number[] {
    return this.#db.values<number>(
      `SELECT region_id FROM feature WHERE embedder_id = ? AND region_id > ? AND NOT EXISTS
       (SELECT 1 FROM feature AS other WHERE other.embedder_id = ? AND other.region_id = feature.region_id)
       ORDER BY region_id LIMIT ?`,
      seenBy,
      after,
      embedderId,
      limit,
    );
  }

  addEmbedder(embedder: Omit<EmbedderRow, 'id'>, now: number): EmbedderRow {
    const { lastInsertRowid } = this.#db.run(
      'INSERT INTO embedder (fingerprint, name, dimensions, added_at) VALUES (?, ?, ?, ?)',
      embedder.fingerprint,
      embedder.name,
      embedder.dimensions,
      now,
    );
    return { ...embedder, id: Number(lastInsertRowid) };
  }

  /** @param vector float32, (dimensions); kept in half precision */
  insert(embedderId: number, regionId: number, vector: Float32Array): void {
    this.#db.run(
      'INSERT INTO feature (embedder_id, region_id, vector) VALUES (?, ?, ?)',
      embedderId,
      regionId,
      toHalf(vector),
    );
  }

  count(embedderId: number): number {
    return this.#db.value<number>('SELECT count(*) FROM feature WHERE embedder_id = ?', embedderId)!;
  }

  get(embedderId: number, regionId: number): Float32Array<ArrayBuffer> | undefined {
    const vector = this.#db.value<Buffer>(
      'SELECT vector FROM feature WHERE embedder_id = ? AND region_id = ?',
      embedderId,
      regionId,
    );
    return vector && fromHalf(vector);
  }

  /** Those of some regions, where there are any. */
  of(embedderId: number, regionIds: readonly number[]): Map<number, Float16Array<ArrayBuffer>> {
    const rows = this.#db.all<{ regionId: number; vector: Buffer }>(
      `SELECT region_id AS regionId, vector FROM feature
       WHERE embedder_id = ? AND region_id IN (SELECT value FROM json_each(?))`,
      embedderId,
      JSON.stringify(regionIds),
    );
    return new Map(rows.map(({ regionId, vector }) => [regionId, new Float16Array(ownBuffer(vector))]));
  }

  has(embedderId: number, regionId: number): boolean {
    return (
      this.#db.value('SELECT 1 FROM feature WHERE embedder_id = ? AND region_id = ?', embedderId, regionId) !==
      undefined
    );
  }

  all(embedderId: number): IterableIterator<{ regionId: number; vector: Buffer }> {
    return this.#db.iterate('SELECT region_id AS regionId, vector FROM feature WHERE embedder_id = ?', embedderId);
  }

  regionIds(embedderId: number): number[] {
    return this.#db.values<number>(
      'SELECT region_id FROM feature WHERE embedder_id = ? ORDER BY region_id',
      embedderId,
    );
  }

  /** The newest region there is, 0 where there is none. */
  newestRegion(embedderId: number): number {
    return this.#db.value<number>('SELECT ifnull(max(region_id), 0) FROM feature WHERE embedder_id = ?', embedderId)!;
  }

  /** Regions up to one, at most so many, the newest first. */
  regionsUpTo(embedderId: number, regionId: number, limit: number): number[] {
    return this.#db.values<number>(
      'SELECT region_id FROM feature WHERE embedder_id = ? AND region_id <= ? ORDER BY region_id DESC LIMIT ?',
      embedderId,
      regionId,
      limit,
    );
  }

  /** Regions after one, at most so many, the newest first. */
  regionsAfter(embedderId: number, regionId: number, limit: number): number[] {
    return this.#db.values<number>(
      'SELECT region_id FROM feature WHERE embedder_id = ? AND region_id > ? ORDER BY region_id DESC LIMIT ?',
      embedderId,
      regionId,
      limit,
    );
  }

  /** Regions with a feature that a model has not encoded yet, in the order of their ids. */
  notEncoded(embedderId: number, modelId: number, limit: number): { regionId: number; vector: Buffer }[] {
    return this.#db.all(
      `SELECT region_id AS regionId, vector FROM feature WHERE embedder_id = ?
       AND NOT EXISTS (SELECT 1 FROM hidden WHERE model_id = ? AND hidden.region_id = feature.region_id)
       ORDER BY region_id LIMIT ?`,
      embedderId,
      modelId,
      limit,
    );
  }
}
