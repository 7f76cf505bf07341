// What is known of duplicates: pictures that belong together, what the person said of them, and photos that are to go.
import type { DuplicateKind } from '../../contract/duplicates.ts';
import type { Catalogue } from '../catalogue.ts';
import { VISIBLE } from './hiding-rows.ts';

export type LinkKind = Exclude<DuplicateKind, 'copies'>;

/** Two contents, the lesser number first. */
export type ContentPair = readonly [number, number];

/** A file of a group. */
export interface DuplicateRow {
  photoId: number;
  contentId: number;
  path: string;
  /** Of the library's folder that it lies in. */
  folder: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970. */
  modifiedAt: number;
  width: number;
  height: number;
  colour: number;
  format: string;
  camera: string | null;
  takenAt: number;
  cameraTakenAt: number | null;
  /** 0 or 1. */
  available: number;
  favourite: number;
  /** 0 to 5. */
  stars: number;
  /** Albums filled by hand, and tags. */
  said: number;
  /** Null where nobody asked yet. */
  sharpness: number | null;
}

const VERDICT = `SELECT 1 FROM duplicate_verdict AS v WHERE v.hash = min(a.hash, b.hash) AND v.other_hash = max(a.hash, b.hash)`;

const FILE = `SELECT photo.id AS photoId, content.id AS contentId, photo.path AS path, folder.path AS folder, photo.size AS size,
    photo.modified_at AS modifiedAt, content.width AS width, content.height AS height, content.colour AS colour,
    content.format AS format, content.camera AS camera, photo.taken_at AS takenAt, content.taken_at AS cameraTakenAt,
    folder.available AS available, coalesce(annotation.favourite, 0) AS favourite, coalesce(annotation.stars, 0) AS stars,
    (SELECT count(*) FROM album_photo WHERE album_photo.hash = content.hash)
      + (SELECT count(*) FROM tagging WHERE tagging.hash = content.hash) AS said, reviewed.sharpness AS sharpness
  FROM photo JOIN content ON content.id = photo.content_id JOIN folder ON folder.id = photo.folder_id
    LEFT JOIN annotation ON annotation.hash = content.hash LEFT JOIN reviewed ON reviewed.content_id = content.id`;

export class DuplicateRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Contents that several photos hold, without those whose copies are to stay. */
  copied(): number[] {
    return this.#db.values<number>(
      `SELECT a.id FROM content AS a JOIN content AS b ON b.id = a.id WHERE NOT EXISTS (${VERDICT}) AND a.id IN
         (SELECT content_id FROM photo WHERE content_id IS NOT NULL GROUP BY content_id HAVING count(*) > 1) ORDER BY a.id`,
    );
  }

  /** Contents that belong together and that photos hold, without those of which the person said otherwise. */
  links(kind: LinkKind): ContentPair[] {
    return this.#db
      .all<{ one: number; other: number }>(
        `SELECT a.id AS one, b.id AS other FROM duplicate_link JOIN content AS a ON a.id = content_id
           JOIN content AS b ON b.id = other_id
         WHERE kind = ? AND a.orphaned_at IS NULL AND b.orphaned_at IS NULL AND NOT EXISTS (${VERDICT})`,
        kind,
      )
      .map(({ one, other }) => [one, other] as const);
  }

  /** Of two contents, whether the person said that they do not belong together. */
  isSettled([one, other]: ContentPair): boolean {
    return (
      this.#db.value(
        `SELECT 1 FROM content AS a, content AS b WHERE a.id = ? AND b.id = ? AND EXISTS (${VERDICT})`,
        one,
        other,
      ) !== undefined
    );
  }

  /**
   * Pictures that were not looked at, that some photo holds and that an embedder has seen, by their numbers.
   * @param upTo the last number that is asked about
   */
  unreviewed(embedderId: number, after: number, upTo: number): { contentId: number; regionId: number }[] {
    return this.#db.all(
      `SELECT content.id AS contentId, region.id AS regionId
       FROM content JOIN region ON region.content_id = content.id AND region.kind = 'whole'
       WHERE content.id > ? AND content.id <= ? AND NOT EXISTS (SELECT 1 FROM reviewed WHERE content_id = content.id)
         AND content.duration IS NULL AND content.orphaned_at IS NULL
         AND EXISTS (SELECT 1 FROM feature WHERE embedder_id = ? AND region_id = region.id)
       ORDER BY content.id`,
      after,
      upTo,
      embedderId,
    );
  }

  reviewedCount(): number {
    return this.#db.value<number>('SELECT count(*) FROM reviewed')!;
  }

  /** Notes contents that were looked at, and what belongs to them. To be called inside a transaction. */
  add(looked: readonly number[], links: Readonly<Record<LinkKind, readonly ContentPair[]>>): void {
    const isThere = (id: number): boolean => this.#db.value('SELECT 1 FROM content WHERE id = ?', id) !== undefined;
    for (const id of looked)
      if (isThere(id)) this.#db.run('INSERT OR IGNORE INTO reviewed (content_id) VALUES (?)', id);
    for (const kind of ['same', 'bursts'] as const)
      for (const [one, other] of links[kind])
        if (isThere(one) && isThere(other))
          this.#db.run(
            'INSERT OR IGNORE INTO duplicate_link (content_id, other_id, kind) VALUES (?, ?, ?)',
            one,
            other,
            kind,
          );
  }

  /** Contents of bursts whose sharpness nobody asked yet, at most so many. */
  unmeasured(limit: number): number[] {
    return this.#db.values<number>(
      `SELECT content_id FROM reviewed WHERE sharpness IS NULL AND content_id IN
         (SELECT content_id FROM duplicate_link WHERE kind = 'bursts' UNION SELECT other_id FROM duplicate_link WHERE kind = 'bursts')
       LIMIT ?`,
      limit,
    );
  }

  setSharpness(contentId: number, sharpness: number): void {
    this.#db.run('UPDATE reviewed SET sharpness = ? WHERE content_id = ?', sharpness, contentId);
  }

  /** Files that hold some contents and can be seen. @param toGo whether those that are to go are among them */
  files(contentIds: readonly number[], toGo: 'with those to go' | 'without those to go'): DuplicateRow[] {
    const wanted = toGo === 'with those to go' ? '' : 'AND photo.id NOT IN (SELECT photo_id FROM to_go)';
    return this.#db.all(
      `${FILE} WHERE content.id IN (SELECT value FROM json_each(?)) ${wanted} AND ${VISIBLE} ORDER BY photo.path`,
      JSON.stringify(contentIds),
    );
  }

  /** Says of each two of some contents, or of one alone and its copies, that they stay as they are. */
  say(contentIds: readonly number[], verdict: 'kept' | 'different'): void {
    const ids = JSON.stringify([...new Set(contentIds)]);
    this.#db.run(
      `INSERT OR REPLACE INTO duplicate_verdict (hash, other_hash, verdict)
       SELECT a.hash, b.hash, ? FROM content AS a JOIN content AS b ON a.hash <= b.hash
       WHERE a.id IN (SELECT value FROM json_each(?)) AND b.id IN (SELECT value FROM json_each(?))
         AND (a.id <> b.id OR (SELECT count(*) FROM photo WHERE content_id = a.id) > 1)`,
      verdict,
      ids,
      ids,
    );
  }

  letGo(photoIds: readonly number[]): void {
    for (const id of photoIds)
      this.#db.run('INSERT OR IGNORE INTO to_go (photo_id) SELECT id FROM photo WHERE id = ?', id);
  }

  keep(photoIds: readonly number[]): void {
    for (const id of photoIds) this.#db.run('DELETE FROM to_go WHERE photo_id = ?', id);
  }

  /** Files that are to go, by their paths. */
  toGo(): DuplicateRow[] {
    return this.#db.all(`${FILE} WHERE photo.id IN (SELECT photo_id FROM to_go) ORDER BY photo.path`);
  }

  measureToGo(): { files: number; bytes: number } {
    return this.#db.get<{ files: number; bytes: number }>(
      'SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes FROM photo WHERE id IN (SELECT photo_id FROM to_go)',
    )!;
  }
}
