// What a person does not want to see: photos by what they hold, and folders; until a switch shows them.
import type { Catalogue } from '../catalogue.ts';
import { pathRange } from '../files/paths.ts';

/** Holds of a photo, joined with its content, that is not hidden. */
export const VISIBLE = `content.hash NOT IN (SELECT hash FROM annotation WHERE hidden = 1)
  AND NOT EXISTS (SELECT 1 FROM hidden_folder WHERE photo.path >= first AND photo.path < after)`;

const HIDDEN = `SELECT photo.id FROM annotation JOIN content ON content.hash = annotation.hash
    JOIN photo ON photo.content_id = content.id WHERE annotation.hidden = 1
  UNION SELECT photo.id FROM hidden_folder JOIN photo ON photo.path >= first AND photo.path < after`;

const SHOWN = 'hidden-shown';

export class HidingRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Whether something is hidden, and the switch does not show it. */
  get isActive(): boolean {
    return !this.isShown && this.hasAny;
  }

  get hasAny(): boolean {
    return (
      this.#db.value('SELECT 1 FROM annotation WHERE hidden = 1 LIMIT 1') !== undefined ||
      this.#db.value('SELECT 1 FROM hidden_folder LIMIT 1') !== undefined
    );
  }

  /** Whether what is hidden is shown for now. */
  get isShown(): boolean {
    return this.#db.value('SELECT 1 FROM setting WHERE key = ?', SHOWN) !== undefined;
  }

  show(shown: boolean): void {
    if (shown) this.#db.run(`INSERT OR IGNORE INTO setting (key, value) VALUES (?, 'yes')`, SHOWN);
    else this.#db.run('DELETE FROM setting WHERE key = ?', SHOWN);
  }

  folders(): string[] {
    return this.#db.values('SELECT path FROM hidden_folder ORDER BY path');
  }

  hideFolder(path: string): void {
    const [first, after] = pathRange(path);
    this.#db.run('INSERT OR IGNORE INTO hidden_folder (path, first, after) VALUES (?, ?, ?)', path, first, after);
  }

  unhideFolder(path: string): void {
    this.#db.run('DELETE FROM hidden_folder WHERE path = ?', path);
  }

  /** Photos that are hidden, whatever the switch says. */
  photoIds(): number[] {
    return this.#db.values<number>(HIDDEN);
  }

  count(): number {
    return this.#db.value<number>(`SELECT count(*) FROM (${HIDDEN})`)!;
  }

  /** Those of some photos that are hidden. */
  among(photoIds: readonly number[]): number[] {
    return this.#db.values<number>(
      `SELECT photo.id FROM photo JOIN content ON content.id = photo.content_id
       WHERE photo.id IN (SELECT value FROM json_each(?)) AND NOT (${VISIBLE})`,
      JSON.stringify(photoIds),
    );
  }

  /** Contents that only hidden photos hold. */
  contentIds(): number[] {
    return this.#db.values<number>(
      `SELECT content.id FROM annotation JOIN content ON content.hash = annotation.hash WHERE annotation.hidden = 1
       UNION SELECT DISTINCT photo.content_id FROM hidden_folder JOIN photo ON photo.path >= first AND photo.path < after
         WHERE photo.content_id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM photo AS other WHERE other.content_id = photo.content_id AND NOT EXISTS (
             SELECT 1 FROM hidden_folder AS f WHERE other.path >= f.first AND other.path < f.after))`,
    );
  }
}
