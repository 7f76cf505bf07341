// What the parts of a catalogue take on disk: about, because rows are counted and only some of them are measured.
import type { Catalogue } from '../catalogue.ts';

export type StorageKind = 'thumbnails' | 'features' | 'codes' | 'parts';

const COLUMNS: readonly { kind: StorageKind; table: string; column: string }[] = [
  { kind: 'thumbnails', table: 'thumbnail', column: 'jpeg' },
  { kind: 'thumbnails', table: 'frame_thumbnail', column: 'jpeg' },
  { kind: 'features', table: 'feature', column: 'vector' },
  { kind: 'features', table: 'hidden', column: 'vector' },
  { kind: 'codes', table: 'code_segment', column: 'regions' },
  { kind: 'codes', table: 'code_segment', column: 'codes_8bit' },
  { kind: 'codes', table: 'code_segment', column: 'codes_4bit' },
  { kind: 'parts', table: 'part_code', column: 'codes' },
  { kind: 'parts', table: 'part_vector', column: 'vectors' },
];
/** Rows of a table that are measured. */
const SAMPLE = 1000;
/** Bytes that a row takes beside what it holds. */
const ROW = 12;

export class StorageRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Bytes by kind. */
  sizes(): Map<StorageKind, number> {
    const sizes = new Map<StorageKind, number>();
    for (const { kind, table, column } of COLUMNS) {
      const rows = this.#db.value<number>(`SELECT count(*) FROM ${table}`)!;
      const each = this.#db.value<number | null>(
        `SELECT avg(length(${column})) FROM (SELECT ${column} FROM ${table} LIMIT ${SAMPLE})`,
      );
      sizes.set(kind, (sizes.get(kind) ?? 0) + Math.round(rows * ((each ?? 0) + ROW)));
    }
    return sizes;
  }
}
