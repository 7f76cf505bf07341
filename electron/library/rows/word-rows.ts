// Photos by words: of file names, folders, days and captions through SQLite's full-text index, and of tags.
import type { Catalogue } from '../catalogue.ts';
import { wordsIn, wordsOf } from './words-of.ts';

export class WordRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Notes, or notes anew, by which words a photo is found. */
  note(photoId: number): void {
    const { folder, path, takenAt, caption } = this.#db.get<{
      folder: string;
      path: string;
      takenAt: number;
      caption: string | null;
    }>(
      `SELECT folder.path AS folder, photo.path AS path, photo.taken_at AS takenAt, content.told ->> '$.caption' AS caption
       FROM photo JOIN folder ON folder.id = photo.folder_id LEFT JOIN content ON content.id = photo.content_id
       WHERE photo.id = ?`,
      photoId,
    )!;
    this.#db.run(
      'INSERT OR REPLACE INTO photo_word (rowid, words) VALUES (?, ?)',
      photoId,
      wordsOf(folder, path, takenAt, caption ?? ''),
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
    const conditions = this.#conditions(words);
    const without = unwanted
      .map(wordsIn)
      .filter((all) => all.length > 0)
      .map((all) => this.#conditions(all));
    const all = (some: readonly Condition[]): string => some.map(({ sql }) => sql).join(' AND ');
    // Many are gone through from the newest on until there are enough; few are looked up and sorted.
    const order = this.#areMany(words) ? 'INDEXED BY photo_taken' : '';
    return this.#db.values<number>(
      `SELECT photo.id FROM photo ${order} WHERE content_id IS NOT NULL AND ${all(conditions)}
         ${without.map((some) => `AND NOT (${all(some)})`).join(' ')}
       ORDER BY taken_at DESC, photo.id DESC LIMIT ?`,
      ...[...conditions, ...without.flat()].flatMap(({ parameters }) => parameters),
      limit,
    );
  }

  #areMany(words: readonly string[]): boolean {
    const found = this.#db.value<number>(
      'SELECT count(*) FROM (SELECT 1 FROM photo_word WHERE photo_word MATCH ? LIMIT ?)',
      matching(words),
      MANY,
    )!;
    return found === MANY;
  }

  /** That a photo has words which begin so. */
  #conditions(words: readonly string[]): Condition[] {
    // All of a few hundred tags are looked at: a tag is found by any word of it.
    const tags = this.#db
      .values<string>('SELECT DISTINCT key FROM tagging')
      .map((key) => ({ key, parts: wordsIn(key) }));
    const conditions: Condition[] = [];
    const plain: string[] = [];
    for (const word of words) {
      const keys = tags.filter(({ parts }) => parts.some((part) => part.startsWith(word))).map(({ key }) => key);
      if (keys.length === 0) plain.push(word);
      else
        conditions.push({
          sql: `photo.id IN (SELECT rowid FROM photo_word WHERE photo_word MATCH ?
            UNION SELECT photo.id FROM tagging JOIN content ON content.hash = tagging.hash
              JOIN photo ON photo.content_id = content.id WHERE tagging.key IN (SELECT value FROM json_each(?)))`,
          parameters: [matching([word]), JSON.stringify(keys)],
        });
    }
    // Those that no tag has are one question to the index.
    if (plain.length > 0)
      conditions.push({
        sql: 'photo.id IN (SELECT rowid FROM photo_word WHERE photo_word MATCH ?)',
        parameters: [matching(plain)],
      });
    return conditions;
  }
}

/** Photos from which on they are many. */
const MANY = 20_000;

/** All words, each as the beginning of one. */
const matching = (words: readonly string[]): string => words.map((word) => `"${word}"*`).join(' AND ');

interface Condition {
  readonly sql: string;
  readonly parameters: readonly string[];
}
