// Regions in the catalogue: what has a vector and a code of its own. Each content has one that is the whole of it.
import type { Catalogue } from '../catalogue.ts';

export interface Box {
  /** Shares of the upright picture's width and height, from its upper left corner; in [0, 1]. */
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface RegionRow {
  id: number;
  contentId: number;
  kind: 'whole' | 'tile' | 'frame';
  box: Box | null;
  /** Of a frame: seconds from the beginning. */
  time: number | null;
}

type RawRegion = Omit<RegionRow, 'box'> & { x: number | null; y: number; width: number; height: number };

export class RegionRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  add(contentId: number, kind: RegionRow['kind'], box: Box | null = null, time: number | null = null): number {
    const { lastInsertRowid } = this.#db.run(
      'INSERT INTO region (content_id, kind, x, y, width, height, time) VALUES (?, ?, ?, ?, ?, ?, ?)',
      contentId,
      kind,
      box?.x ?? null,
      box?.y ?? null,
      box?.width ?? null,
      box?.height ?? null,
      time,
    );
    return Number(lastInsertRowid);
  }

  /** Adds a frame of a video. @param time seconds from the beginning @param thumbnail JPEG */
  addFrame(contentId: number, time: number, thumbnail: Uint8Array): number {
    const id = this.add(contentId, 'frame', null, time);
    this.#db.run('INSERT INTO frame_thumbnail (region_id, jpeg) VALUES (?, ?)', id, thumbnail);
    return id;
  }

  /** Frames of a video in the order in which they were chosen. */
  framesOf(contentId: number): number[] {
    return this.#db.values<number>(
      `SELECT id FROM region WHERE content_id = ? AND kind = 'frame' ORDER BY id`,
      contentId,
    );
  }

  /** The region that is the whole of a content; undefined where there is no such content. */
  wholeOf(contentId: number): number | undefined {
    return this.#db.value<number>(`SELECT id FROM region WHERE content_id = ? AND kind = 'whole'`, contentId);
  }

  /** The thumbnail, JPEG, of what a region shows all of: of a content, or of a frame of a video; undefined of a part of a picture. */
  thumbnail(regionId: number): Uint8Array | undefined {
    return this.#db.value<Uint8Array>(
      `SELECT coalesce(frame_thumbnail.jpeg, thumbnail.jpeg) FROM region
         JOIN thumbnail ON thumbnail.content_id = region.content_id
         LEFT JOIN frame_thumbnail ON frame_thumbnail.region_id = region.id
       WHERE region.id = ? AND kind <> 'tile'`,
      regionId,
    );
  }

  /** The regions that are the wholes of some contents, by content. */
  wholesOf(contentIds: readonly number[]): Map<number, number> {
    const rows = this.#db.all<{ id: number; contentId: number }>(
      `SELECT id, content_id AS contentId FROM region
       WHERE content_id IN (SELECT value FROM json_each(?)) AND kind = 'whole'`,
      JSON.stringify(contentIds),
    );
    return new Map(rows.map(({ id, contentId }) => [contentId, id]));
  }

  /** The number of the newest region, 0 where there is none. */
  newest(): number {
    return this.#db.value<number>('SELECT ifnull(max(id), 0) FROM region')!;
  }

  /** All regions of some contents. */
  idsOf(contentIds: readonly number[]): number[] {
    return this.#db.values<number>(
      'SELECT id FROM region WHERE content_id IN (SELECT value FROM json_each(?))',
      JSON.stringify(contentIds),
    );
  }

  /** Those of some regions that are there, by their ids. */
  find(ids: readonly number[]): Map<number, RegionRow> {
    const rows = this.#db.all<RawRegion>(
      `SELECT id, content_id AS contentId, kind, x, y, width, height, time FROM region
       WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(ids),
    );
    return new Map(
      rows.map(({ x, y, width, height, ...rest }) => [rest.id, { ...rest, box: toBox(x, y, width, height) }]),
    );
  }
}

/** A box by its columns, of which all are null where there is none. */
export function toBox(x: number | null, y: number, width: number, height: number): Box | null {
  return x === null ? null : { x, y, width, height };
}
