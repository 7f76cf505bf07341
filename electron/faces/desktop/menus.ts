// The menus of the system: roles where there are any, so that keys, words and places are the platform's own.
import type { ContextMenuParams, MenuItemConstructorOptions } from 'electron';
import type { Words } from './words.ts';

export interface MenuHandlers {
  addFolder(): void;
  askByPictures(): void;
  showSettings(page: 'appearance' | 'privacy'): void;
}

const SEPARATOR: MenuItemConstructorOptions = { type: 'separator' };

/** @param isDeveloped from sources: then the page can be reloaded and looked into */
export function applicationMenu(
  words: Words,
  handlers: MenuHandlers,
  platform: NodeJS.Platform,
  isDeveloped: boolean,
): MenuItemConstructorOptions[] {
  const settings: MenuItemConstructorOptions = {
    label: words.settings,
    accelerator: 'CmdOrCtrl+,',
    click: () => handlers.showSettings('appearance'),
  };
  const own: MenuItemConstructorOptions[] = [
    { label: words.addFolder, click: () => handlers.addFolder() },
    { label: words.askByPictures, accelerator: 'CmdOrCtrl+O', click: () => handlers.askByPictures() },
  ];
  const isMac = platform === 'darwin';
  const macs: MenuItemConstructorOptions[] = [
    {
      role: 'appMenu',
      submenu: [
        { role: 'about' },
        SEPARATOR,
        settings,
        SEPARATOR,
        { role: 'services' },
        SEPARATOR,
        { role: 'hide' },
        { role: 'hideOthers' },
        { role: 'unhide' },
        SEPARATOR,
        { role: 'quit' },
      ],
    },
    { label: words.file, submenu: [...own, SEPARATOR, { role: 'close' }] },
  ];
  const others: MenuItemConstructorOptions[] = [
    { label: words.file, submenu: [...own, SEPARATOR, settings, SEPARATOR, { role: 'quit' }] },
  ];
  return [
    ...(isMac ? macs : others),
    // No undo of its own: Ctrl+Z in the page takes back what was said of photos.
    { role: 'editMenu', submenu: [{ role: 'cut' }, { role: 'copy' }, { role: 'paste' }, { role: 'selectAll' }] },
    {
      role: 'viewMenu',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        SEPARATOR,
        { role: 'togglefullscreen' },
        ...(isDeveloped ? [SEPARATOR, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      label: words.help,
      submenu: [{ label: words.report, click: () => handlers.showSettings('privacy') }],
    },
  ];
}

/** Of a field to write in, or of text that is selected; the page has menus of its own for everything else. */
export function textMenu({
  isEditable,
  selectionText,
  editFlags,
}: Pick<ContextMenuParams, 'isEditable' | 'selectionText' | 'editFlags'>): MenuItemConstructorOptions[] {
  if (!isEditable) return selectionText === '' ? [] : [{ role: 'copy' }];
  return [
    { role: 'undo', enabled: editFlags.canUndo },
    SEPARATOR,
    { role: 'cut', enabled: editFlags.canCut },
    { role: 'copy', enabled: editFlags.canCopy },
    { role: 'paste', enabled: editFlags.canPaste },
    SEPARATOR,
    { role: 'selectAll', enabled: editFlags.canSelectAll },
  ];
}

export interface TrayHandlers {
  open(): void;
  pause(): void;
  resume(): void;
  quit(): void;
}

export const trayMenu = (words: Words, handlers: TrayHandlers, isPaused: boolean): MenuItemConstructorOptions[] => [
  { label: words.open, click: () => handlers.open() },
  isPaused
    ? { label: words.resume, click: () => handlers.resume() }
    : { label: words.pause, click: () => handlers.pause() },
  SEPARATOR,
  { label: words.quit, click: () => handlers.quit() },
];
