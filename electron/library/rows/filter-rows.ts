// Which photos and regions a filter lets through, and what there is to narrow by.
import { sep } from 'node:path';
import type { FilterChoice, InsideFolder } from '../../contract/filters.ts';
import type { Filter } from '../../contract/query.ts';
import type { Catalogue } from '../catalogue.ts';
import { pathRange } from '../files/paths.ts';
import { tagKey } from './annotation-rows.ts';
import type { CodeRows } from './code-rows.ts';
import { VISIBLE, type HidingRows } from './hiding-rows.ts';

/** Width over height up to which a picture counts as square, and the inverse from which. */
const SQUARE = 1.05;
/** Milliseconds. */
const DAY = 86_400_000;

export class FilterRows {
  readonly #db: Catalogue;
  readonly #hiding: HidingRows;
  readonly #codes: Pick<CodeRows, 'regionsWith'>;

  constructor(db: Catalogue, hiding: HidingRows, codes: Pick<CodeRows, 'regionsWith'>) {
    this.#db = db;
    this.#hiding = hiding;
    this.#codes = codes;
  }

  /** Regions of contents that a photo holds which the filter lets through; one may come more than once. */
  regionIds(filter: Filter): number[] {
    const { where, parameters } = this.#conditionsOf(filter);
    return this.#db.values<number>(
      `SELECT region.id FROM photo JOIN content ON content.id = photo.content_id
         JOIN region ON region.content_id = photo.content_id ${where}`,
      ...parameters,
    );
  }

  /** Contents that a photo holds which the filter lets through; one may come more than once. */
  contentIds(filter: Filter): number[] {
    const { where, parameters } = this.#conditionsOf(filter);
    return this.#db.values<number>(
      `SELECT content.id FROM photo JOIN content ON content.id = photo.content_id ${where}`,
      ...parameters,
    );
  }

  /** Photos with a picture to show that the filter lets through, in no order. */
  photoIds(filter: Filter): number[] {
    const { where, parameters } = this.#conditionsOf(filter);
    return this.#db.values<number>(
      `SELECT photo.id FROM photo JOIN content ON content.id = photo.content_id ${where}`,
      ...parameters,
    );
  }

  /** How many photos the filter lets through. */
  count(filter: Filter): number {
    const { where, parameters } = this.#conditionsOf(filter);
    return this.#db.value<number>(
      `SELECT count(*) FROM photo JOIN content ON content.id = photo.content_id ${where}`,
      ...parameters,
    )!;
  }

  /** Those of some photos that the filter lets through. */
  photosAmong(photoIds: readonly number[], filter: Filter): Set<number> {
    const { where, parameters } = this.#conditionsOf(filter, 'photo.id IN (SELECT value FROM json_each(?))');
    return new Set(
      this.#db.values<number>(
        `SELECT photo.id FROM photo JOIN content ON content.id = photo.content_id ${where}`,
        JSON.stringify(photoIds),
        ...parameters,
      ),
    );
  }

  /** Every value that a column of contents has, with the number of contents that some photo holds; the most frequent first. */
  choices(column: 'camera' | 'lens' | 'format'): FilterChoice[] {
    // All are counted from the column's index, and less those few that no photo holds any more.
    return this.#db.all(
      `SELECT value, sum(n) AS photos FROM (
         SELECT ${column} AS value, count(*) AS n FROM content WHERE ${column} IS NOT NULL GROUP BY ${column}
         UNION ALL
         SELECT ${column}, -count(*) FROM content WHERE ${column} IS NOT NULL AND orphaned_at IS NOT NULL GROUP BY ${column}
       ) GROUP BY value HAVING photos > 0 ORDER BY photos DESC, value`,
    );
  }

  /** The folders right inside one that hold photos, in themselves or further in; by name. */
  foldersInside(folder: string): InsideFolder[] {
    const [from, to] = pathRange(folder);
    const found = this.#db.all<{ name: string; photos: number }>(
      // All are counted from the index of paths alone, and less the few that other photos show.
      `SELECT substr(rest, 1, instr(rest, @sep) - 1) AS name, sum(n) AS photos FROM (
         SELECT substr(path, @start) AS rest, 1 AS n FROM photo WHERE path >= @from AND path < @to
         UNION ALL
         SELECT substr(path, @start), -1 FROM photo WHERE lead_id IS NOT NULL AND path >= @from AND path < @to
       ) WHERE instr(rest, @sep) > 0 GROUP BY name HAVING photos > 0`,
      { sep, start: from.length + 1, from, to },
    );
    return found
      .map(({ name, photos }) => ({ path: from + name, name, photos }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  /** @param first a condition before all others, with a parameter of its own */
  #conditionsOf(filter: Filter, first?: string): { where: string; parameters: unknown[] } {
    const { conditions, parameters } = conditionsOf(filter);
    if (filter.code) {
      conditions.push('content.id IN (SELECT content_id FROM region WHERE id IN (SELECT value FROM json_each(?)))');
      parameters.push(JSON.stringify(this.#codes.regionsWith(filter.code)));
    }
    const all = [...(first ? [first] : []), ...conditions, ...(this.#hiding.isActive ? [VISIBLE] : [])];
    return { where: all.length > 0 ? `WHERE ${all.join(' AND ')}` : '', parameters };
  }
}

function conditionsOf(filter: Filter): { conditions: string[]; parameters: unknown[] } {
  const conditions: string[] = [];
  const parameters: unknown[] = [];
  const hold = (condition: string, ...values: unknown[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  const { folders, from, to, monthDay, cameras, lenses, formats } = filter;
  if (folders) {
    const range = '(photo.path >= ? AND photo.path < ?)';
    hold(`(${folders.map(() => range).join(' OR ')})`, ...folders.flatMap((folder) => pathRange(folder)));
  }
  if (from !== undefined) hold('photo.taken_at >= ?', Date.parse(from));
  if (to !== undefined) hold('photo.taken_at < ?', Date.parse(to) + DAY);
  if (monthDay !== undefined) hold(`strftime('%m-%d', photo.taken_at / 1000, 'unixepoch') = ?`, monthDay);
  for (const [column, values] of Object.entries({ camera: cameras, lens: lenses, format: formats })) {
    if (values) hold(`content.${column} IN (SELECT value FROM json_each(?))`, JSON.stringify(values));
  }
  if (filter.orientation === 'landscape') hold('content.width > content.height * ?', SQUARE);
  if (filter.orientation === 'portrait') hold('content.height > content.width * ?', SQUARE);
  if (filter.orientation === 'square')
    hold('content.width <= content.height * ? AND content.height <= content.width * ?', SQUARE, SQUARE);
  if (filter.minPixels !== undefined) hold('content.width * content.height >= ?', filter.minPixels);
  if (filter.maxPixels !== undefined) hold('content.width * content.height <= ?', filter.maxPixels);
  if (filter.name !== undefined) hold('name_contains(photo.path, ?)', filter.name);
  if (filter.marked) hold('EXISTS (SELECT 1 FROM relevance_mark WHERE result_hash = content.hash)');
  if (filter.copies) hold('content.id IN (SELECT content_id FROM photo GROUP BY content_id HAVING count(*) > 1)');
  if (filter.favourite) hold('content.hash IN (SELECT hash FROM annotation WHERE favourite = 1)');
  if (filter.minStars !== undefined)
    hold('content.hash IN (SELECT hash FROM annotation WHERE stars > 0 AND stars >= ?)', filter.minStars);
  if (filter.tags)
    hold(
      'content.hash IN (SELECT hash FROM tagging WHERE key IN (SELECT value FROM json_each(?)))',
      JSON.stringify(filter.tags.map(tagKey)),
    );
  if (filter.album !== undefined)
    hold('content.hash IN (SELECT hash FROM album_photo WHERE album_id = ?)', filter.album);
  if (filter.place) {
    const { mapId, corners } = filter.place;
    hold(
      'content.id IN (SELECT content_id FROM map_place WHERE map_id = ? AND inside_polygon(x, y, ?) = 1)',
      mapId,
      JSON.stringify(corners),
    );
  }
  return { conditions, parameters };
}
