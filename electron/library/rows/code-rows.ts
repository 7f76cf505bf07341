// What a model made of regions: codes in segments, and hidden vectors for the re-rank. Segments are appended, small
// ones too, and merged when there is time; what is removed leaves a tombstone until then.
import { fromHalf, ownBuffer, toHalf } from '../../numeric/half.ts';
import { seededRandom } from '../../numeric/random.ts';
import type { Catalogue } from '../catalogue.ts';

const SAMPLE_SEED = 5;
/** Codes in a segment at most. Ten million regions are then 611 rows to load. */
export const SEGMENT_SIZE = 16_384;

export interface EncodedRegion {
  regionId: number;
  /** By 256 centroids a subquantizer; uint8, (code size), packed. */
  code8Bit: Uint8Array;
  /** By 16 centroids a subquantizer; uint8, (code size), packed. */
  code4Bit: Uint8Array;
  /** float32, (M * dsub). */
  hidden: Float32Array;
}

/** Which codes: those by 256 centroids a subquantizer, or by 16. */
export type CodeKind = '8-bit' | '4-bit';

export interface CodeSegment {
  id: number;
  /** uint32, (n); 0 where the region is gone. */
  regions: Uint32Array<ArrayBuffer>;
  /** uint8, (n, code size), of the kind that was asked for. */
  codes: Uint8Array;
}

/** How a model's codes lie on disk. */
export interface Segmentation {
  segments: number;
  /** Segments that could be merged with the one before them. */
  small: number;
  tombstones: number;
}

interface RawSegment {
  id: number;
  regions: Buffer;
  codes8Bit: Buffer;
  codes4Bit: Buffer;
}

export class CodeRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Appends a segment of codes, and their hidden vectors. To be called inside a transaction. */
  append(modelId: number, encoded: readonly EncodedRegion[]): void {
    for (const { regionId, hidden } of encoded) {
      this.#db.run(
        'INSERT INTO hidden (model_id, region_id, vector) VALUES (?, ?, ?)',
        modelId,
        regionId,
        toHalf(hidden),
      );
    }
    for (let start = 0; start < encoded.length; start += SEGMENT_SIZE) {
      const part = encoded.slice(start, start + SEGMENT_SIZE);
      this.#insert(
        modelId,
        Uint32Array.from(part, ({ regionId }) => regionId),
        Buffer.concat(part.map(({ code8Bit }) => code8Bit)),
        Buffer.concat(part.map(({ code4Bit }) => code4Bit)),
      );
    }
  }

  /** The segment after one, in the order they were written; undefined after the last. @param after 0 for the first */
  nextSegment(modelId: number, after: number, kind: CodeKind): CodeSegment | undefined {
    const row = this.#db.get<{ id: number; regions: Buffer; codes: Buffer }>(
      `SELECT id, regions, ${kind === '8-bit' ? 'codes_8bit' : 'codes_4bit'} AS codes FROM code_segment
       WHERE model_id = ? AND id > ? ORDER BY id LIMIT 1`,
      modelId,
      after,
    );
    if (!row) return undefined;
    const regions = new Uint32Array(ownBuffer(row.regions));
    const gone = this.#tombstonesAmong(regions);
    if (gone.size > 0) regions.forEach((id, i) => gone.has(id) && (regions[i] = 0));
    return { id: row.id, regions, codes: row.codes };
  }

  *segments(modelId: number, kind: CodeKind = '8-bit'): Generator<CodeSegment> {
    for (let at = 0, read; (read = this.nextSegment(modelId, at, kind)); at = read.id) yield read;
  }

  /** Regions whose code by 256 centroids has a number in a subspace. */
  regionsWith({ modelId, subspace, centroid }: { modelId: number; subspace: number; centroid: number }): number[] {
    const found: number[] = [];
    for (const { regions, codes } of this.segments(modelId)) {
      const size = codes.length / regions.length;
      if (subspace >= size) return [];
      for (let i = 0, at = subspace; i < regions.length; i++, at += size)
        if (codes[at] === centroid && regions[i] !== 0) found.push(regions[i]!);
    }
    return found;
  }

  segmentation(modelId: number): Segmentation {
    const sizes = this.#sizes(modelId);
    return {
      segments: sizes.length,
      small: sizes.filter(({ n }, i) => i > 0 && n + sizes[i - 1]!.n <= SEGMENT_SIZE).length,
      tombstones: this.#db.value<number>('SELECT count(*) FROM code_tombstone')!,
    };
  }

  /**
   * Makes one segment of the first neighbours that fit into one, without what is gone. To be called inside a
   * transaction, while nothing reads this model's segments one after the other.
   * @returns false when there was nothing to merge
   */
  mergeSome(modelId: number): boolean {
    const sizes = this.#sizes(modelId);
    for (let start = 0; start + 1 < sizes.length; start++) {
      let [end, sum] = [start + 1, sizes[start]!.n];
      while (end < sizes.length && sum + sizes[end]!.n <= SEGMENT_SIZE) sum += sizes[end++]!.n;
      if (end - start < 2) continue;
      this.#rewrite(
        modelId,
        sizes.slice(start, end).map(({ id }) => id),
      );
      return true;
    }
    return false;
  }

  /** The regions that are gone and may still have codes. */
  tombstones(): number[] {
    return this.#db.values<number>('SELECT region_id FROM code_tombstone');
  }

  /** Every segment of every model. */
  segmentIds(): number[] {
    return this.#db.values<number>('SELECT id FROM code_segment ORDER BY id');
  }

  /** Writes a segment anew without regions that are gone, where it has any. To be called inside a transaction. */
  cleanSegment(id: number, gone: ReadonlySet<number>): void {
    const row = this.#db.get<{ modelId: number; regions: Buffer }>(
      'SELECT model_id AS modelId, regions FROM code_segment WHERE id = ?',
      id,
    );
    if (row && new Uint32Array(ownBuffer(row.regions)).some((region) => gone.has(region)))
      this.#rewrite(row.modelId, [id]);
  }

  /** To be called when no segment holds them any more. */
  removeTombstones(regionIds: readonly number[]): void {
    this.#db.run(
      'DELETE FROM code_tombstone WHERE region_id IN (SELECT value FROM json_each(?))',
      JSON.stringify(regionIds),
    );
  }

  /** Hidden vectors, (M * dsub), of those of some regions that have one; as they are stored, because widening hundreds takes longer than comparing them. */
  hiddenOf(modelId: number, regionIds: readonly number[]): Map<number, Float16Array<ArrayBuffer>> {
    const rows = this.#db.all<{ regionId: number; vector: Buffer }>(
      `SELECT region_id AS regionId, vector FROM hidden
       WHERE model_id = ? AND region_id IN (SELECT value FROM json_each(?))`,
      modelId,
      JSON.stringify(regionIds),
    );
    return new Map(rows.map(({ regionId, vector }) => [regionId, new Float16Array(ownBuffer(vector))]));
  }

  /** Hidden vectors of regions taken at random, at most so many. float32, (n, D). */
  sampleHidden(modelId: number, limit: number, D: number): Float32Array<ArrayBuffer> {
    const vectors = [...this.sample(modelId, limit).values()];
    const rows = new Float32Array(vectors.length * D);
    vectors.forEach((vector, i) => rows.set(vector, i * D));
    return rows;
  }

  /** The same, by region. */
  sample(modelId: number, limit: number): Map<number, Float16Array<ArrayBuffer>> {
    const random = seededRandom(SAMPLE_SEED);
    const newest = this.#db.value<number>('SELECT ifnull(max(region_id), 0) FROM hidden WHERE model_id = ?', modelId)!;
    const ids = newest <= limit ? Array.from({ length: newest }, (_, i) => i + 1) : new Set<number>();
    // Numbers have gaps: some more are asked for than are wanted.
    if (ids instanceof Set) while (ids.size < Math.min(newest, 2 * limit)) ids.add(1 + random.below(newest));
    const found = this.hiddenOf(modelId, [...ids]);
    // In the order in which they were drawn: by number, the oldest would be taken alone.
    const drawn = Array.from(ids, (id) => [id, found.get(id)] as const);
    return new Map(
      drawn.filter((one): one is [number, Float16Array<ArrayBuffer>] => one[1] !== undefined).slice(0, limit),
    );
  }

  hidden(modelId: number, regionId: number): Float32Array<ArrayBuffer> | undefined {
    const vector = this.#db.value<Buffer>(
      'SELECT vector FROM hidden WHERE model_id = ? AND region_id = ?',
      modelId,
      regionId,
    );
    return vector && fromHalf(vector);
  }

  /** Deletes some rows of a model; true when none are left. */
  removeSome(modelId: number, limit: number): boolean {
    const { changes } = this.#db.run(
      `DELETE FROM hidden WHERE model_id = ?
       AND region_id IN (SELECT region_id FROM hidden WHERE model_id = ? LIMIT ?)`,
      modelId,
      modelId,
      limit,
    );
    if (changes > 0) return false;
    const { changes: segments } = this.#db.run(
      'DELETE FROM code_segment WHERE id IN (SELECT id FROM code_segment WHERE model_id = ? LIMIT 16)',
      modelId,
    );
    return segments === 0;
  }

  #sizes(modelId: number): { id: number; n: number }[] {
    return this.#db.all(
      'SELECT id, length(regions) / 4 AS n FROM code_segment WHERE model_id = ? ORDER BY id',
      modelId,
    );
  }

  /** Puts what is left of some neighbouring segments into one in the place of the last. */
  #rewrite(modelId: number, ids: readonly number[]): void {
    const rows = this.#db.all<RawSegment>(
      `SELECT id, regions, codes_8bit AS codes8Bit, codes_4bit AS codes4Bit FROM code_segment
       WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`,
      JSON.stringify(ids),
    );
    const regions = rows.flatMap((row) => [...new Uint32Array(ownBuffer(row.regions))]);
    const gone = this.#tombstonesAmong(regions);
    const kept = [...regions.keys()].filter((i) => regions[i] !== 0 && !gone.has(regions[i]!));
    const pick = (codes: Buffer): Buffer => {
      const size = codes.length / regions.length;
      return Buffer.concat(kept.map((i) => codes.subarray(i * size, (i + 1) * size)));
    };
    for (const id of ids) this.#db.run('DELETE FROM code_segment WHERE id = ?', id);
    if (kept.length === 0) return;
    this.#insert(
      modelId,
      Uint32Array.from(kept, (i) => regions[i]!),
      pick(Buffer.concat(rows.map(({ codes8Bit }) => codes8Bit))),
      pick(Buffer.concat(rows.map(({ codes4Bit }) => codes4Bit))),
      ids.at(-1),
    );
  }

  #insert(modelId: number, regions: Uint32Array<ArrayBuffer>, codes8Bit: Buffer, codes4Bit: Buffer, id?: number): void {
    this.#db.run(
      'INSERT INTO code_segment (id, model_id, regions, codes_8bit, codes_4bit) VALUES (?, ?, ?, ?, ?)',
      id ?? null,
      modelId,
      new Uint8Array(regions.buffer),
      codes8Bit,
      codes4Bit,
    );
  }

  #tombstonesAmong(regions: ArrayLike<number>): Set<number> {
    let [least, most] = [Infinity, 0];
    for (let i = 0; i < regions.length; i++) {
      if (regions[i] === 0) continue;
      least = Math.min(least, regions[i]!);
      most = Math.max(most, regions[i]!);
    }
    return new Set(
      this.#db.values<number>('SELECT region_id FROM code_tombstone WHERE region_id BETWEEN ? AND ?', least, most),
    );
  }
}
