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
  regionIds({ folderIds, takenFrom, takenBefore }: PhotoFilter): number[] {
    const conditions: string[] = [];
    const parameters: unknown[] = [];
    const hold = (condition: string, value: unknown): void => {
      conditions.push(condition);
      parameters.push(value);
    };
    if (folderIds) hold('photo.folder_id IN (SELECT value FROM json_each(?))', JSON.stringify(folderIds));
    if (takenFrom !== undefined) hold('photo.taken_at >= ?', takenFrom);
    if (takenBefore !== undefined) hold('photo.taken_at < ?', takenBefore);
    return this.#db.values<number>(
      `SELECT region.id FROM photo JOIN region ON region.content_id = photo.content_id
       ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}`,
      ...parameters,
    );
  }
}
