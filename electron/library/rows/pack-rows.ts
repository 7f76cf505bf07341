// Embedders that the library holds the files of.
import type { Catalogue } from '../catalogue.ts';

export interface PackRow {
  fingerprint: string;
  name: string;
  dimensions: number;
  licence: string | null;
  /** 1 where it came with Likeness, this version or an earlier one. */
  builtIn: number;
  /** JSON of Trials. */
  speed: string | null;
  /** JSON of an EmbedderRanking. */
  ranking: string | null;
  /** JSON of a PackOrigin: where it was fetched from; null of one that was added from a file. */
  origin: string | null;
}

const COLUMNS = 'fingerprint, name, dimensions, licence, built_in AS builtIn, speed, ranking, origin';

export class PackRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Those that came with Likeness first, then as they were added. */
  all(): PackRow[] {
    return this.#db.all(`SELECT ${COLUMNS} FROM embedder_pack ORDER BY built_in DESC, added_at, name`);
  }

  find(fingerprint: string): PackRow | undefined {
    return this.#db.get(`SELECT ${COLUMNS} FROM embedder_pack WHERE fingerprint = ?`, fingerprint);
  }

  named(name: string): PackRow | undefined {
    return this.#db.get(`SELECT ${COLUMNS} FROM embedder_pack WHERE name = ? ORDER BY added_at DESC LIMIT 1`, name);
  }

  add(row: Omit<PackRow, 'ranking'>, now: number): void {
    this.#db.run(
      `INSERT INTO embedder_pack (fingerprint, name, dimensions, licence, built_in, speed, origin, added_at)
       VALUES (@fingerprint, @name, @dimensions, @licence, @builtIn, @speed, @origin, @now)`,
      { ...row, now },
    );
  }

  setSpeed(fingerprint: string, speed: string | null): void {
    this.#db.run('UPDATE embedder_pack SET speed = ? WHERE fingerprint = ?', speed, fingerprint);
  }

  setRanking(fingerprint: string, ranking: string): void {
    this.#db.run('UPDATE embedder_pack SET ranking = ? WHERE fingerprint = ?', ranking, fingerprint);
  }

  remove(fingerprint: string): void {
    this.#db.run('DELETE FROM embedder_pack WHERE fingerprint = ?', fingerprint);
  }
}
