// Folders in which files are kept rather than elsewhere, as the person said.
import { parseOrNull } from '../../contract/json.ts';
import type { Library } from '../../library/library.ts';

const SETTING = 'preferred-folders';

/** The first before the next. */
export function preferredFolders({ settings }: Library): string[] {
  const said = settings.get(SETTING);
  const folders = said === undefined ? null : parseOrNull(said);
  return Array.isArray(folders) ? folders.filter((folder) => typeof folder === 'string') : [];
}

export function setPreferredFolders({ settings }: Library, folders: readonly string[]): void {
  settings.set(SETTING, JSON.stringify([...new Set(folders)]));
}
