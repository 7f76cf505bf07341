// A folder's place in the catalogue, and all that is kept by paths below it, when it lies somewhere else now.
import { sep } from 'node:path';
import { parseOrNull } from '../../contract/json.ts';
import type { Catalogue } from '../catalogue.ts';
import { isWithin, movedPath, pathRange, rulesOf, separatorOf, withoutEnd } from '../files/paths.ts';

/**
 * Photos stay the same ones under their new paths. To be called inside a transaction, where no other photo is known below the
 * new path.
 * @param from may be a path of another system, with other separators
 */
export function moveFolder(db: Catalogue, id: number, from: string, to: string): void {
  const theirs = separatorOf(from);
  const moved = (path: string): string => movedPath(path, from, to);
  const isBelow = (path: string): boolean => isWithin(path, from, { ...rulesOf.linux, separator: theirs });
  db.run('UPDATE folder SET path = ? WHERE id = ?', to, id);
  for (const table of ['photo', 'beside'])
    db.run(
      `UPDATE ${table} SET path = ? || replace(substr(path, length(?) + 1), ?, ?) WHERE folder_id = ?`,
      withoutEnd(to, sep),
      withoutEnd(from, theirs),
      theirs,
      sep,
      id,
    );
  for (const path of db.values<string>('SELECT path FROM hidden_folder').filter(isBelow)) {
    const [first, after] = pathRange(moved(path));
    db.run('DELETE FROM hidden_folder WHERE path = ?', path);
    db.run('INSERT OR REPLACE INTO hidden_folder (path, first, after) VALUES (?, ?, ?)', moved(path), first, after);
  }
  for (const album of db.all<{ id: number; query: string }>('SELECT id, query FROM album WHERE query IS NOT NULL')) {
    const query = parseOrNull(album.query) as { filter?: { folders?: string[] } } | null;
    if (!query?.filter?.folders?.some(isBelow)) continue;
    query.filter.folders = query.filter.folders.map((path) => (isBelow(path) ? moved(path) : path));
    db.run('UPDATE album SET query = ? WHERE id = ?', JSON.stringify(query), album.id);
  }
}
