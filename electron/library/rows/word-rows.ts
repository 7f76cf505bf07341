// Photos by words: of file names, folders and days through SQLite's full-text index, and of tags.
import type { Catalogue } from '../catalogue.ts';
import { wordsIn, wordsOf } from './words-of.ts';

export class WordRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Notes, or notes anew, by which words a photo is found. */
  note(photoId: number): void {
    const { folder, path, takenAt } = this.#db.get<{ folder: string; path: string; takenAt: number }>(
      `SELECT folder.path AS folder, photo.path AS path, taken_at AS takenAt FROM photo
       JOIN folder ON folder.id = photo.folder_id WHERE photo.id = ?`,
      photoId,
    )!;
    this.#db.run(
      'INSERT OR REPLACE INTO photo_word (rowid, words) VALUES (?, ?)',
      photoId,
      wordsOf(folder, path, takenAt),
    );
  }

  /**
   * Photos with a picture to show that are found by all words of some texts, each the beginning of a word of theirs; newest
   * first.
   * @param unwanted texts; what is found by all words of one of them is left out
   */
  photoIds(wanted: readonly string[], unwanted: readonly string[], limit: number): number[] {
    const words = [...new Set(wanted.flatMap(wordsIn))];
    if (words.length === 0) return [];
    const conditions = words.map((word) => this.#condition(word));
    const without = unwanted
      .map(wordsIn)
      .filter((all) => all.length > 0)
      .map((all) => all.map((word) => this.#condition(word)));
    const all = (some: readonly Condition[]): string => some.map(({ sql }) => sql).join(' AND ');
    return this.#db.values<number>(
      `SELECT photo.id FROM photo WHERE content_id IS NOT NULL AND ${all(conditions)}
         ${without.map((some) => `AND NOT (${all(some)})`).join(' ')}
       ORDER BY taken_at DESC, photo.id DESC LIMIT ?`,
      ...[...conditions, ...without.flat()].flatMap(({ parameters }) => parameters),
      limit,
    );
  }

  /** That a photo has a word which begins so. */
  #condition(word: string): Condition {
    // All of a few hundred tags are looked at: a tag is found by any word of it.
    const keys = this.#db
      .values<string>('SELECT DISTINCT key FROM tagging')
      .filter((key) => wordsIn(key).some((part) => part.startsWith(word)));
    return {
      sql: `photo.id IN (SELECT rowid FROM photo_word WHERE photo_word MATCH ?
        UNION SELECT photo.id FROM tagging JOIN content ON content.hash = tagging.hash
          JOIN photo ON photo.content_id = content.id WHERE tagging.key IN (SELECT value FROM json_each(?)))`,
      parameters: [`"${word}"*`, JSON.stringify(keys)],
    };
  }
}

interface Condition {
  readonly sql: string;
  readonly parameters: readonly string[];
}
