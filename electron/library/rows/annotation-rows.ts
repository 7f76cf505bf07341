// What a person said of photos, kept by what they hold: copies share it, and a file that moves keeps it.
import type { Told } from '../../contract/facts.ts';
import type { Catalogue } from '../catalogue.ts';

/** What is said of a content. */
export interface AnnotationRow {
  contentId: number;
  favourite: number;
  /** 0 to 5; 0 where it was not rated. */
  stars: number;
}

export type AnnotationColumn = 'favourite' | 'stars' | 'hidden';

const HASHES = `SELECT DISTINCT content.hash FROM photo JOIN content ON content.id = photo.content_id
  WHERE photo.id IN (SELECT value FROM json_each(?))`;

/** What files tell that a person says here. */
type Saying = Pick<Told, 'favourite' | 'stars' | 'tags'>;

export class AnnotationRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Says something of what some photos hold. */
  set(photoIds: readonly number[], column: AnnotationColumn, value: number): void {
    this.#db.run(
      `INSERT INTO annotation (hash, ${column}) SELECT hash, ? FROM (${HASHES}) WHERE true
       ON CONFLICT (hash) DO UPDATE SET ${column} = excluded.${column} WHERE ${column} <> excluded.${column}`,
      value,
      JSON.stringify(photoIds),
    );
  }

  tag(photoIds: readonly number[], name: string): void {
    const key = tagKey(name);
    const written = this.#written(name);
    this.#db.run(
      `INSERT OR IGNORE INTO tagging (key, name, hash) SELECT ?, ?, hash FROM (${HASHES})`,
      key,
      written,
      JSON.stringify(photoIds),
    );
  }

  untag(photoIds: readonly number[], name: string): void {
    this.#db.run(`DELETE FROM tagging WHERE key = ? AND hash IN (${HASHES})`, tagKey(name), JSON.stringify(photoIds));
  }

  /** Every tag that a photo of the library has, with how many contents have it; by name. */
  tags(): { name: string; photos: number }[] {
    return this.#db.all(
      `SELECT name, count(*) AS photos FROM tagging JOIN content ON content.hash = tagging.hash
       WHERE orphaned_at IS NULL GROUP BY key ORDER BY key`,
    );
  }

  /** Tags of what some photos hold, with how many of the photos have each. */
  tagsAmong(photoIds: readonly number[]): { name: string; photos: number }[] {
    return this.#db.all(
      `SELECT tagging.name, count(*) AS photos FROM photo JOIN content ON content.id = photo.content_id
       JOIN tagging ON tagging.hash = content.hash
       WHERE photo.id IN (SELECT value FROM json_each(?)) GROUP BY tagging.key ORDER BY tagging.key`,
      JSON.stringify(photoIds),
    );
  }

  /** What was said of what some photos hold, all taken together. */
  among(photoIds: readonly number[]): {
    photos: number;
    favourites: number;
    hidden: number;
    leastStars: number;
    mostStars: number;
  } {
    return this.#db.get(
      `SELECT count(*) AS photos, coalesce(sum(annotation.favourite), 0) AS favourites,
         coalesce(sum(annotation.hidden), 0) AS hidden, coalesce(min(coalesce(annotation.stars, 0)), 0) AS leastStars,
         coalesce(max(coalesce(annotation.stars, 0)), 0) AS mostStars
       FROM photo JOIN content ON content.id = photo.content_id LEFT JOIN annotation ON annotation.hash = content.hash
       WHERE photo.id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(photoIds),
    )!;
  }

  /** Favourites and stars of what some photos hold. */
  ofPhotos(photoIds: readonly number[]): AnnotationRow[] {
    return this.#db.all(
      `SELECT DISTINCT content.id AS contentId, coalesce(annotation.favourite, 0) AS favourite,
         coalesce(annotation.stars, 0) AS stars
       FROM photo JOIN content ON content.id = photo.content_id LEFT JOIN annotation ON annotation.hash = content.hash
       WHERE photo.id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(photoIds),
    );
  }

  /** All photos that hold what some photos hold, in folders whose photos have sidecars. */
  withSidecars(photoIds: readonly number[]): number[] {
    return this.#db.values<number>(
      `SELECT photo.id FROM photo JOIN folder ON folder.id = photo.folder_id AND folder.sidecars = 1
         AND folder.available = 1 AND folder.removed_at IS NULL
       WHERE photo.content_id IN (
         SELECT content_id FROM photo WHERE id IN (SELECT value FROM json_each(?)) AND content_id IS NOT NULL)`,
      JSON.stringify(photoIds),
    );
  }

  /** All photos that something is said of, in folders whose photos have sidecars. */
  allWithSidecars(): number[] {
    return this.#db.values<number>(
      `SELECT photo.id FROM photo JOIN folder ON folder.id = photo.folder_id AND folder.sidecars = 1
         AND folder.available = 1 AND folder.removed_at IS NULL
         JOIN content ON content.id = photo.content_id
       WHERE content.hash IN (SELECT hash FROM annotation WHERE favourite = 1 OR stars > 0 UNION SELECT hash FROM tagging)`,
    );
  }

  /** What files tell of a content becomes what is said of it, where nothing is said of it yet; false where nothing changed. */
  takeOver(contentId: number, { favourite, stars, tags }: Saying): boolean {
    if (!favourite && stars === 0 && tags.length === 0) return false;
    const hash = this.#hashOf(contentId);
    const isSaid = this.#db.value(
      'SELECT 1 FROM annotation WHERE hash = ? UNION SELECT 1 FROM tagging WHERE hash = ?',
      hash,
      hash,
    );
    if (isSaid !== undefined) return false;
    if (favourite || stars > 0)
      this.#db.run('INSERT INTO annotation (hash, favourite, stars) VALUES (?, ?, ?)', hash, favourite ? 1 : 0, stars);
    for (const tag of tags) this.#tag(hash, tag);
    return true;
  }

  /**
   * What files tell of a content has changed: what is said of it follows, where the person has not said otherwise.
   * @param before what they told
   * @returns whether anything that is said changed
   */
  follow(contentId: number, before: Saying, now: Saying): boolean {
    const hash = this.#hashOf(contentId);
    if (!hash) return false;
    const said = this.#db.get<{ favourite: number; stars: number }>(
      'SELECT favourite, stars FROM annotation WHERE hash = ?',
      hash,
    ) ?? { favourite: 0, stars: 0 };
    const stars = said.stars === before.stars ? now.stars : said.stars;
    const favourite = (said.favourite === 1) === before.favourite ? now.favourite : said.favourite === 1;
    const changed = stars !== said.stars || favourite !== (said.favourite === 1);
    if (changed)
      this.#db.run(
        `INSERT INTO annotation (hash, favourite, stars) VALUES (?, ?, ?)
         ON CONFLICT (hash) DO UPDATE SET favourite = excluded.favourite, stars = excluded.stars`,
        hash,
        favourite ? 1 : 0,
        stars,
      );
    const keysOf = (tags: readonly string[]): Set<string> => new Set(tags.map(tagKey));
    const [had, has] = [keysOf(before.tags), keysOf(now.tags)];
    let written = 0;
    for (const key of had.difference(has))
      written += this.#db.run('DELETE FROM tagging WHERE key = ? AND hash = ?', key, hash).changes;
    for (const tag of now.tags) if (!had.has(tagKey(tag))) written += this.#tag(hash, tag);
    return changed || written > 0;
  }

  /** A file holds something new in the place of something else: what was said of that is said of this, where nothing is yet. */
  carry(from: number, to: number): void {
    const before = this.#hashOf(from);
    if (before) this.carryFrom(before, to);
  }

  /** The same from what is known by its hash, which no file need hold any more. */
  carryFrom(before: Uint8Array, to: number): void {
    const now = this.#hashOf(to);
    if (!now) return;
    this.#db.run(
      `INSERT OR IGNORE INTO annotation (hash, favourite, stars, hidden)
       SELECT ?, favourite, stars, hidden FROM annotation WHERE hash = ?`,
      now,
      before,
    );
    this.#db.run(
      'INSERT OR IGNORE INTO tagging (key, name, hash) SELECT key, name, ? FROM tagging WHERE hash = ?',
      now,
      before,
    );
    this.#db.run(
      `INSERT OR IGNORE INTO album_photo (album_id, hash, added_at)
       SELECT album_id, ?, added_at FROM album_photo WHERE hash = ?`,
      now,
      before,
    );
  }

  /** @returns how many rows were written */
  #tag(hash: Uint8Array | undefined, tag: string): number {
    return this.#db.run(
      'INSERT OR IGNORE INTO tagging (key, name, hash) VALUES (?, ?, ?)',
      tagKey(tag),
      this.#written(tag),
      hash,
    ).changes;
  }

  #hashOf(contentId: number): Buffer | undefined {
    return this.#db.value<Buffer>('SELECT hash FROM content WHERE id = ?', contentId);
  }

  /** One tag is written one way: as it was first. */
  #written(name: string): string {
    return this.#db.value<string>('SELECT name FROM tagging WHERE key = ? LIMIT 1', tagKey(name)) ?? name;
  }
}

/** Upper and lower case are one, and so are the ways to write a letter with its accent. */
export const tagKey = (name: string): string => name.normalize('NFC').toLowerCase();
