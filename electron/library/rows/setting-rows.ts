// The library's own settings.
import type { Catalogue } from '../catalogue.ts';

export class SettingRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  get(key: string): string | undefined {
    return this.#db.value<string>('SELECT value FROM setting WHERE key = ?', key);
  }

  remove(key: string): void {
    this.#db.run('DELETE FROM setting WHERE key = ?', key);
  }

  set(key: string, value: string): void {
    this.#db.run(
      'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
      key,
      value,
    );
  }
}
