// The map of all photos by likeness, and which photos were looked at.
import type { Catalogue } from '../catalogue.ts';
import { VISIBLE } from './hiding-rows.ts';

export interface MapRow {
  id: number;
  embedderId: number;
  /** Contents it was drawn from. */
  drawnFrom: number;
}

/** Where a content stands on the map. */
export interface MapPlace {
  contentId: number;
  /** In [0, 1], y downwards. */
  x: number;
  y: number;
  /** The mean distance of its nearest, in [0, 2]. */
  rarity: number;
}

/** A content on the map, with one photo of those that hold it. */
export interface PlacedPhoto extends MapPlace {
  photoId: number;
  /** Mean colour, 0xRRGGBB. */
  colour: number;
  /** Wall-clock milliseconds since 1970. */
  takenAt: number;
  /** Milliseconds since 1970; null where nobody looked at it. */
  lookedAt: number | null;
}

export interface ContentVector {
  contentId: number;
  /** float16: hidden by a model where one is given, else as an embedder gave it. */
  vector: Uint8Array;
}

/** The region that stands for a content: the whole of a picture, the first frame of a video. */
const FIRST = '(SELECT min(id) FROM region WHERE region.content_id = content.id)';
const HELD = 'EXISTS (SELECT 1 FROM photo WHERE photo.content_id = content.id)';

export class MapRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  current(): MapRow | undefined {
    return this.#db.get('SELECT id, embedder_id AS embedderId, drawn_from AS drawnFrom FROM map');
  }

  /** Puts a map in the place of the one before. To be called inside a transaction. @returns its number */
  replace(embedderId: number, places: readonly MapPlace[]): number {
    this.clear();
    const { lastInsertRowid } = this.#db.run(
      'INSERT INTO map (embedder_id, drawn_from) VALUES (?, ?)',
      embedderId,
      places.length,
    );
    this.add(Number(lastInsertRowid), places);
    return Number(lastInsertRowid);
  }

  /** Contents that are gone meanwhile are passed over. To be called inside a transaction. */
  add(mapId: number, places: readonly MapPlace[]): void {
    for (const { contentId, x, y, rarity } of places) {
      this.#db.run(
        `INSERT OR REPLACE INTO map_place (content_id, map_id, x, y, rarity) SELECT id, ?, ?, ?, ? FROM content WHERE id = ?`,
        mapId,
        x,
        y,
        rarity,
        contentId,
      );
    }
  }

  clear(): void {
    this.#db.run('DELETE FROM map_place');
    this.#db.run('DELETE FROM map');
  }

  /** Contents that are on the map. */
  placed(): MapPlace[] {
    return this.#db.all('SELECT content_id AS contentId, x, y, rarity FROM map_place');
  }

  placedCount(): number {
    return this.#db.value<number>('SELECT count(*) FROM map_place')!;
  }

  /**
   * Vectors of contents that some photo holds, by their numbers.
   * @param modelId whose hidden vectors; undefined for the embedder's own
   * @param after the number of the last one of an earlier answer
   */
  vectors(embedderId: number, modelId: number | undefined, after: number, limit: number): ContentVector[] {
    const [table, column, owner] =
      modelId === undefined ? ['feature', 'embedder_id', embedderId] : ['hidden', 'model_id', modelId];
    return this.#db.all(
      `SELECT content.id AS contentId, vector FROM content JOIN ${table} ON ${table}.region_id = ${FIRST} AND ${column} = ?
       WHERE content.id > ? AND ${HELD} ORDER BY content.id LIMIT ?`,
      owner,
      after,
      limit,
    );
  }

  /** Of some regions those that are whole pictures of contents that a photo holds: their contents. */
  wholesAmong(regionIds: Uint32Array): Map<number, number> {
    const rows = this.#db.all<{ regionId: number; contentId: number }>(
      `SELECT region.id AS regionId, content.id AS contentId FROM region JOIN content ON content.id = region.content_id
       WHERE region.id IN (SELECT value FROM json_each(?)) AND region.id = ${FIRST} AND ${HELD}`,
      JSON.stringify([...regionIds]),
    );
    return new Map(rows.map(({ regionId, contentId }) => [regionId, contentId]));
  }

  /** What can be seen, each content once. */
  photos(): PlacedPhoto[] {
    return this.#db.all(
      `SELECT content.id AS contentId, min(photo.id) AS photoId, x, y, rarity, colour, photo.taken_at AS takenAt, looked.at AS lookedAt
       FROM map_place JOIN content ON content.id = map_place.content_id JOIN photo ON photo.content_id = content.id
         LEFT JOIN looked ON looked.hash = content.hash
       WHERE ${VISIBLE} GROUP BY content.id`,
    );
  }

  /** One photo that holds a content and can be seen. */
  photoOf(contentId: number): number | undefined {
    return (
      this.#db.value<number | null>(
        `SELECT min(photo.id) FROM photo JOIN content ON content.id = photo.content_id WHERE content.id = ? AND ${VISIBLE}`,
        contentId,
      ) ?? undefined
    );
  }

  /** Tags of contents on the map, one row each. */
  tags(): { contentId: number; tag: string }[] {
    return this.#db.all(
      `SELECT content.id AS contentId, tagging.name AS tag FROM tagging JOIN content ON content.hash = tagging.hash JOIN map_place ON map_place.content_id = content.id`,
    );
  }

  /** Somebody looked at a photo. @param at milliseconds since 1970 */
  look(photoId: number, at: number): void {
    this.#db.run(
      'INSERT OR REPLACE INTO looked (hash, at) SELECT hash, ? FROM photo JOIN content ON content.id = content_id WHERE photo.id = ?',
      at,
      photoId,
    );
  }
}
