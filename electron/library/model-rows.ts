// Generations of DeepQuan, their codes in blocks, and the hidden vectors for the re-rank.
import { fromHalf, ownBuffer, toHalf } from '../numeric/half.ts';
import type { Catalogue } from './catalogue.ts';

/** Contents a block of codes. Ten million photos are then 611 rows to load. */
export const BLOCK_SIZE = 16_384;

export interface ModelRow {
  id: number;
  embedderId: number;
  state: 'encoding' | 'active' | 'previous' | 'retired';
  trainedAt: number;
  trainedOn: number;
  startedOn: number;
  newestContent: number;
  seconds: number;
  backend: string;
  bits: number;
  quantizationError: number;
  /** JSON of the losses of every epoch. */
  losses: string;
  /** JSON of a ModelComparison. */
  comparison: string | null;
  /** JSON of a Dial. */
  dial: string | null;
  weights: Buffer;
}

export interface EncodedContent {
  contentId: number;
  /** uint8, (code size), packed. */
  code: Uint8Array;
  /** Of the codes that are scanned faster; uint8, (code size), packed. */
  fastCode: Uint8Array;
  /** float32, (M * dsub). */
  hidden: Float32Array;
}

export interface CodeBlock {
  /** uint32, (n); 0 where the content is gone. */
  contents: Uint32Array;
  /** uint8, (n, code size), of the kind that was asked for. */
  codes: Uint8Array;
}

/** Which codes: those by 256 centroids a subquantizer, or by 16. */
export type CodeKind = '8-bit' | '4-bit';

const COLUMNS = `id, embedder_id AS embedderId, state, trained_at AS trainedAt, trained_on AS trainedOn, started_on AS startedOn,
  newest_content AS newestContent, seconds, backend, bits, quantization_error AS quantizationError, losses, comparison, dial, weights`;

export class ModelRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Whether a model of an embedder is in a state; without reading its weights. */
  has(embedderId: number, state: ModelRow['state']): boolean {
    return (
      this.#db
        .prepare<[number, string], 1>('SELECT 1 FROM model WHERE embedder_id = ? AND state = ?')
        .get(embedderId, state) !== undefined
    );
  }

  /** Whether an embedder has any that answers, did, or will. */
  hasAny(embedderId: number): boolean {
    return (
      this.#db
        .prepare<[number], 1>(`SELECT 1 FROM model WHERE embedder_id = ? AND state <> 'retired'`)
        .get(embedderId) !== undefined
    );
  }

  find(embedderId: number, state: ModelRow['state']): ModelRow | undefined {
    return this.#db
      .prepare<[number, string], ModelRow>(
        `SELECT ${COLUMNS} FROM model WHERE embedder_id = ? AND state = ? ORDER BY id DESC LIMIT 1`,
      )
      .get(embedderId, state);
  }

  /** Adds a trained model whose codes are still to be written. */
  add(row: Omit<ModelRow, 'id' | 'state' | 'comparison' | 'dial'>): number {
    const { lastInsertRowid } = this.#db
      .prepare(
        `INSERT INTO model (embedder_id, state, trained_at, trained_on, started_on, newest_content, seconds, backend, bits, quantization_error, losses, weights)
         VALUES (@embedderId, 'encoding', @trainedAt, @trainedOn, @startedOn, @newestContent, @seconds, @backend, @bits, @quantizationError, @losses, @weights)`,
      )
      .run(row);
    return Number(lastInsertRowid);
  }

  /**
   * Puts a model in the place of the one that answered until now, which is kept to go back to; the one kept
   * before it retires. The caller's transaction makes it one step.
   * @param comparison JSON of a ModelComparison, or null
   */
  activate(id: number, embedderId: number, comparison: string | null): void {
    this.#db.prepare(`UPDATE model SET state = 'retired' WHERE embedder_id = ? AND state = 'previous'`).run(embedderId);
    this.#db.prepare(`UPDATE model SET state = 'previous' WHERE embedder_id = ? AND state = 'active'`).run(embedderId);
    this.#db.prepare(`UPDATE model SET state = 'active', comparison = ? WHERE id = ?`).run(comparison, id);
  }

  /** Keeps what was measured of a model's scans. @param dial JSON of a Dial */
  setDial(id: number, dial: string): void {
    this.#db.prepare('UPDATE model SET dial = ? WHERE id = ?').run(dial, id);
  }

  /** Takes all models of an embedder out of the running. */
  retireAll(embedderId: number): void {
    this.#db.prepare(`UPDATE model SET state = 'retired' WHERE embedder_id = ?`).run(embedderId);
  }

  /** Takes a model out of the running. */
  retire(id: number): void {
    this.#db.prepare(`UPDATE model SET state = 'retired' WHERE id = ?`).run(id);
  }

  /** Keeps a model that was called back, and did not come, where it was. */
  keepBack(id: number): void {
    this.#db.prepare(`UPDATE model SET state = 'previous' WHERE id = ?`).run(id);
  }

  /** Lets the model kept from before have the codes that it lacks, as the first step back to it; false where there is none. */
  callBack(embedderId: number): boolean {
    return (
      this.#db
        .prepare(`UPDATE model SET state = 'encoding' WHERE embedder_id = ? AND state = 'previous'`)
        .run(embedderId).changes > 0
    );
  }

  /** Models that answer no more, or whose codes were never finished beside a newer one. */
  leftovers(): number[] {
    return this.#db
      .prepare<[], number>(
        `SELECT id FROM model WHERE state = 'retired'
         OR (state = 'encoding' AND id < (SELECT max(id) FROM model AS newer WHERE newer.embedder_id = model.embedder_id AND newer.state = 'encoding'))`,
      )
      .pluck()
      .all();
  }

  /** Deletes some rows of a model; true when nothing of it is left. */
  removeSome(id: number, limit: number): boolean {
    const { changes } = this.#db
      .prepare(
        `DELETE FROM hidden WHERE model_id = ? AND content_id IN (SELECT content_id FROM hidden WHERE model_id = ? LIMIT ?)`,
      )
      .run(id, id, limit);
    if (changes > 0) return false;
    this.#db.prepare('DELETE FROM code_block WHERE model_id = ?').run(id);
    this.#db.prepare('DELETE FROM model WHERE id = ?').run(id);
    return true;
  }

  /** Appends codes and hidden vectors. To be called inside a transaction. */
  append(modelId: number, encoded: readonly EncodedContent[]): void {
    const insertHidden = this.#db.prepare('INSERT INTO hidden (model_id, content_id, vector) VALUES (?, ?, ?)');
    for (const { contentId, hidden } of encoded) insertHidden.run(modelId, contentId, toHalf(hidden));
    const last = this.#db
      .prepare<[number], { block: number; contents: Buffer; codes: Buffer; fastCodes: Buffer }>(
        'SELECT block, contents, codes, fast_codes AS fastCodes FROM code_block WHERE model_id = ? ORDER BY block DESC LIMIT 1',
      )
      .get(modelId);
    let block = last?.block ?? 0;
    let contents = last ? [...new Uint32Array(ownBuffer(last.contents))] : [];
    let codes: Uint8Array[] = last ? [last.codes] : [];
    let fastCodes: Uint8Array[] = last ? [last.fastCodes] : [];
    const write = this.#db.prepare(
      'INSERT OR REPLACE INTO code_block (model_id, block, contents, codes, fast_codes) VALUES (?, ?, ?, ?, ?)',
    );
    const flush = (): unknown =>
      write.run(
        modelId,
        block,
        new Uint8Array(Uint32Array.from(contents).buffer),
        Buffer.concat(codes),
        Buffer.concat(fastCodes),
      );
    for (const { contentId, code, fastCode } of encoded) {
      if (contents.length === BLOCK_SIZE) {
        flush();
        block++;
        contents = [];
        codes = [];
        fastCodes = [];
      }
      contents.push(contentId);
      codes.push(code);
      fastCodes.push(fastCode);
    }
    if (encoded.length > 0) flush();
  }

  *blocks(modelId: number, kind: CodeKind = '8-bit'): Generator<CodeBlock> {
    for (let block = 0, read; (read = this.block(modelId, block, kind)); block++) yield read;
  }

  /** One block of codes; numbered from 0, so that they can be read one at a time. Undefined beyond the last. */
  block(modelId: number, block: number, kind: CodeKind): CodeBlock | undefined {
    const row = this.#db
      .prepare<[number, number], { contents: Buffer; codes: Buffer }>(
        `SELECT contents, ${kind === '8-bit' ? 'codes' : 'fast_codes'} AS codes FROM code_block WHERE model_id = ? AND block = ?`,
      )
      .get(modelId, block);
    return row && { contents: new Uint32Array(ownBuffer(row.contents)), codes: row.codes };
  }

  /** Writes 0 in the place of contents that are gone. To be called inside a transaction. */
  forget(contentIds: ReadonlySet<number>): void {
    const rows = this.#db
      .prepare<[], { modelId: number; block: number; contents: Buffer }>(
        'SELECT model_id AS modelId, block, contents FROM code_block',
      )
      .all();
    const write = this.#db.prepare('UPDATE code_block SET contents = ? WHERE model_id = ? AND block = ?');
    for (const { modelId, block, contents } of rows) {
      const ids = new Uint32Array(ownBuffer(contents));
      let touched = false;
      ids.forEach((id, i) => {
        if (contentIds.has(id)) {
          ids[i] = 0;
          touched = true;
        }
      });
      if (touched) write.run(new Uint8Array(ids.buffer), modelId, block);
    }
  }

  /** Hidden vectors, (M * dsub), of those of some contents that have one; as they are stored, because widening hundreds takes longer than comparing them. */
  hiddenOf(modelId: number, contentIds: readonly number[]): Map<number, Float16Array<ArrayBuffer>> {
    const rows = this.#db
      .prepare<[number, string], { contentId: number; vector: Buffer }>(
        'SELECT content_id AS contentId, vector FROM hidden WHERE model_id = ? AND content_id IN (SELECT value FROM json_each(?))',
      )
      .all(modelId, JSON.stringify(contentIds));
    return new Map(rows.map(({ contentId, vector }) => [contentId, new Float16Array(ownBuffer(vector))]));
  }

  hidden(modelId: number, contentId: number): Float32Array<ArrayBuffer> | undefined {
    const row = this.#db
      .prepare<[number, number], { vector: Buffer }>('SELECT vector FROM hidden WHERE model_id = ? AND content_id = ?')
      .get(modelId, contentId);
    return row && fromHalf(row.vector);
  }
}
