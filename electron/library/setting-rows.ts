// The library's own settings.
import type { Catalogue } from './catalogue.ts';

export class SettingRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  get(key: string): string | undefined {
    return this.#db.prepare<[string], { value: string }>('SELECT value FROM setting WHERE key = ?').get(key)?.value;
  }

  remove(key: string): void {
    this.#db.prepare('DELETE FROM setting WHERE key = ?').run(key);
  }

  set(key: string, value: string): void {
    this.#db
      .prepare('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(key, value);
  }
}
