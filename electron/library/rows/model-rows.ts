// Generations of DeepQuan in the catalogue; their codes and hidden vectors are in code-rows.ts.
import type { Catalogue } from '../catalogue.ts';

export interface ModelRow {
  id: number;
  embedderId: number;
  state: 'encoding' | 'active' | 'previous' | 'retired';
  trainedAt: number;
  trainedOn: number;
  startedOn: number;
  newestRegion: number;
  seconds: number;
  backend: string;
  bits: number;
  quantizationError: number;
  /** JSON of the losses of every epoch. */
  losses: string;
  /** JSON of a ModelComparison. */
  comparison: string | null;
  /** JSON of an OperatingPoints. */
  operatingPoint: string | null;
  weights: Buffer;
}

const COLUMNS = `id, embedder_id AS embedderId, state, trained_at AS trainedAt, trained_on AS trainedOn,
  started_on AS startedOn, newest_region AS newestRegion, seconds, backend, bits,
  quantization_error AS quantizationError, losses, comparison, operating_point AS operatingPoint, weights`;

export class ModelRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Whether a model of an embedder is in a state; without reading its weights. */
  has(embedderId: number, state: ModelRow['state']): boolean {
    return this.#db.value('SELECT 1 FROM model WHERE embedder_id = ? AND state = ?', embedderId, state) !== undefined;
  }

  /** Whether an embedder has any that answers, did, or will. */
  hasAny(embedderId: number): boolean {
    return this.#db.value(`SELECT 1 FROM model WHERE embedder_id = ? AND state <> 'retired'`, embedderId) !== undefined;
  }

  find(embedderId: number, state: ModelRow['state']): ModelRow | undefined {
    return this.#db.get(
      `SELECT ${COLUMNS} FROM model WHERE embedder_id = ? AND state = ? ORDER BY id DESC LIMIT 1`,
      embedderId,
      state,
    );
  }

  /** Adds a trained model whose codes are still to be written. */
  add(row: Omit<ModelRow, 'id' | 'state' | 'comparison' | 'operatingPoint'>): number {
    const { lastInsertRowid } = this.#db.run(
      `INSERT INTO model (embedder_id, state, trained_at, trained_on, started_on, newest_region, seconds, backend, bits,
         quantization_error, losses, weights)
       VALUES (@embedderId, 'encoding', @trainedAt, @trainedOn, @startedOn, @newestRegion, @seconds, @backend, @bits,
         @quantizationError, @losses, @weights)`,
      row,
    );
    return Number(lastInsertRowid);
  }

  /**
   * Puts a model in the place of the one that answered until now, which is kept to go back to; the one kept
   * before it retires. The caller's transaction makes it one step.
   * @param comparison JSON of a ModelComparison, or null
   */
  activate(id: number, embedderId: number, comparison: string | null): void {
    this.#db.run(`UPDATE model SET state = 'retired' WHERE embedder_id = ? AND state = 'previous'`, embedderId);
    this.#db.run(`UPDATE model SET state = 'previous' WHERE embedder_id = ? AND state = 'active'`, embedderId);
    this.#db.run(`UPDATE model SET state = 'active', comparison = ? WHERE id = ?`, comparison, id);
  }

  /** Keeps what was measured of a model's scans. @param operatingPoint JSON of an OperatingPoints */
  setOperatingPoint(id: number, operatingPoint: string): void {
    this.#db.run('UPDATE model SET operating_point = ? WHERE id = ?', operatingPoint, id);
  }

  /** Takes all models of an embedder out of the running. */
  retireAll(embedderId: number): void {
    this.#db.run(`UPDATE model SET state = 'retired' WHERE embedder_id = ?`, embedderId);
  }

  /** Takes a model out of the running. */
  retire(id: number): void {
    this.#db.run(`UPDATE model SET state = 'retired' WHERE id = ?`, id);
  }

  /** Keeps a model that was called back, and did not come, where it was. */
  keepBack(id: number): void {
    this.#db.run(`UPDATE model SET state = 'previous' WHERE id = ?`, id);
  }

  /** Lets the model kept from before have the codes that it lacks, as the first step back to it; false where there is none. */
  callBack(embedderId: number): boolean {
    const { changes } = this.#db.run(
      `UPDATE model SET state = 'encoding' WHERE embedder_id = ? AND state = 'previous'`,
      embedderId,
    );
    return changes > 0;
  }

  /** Models that are no longer used, or whose codes were never finished beside a newer one. */
  leftovers(): number[] {
    return this.#db.values<number>(
      `SELECT id FROM model WHERE state = 'retired' OR (state = 'encoding' AND id <
         (SELECT max(id) FROM model AS newer WHERE newer.embedder_id = model.embedder_id AND newer.state = 'encoding'))`,
    );
  }

  /** Deletes a model whose codes and hidden vectors are gone. */
  remove(id: number): void {
    this.#db.run('DELETE FROM model WHERE id = ?', id);
  }
}
