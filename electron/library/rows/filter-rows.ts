// Which regions a filter lets through.
import type { Catalogue } from '../catalogue.ts';

/** Photos for which all that is said holds. */
export interface PhotoFilter {
  readonly folderIds?: readonly number[] | undefined;
  /** Wall-clock milliseconds: taken at one or later, and before the other. */
  readonly takenFrom?: number | undefined;
  readonly takenBefore?: number | undefined;
}

export class FilterRows {
  readonly #db: Catalogue;

  constructor(db: Catalogue) {
    this.#db = db;
  }

  /** Regions of contents that a photo holds which the filter lets through. */
  regionIds(filter: PhotoFilter): number[] {
    const { where, parameters } = conditionsOf(filter);
    return this.#db.values<number>(
      `SELECT region.id FROM photo JOIN region ON region.content_id = photo.content_id ${where}`,
      ...parameters,
    );
  }

  /** Those of some photos that the filter lets through. */
  photosAmong(photoIds: readonly number[], filter: PhotoFilter): Set<number> {
    const { where, parameters } = conditionsOf(filter, 'photo.id IN (SELECT value FROM json_each(?))');
    return new Set(
      this.#db.values<number>(`SELECT photo.id FROM photo ${where}`, JSON.stringify(photoIds), ...parameters),
    );
  }
}

/** @param first a condition before all others, with a parameter of its own */
function conditionsOf({ folderIds, takenFrom, takenBefore }: PhotoFilter, first?: string) {
  const conditions = first === undefined ? [] : [first];
  const parameters: unknown[] = [];
  const hold = (condition: string, value: unknown): void => {
    conditions.push(condition);
    parameters.push(value);
  };
  if (folderIds) hold('photo.folder_id IN (SELECT value FROM json_each(?))', JSON.stringify(folderIds));
  if (takenFrom !== undefined) hold('photo.taken_at >= ?', takenFrom);
  if (takenBefore !== undefined) hold('photo.taken_at < ?', takenBefore);
  return { where: conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '', parameters };
}
