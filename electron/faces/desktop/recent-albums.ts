// Albums where the system lists what an application offers: the dock of macOS, the jump list of Windows. Linux has no such place.
import type { App, JumpListCategory, MenuItemConstructorOptions } from 'electron';
import type { Album } from '../../contract/albums.ts';
import { linkToAlbum, type Opened } from './links.ts';
import type { Words } from './words.ts';

/** Where there is such a place. */
export const LISTS_ALBUMS: ReadonlySet<NodeJS.Platform> = new Set(['darwin', 'win32']);

/** More would not be looked through. */
const MOST = 10;

export function dockMenu(albums: readonly Album[], open: (link: Opened) => void): MenuItemConstructorOptions[] {
  return albums.slice(0, MOST).map(({ albumId, name }) => ({ label: name, click: () => open({ albumId }) }));
}

/** @param program what is started, with the link behind its own first words */
export function jumpList(
  albums: readonly Album[],
  words: Words,
  program: readonly [string, ...string[]],
): JumpListCategory[] {
  const [path, ...first] = program;
  const items = albums.slice(0, MOST).map(({ albumId, name }) => ({
    type: 'task' as const,
    title: name,
    program: path,
    args: [...first.map((word) => `"${word}"`), linkToAlbum(albumId)].join(' '),
    iconPath: path,
    iconIndex: 0,
  }));
  return items.length > 0 ? [{ type: 'custom', name: words.albums, items }] : [];
}

export function listAlbums(
  app: Pick<App, 'setJumpList' | 'dock'>,
  buildMenu: (template: MenuItemConstructorOptions[]) => Electron.Menu,
  albums: readonly Album[],
  options: { words: Words; open: (link: Opened) => void; program: readonly [string, ...string[]] },
  platform = process.platform,
): void {
  if (platform === 'darwin') app.dock?.setMenu(buildMenu(dockMenu(albums, options.open)));
  else app.setJumpList(jumpList(albums, options.words, options.program));
}
