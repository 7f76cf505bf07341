// Stands in for Electron where its binary is not needed: it type-checks as the parts of Electron's API that
// main.ts and preload.ts use, and remembers what was asked of it.
import { EventEmitter } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Electron from 'electron';

type Handler = (event: { senderFrame: { parent: unknown; url: string } | null }, ...args: unknown[]) => unknown;

export const seen = {
  windows: [] as BrowserWindow[],
  handlers: new Map<string, Handler>(),
  schemes: new Map<string, Parameters<Electron.Protocol['handle']>[1]>(),
  appEvents: new EventEmitter(),
  children: [] as { entry: string; posted: unknown[]; emitter: EventEmitter }[],
  exposed: {} as Record<string, Record<string, unknown>>,
  invoked: [] as unknown[][],
  userData: mkdtempSync(join(tmpdir(), 'likeness-')),
  opened: [] as string[],
  errors: [] as [title: string, content: string][],
  locked: true,
  permissionRequest: undefined as
    Exclude<Parameters<Electron.Session['setPermissionRequestHandler']>[0], null> | undefined,
  permissionCheck: undefined as Exclude<Parameters<Electron.Session['setPermissionCheckHandler']>[0], null> | undefined,
  devicePermission: undefined as
    Exclude<Parameters<Electron.Session['setDevicePermissionHandler']>[0], null> | undefined,
  /** The engine's process does not answer. */
  silent: false,
  quits: 0,
  menu: [] as Electron.MenuItemConstructorOptions[],
  /** Menus that opened where the pointer was. */
  popups: [] as Electron.MenuItemConstructorOptions[][],
  trays: [] as Tray[],
  notices: [] as Notification[],
  power: new EventEmitter(),
  onBattery: false,
  logins: [] as Electron.Settings[],
  protocols: [] as string[],
};

export const app: { isPackaged: boolean } & Pick<
  Electron.App,
  | 'requestSingleInstanceLock'
  | 'quit'
  | 'whenReady'
  | 'on'
  | 'getPath'
  | 'getAppPath'
  | 'getVersion'
  | 'getLocale'
  | 'setAsDefaultProtocolClient'
  | 'setLoginItemSettings'
  | 'getLoginItemSettings'
  | 'setJumpList'
  | 'dock'
> = {
  isPackaged: false,
  requestSingleInstanceLock: () => seen.locked,
  quit: () => void seen.quits++,
  whenReady: () => Promise.resolve(),
  getPath: () => seen.userData,
  getAppPath: () => '/sources',
  getVersion: () => '1.2.3',
  getLocale: () => 'en-GB',
  setAsDefaultProtocolClient: (scheme) => seen.protocols.push(scheme) > 0,
  setLoginItemSettings: (settings) => void seen.logins.push(settings),
  getLoginItemSettings: () => ({ wasOpenedAtLogin: false }) as Electron.LoginItemSettings,
  setJumpList: () => 'ok',
  dock: undefined,
  on: (event: string, listener: (...args: never[]) => void) => {
    seen.appEvents.on(event, listener as never);
    return app as unknown as Electron.App;
  },
};

export class BrowserWindow {
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly loaded: string[] = [];
  readonly sent: unknown[][] = [];
  reloads = 0;
  readonly webContents = { send: (...args: unknown[]) => void this.sent.push(args), reload: () => void this.reloads++ };

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    this.options = options;
    seen.windows.push(this);
  }

  loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    return Promise.resolve();
  }

  readonly listeners = new EventEmitter();
  isFull = false;

  on(event: string, listener: (...args: never[]) => void): this {
    this.listeners.on(event, listener as never);
    return this;
  }

  maximize(): void {
    this.isFull = true;
  }

  isMaximized(): boolean {
    return this.isFull;
  }

  getNormalBounds(): Electron.Rectangle {
    return { x: 5, y: 6, width: 700, height: 600 };
  }

  isMinimized(): boolean {
    return false;
  }

  isVisible = true;

  show(): void {
    this.isVisible = true;
  }

  hide(): void {
    this.isVisible = false;
  }

  isFocused(): boolean {
    return false;
  }

  restore(): void {}
  focus(): void {}
}

export const dialog: Pick<Electron.Dialog, 'showErrorBox'> & {
  showOpenDialog: () => Promise<Electron.OpenDialogReturnValue>;
} = {
  showErrorBox: (title, content) => void seen.errors.push([title, content]),
  showOpenDialog: () => Promise.resolve({ canceled: false, filePaths: ['/chosen'] }),
};

/** Pictures that were made, by their bytes. */
export const nativeImage: {
  createFromBuffer: (bytes: Buffer) => Pick<Electron.NativeImage, 'resize'>;
  createFromPath: (path: string) => { path: string };
} = {
  createFromPath: (path) => ({ path }),
  createFromBuffer: (bytes) => ({ resize: () => ({ bytes }) as unknown as Electron.NativeImage }),
};

export const ipcMain: Pick<Electron.IpcMain, 'handle' | 'on'> = {
  handle: (channel, handler) => void seen.handlers.set(channel, handler as unknown as Handler),
  on(channel, handler) {
    seen.handlers.set(channel, handler as unknown as Handler);
    return this as Electron.IpcMain;
  },
};

export const Menu = {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => ({
    template,
    popup: () => void seen.popups.push(template),
  }),
  setApplicationMenu: (menu: { template: Electron.MenuItemConstructorOptions[] }) => void (seen.menu = menu.template),
};

export const protocol: Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'> = {
  registerSchemesAsPrivileged: () => undefined,
  handle: (scheme, handler) => void seen.schemes.set(scheme, handler),
};

export const session: {
  defaultSession: Pick<
    Electron.Session,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
  >;
} = {
  defaultSession: {
    setPermissionRequestHandler: (handler) => void (seen.permissionRequest = handler ?? undefined),
    setPermissionCheckHandler: (handler) => void (seen.permissionCheck = handler ?? undefined),
    setDevicePermissionHandler: (handler) => void (seen.devicePermission = handler ?? undefined),
  },
};

export const screen: { getAllDisplays: () => Pick<Electron.Display, 'workArea'>[] } = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }],
};

export const shell: Pick<Electron.Shell, 'openPath' | 'showItemInFolder' | 'trashItem'> = {
  openPath: (path) => {
    seen.opened.push(path);
    return Promise.resolve('');
  },
  showItemInFolder: (path) => void seen.opened.push(path),
  trashItem: (path) => {
    seen.opened.push(`trash ${path}`);
    return Promise.resolve();
  },
};

export const utilityProcess: Pick<typeof Electron.utilityProcess, 'fork'> = {
  fork: (entry) => {
    const emitter = new EventEmitter();
    const child = { entry, posted: [] as unknown[], emitter };
    seen.children.push(child);
    const postMessage: Electron.UtilityProcess['postMessage'] = (message: unknown) =>
      void emitter.emit('posted', message, child.posted.push(message));
    return Object.assign(emitter, { postMessage }) as unknown as Electron.UtilityProcess;
  },
};

export const contextBridge: Pick<Electron.ContextBridge, 'exposeInMainWorld'> = {
  exposeInMainWorld: (name: string, api: Record<string, unknown>) => void (seen.exposed[name] = api),
};

export const ipcRenderer = {
  invoke: (...args: unknown[]) => {
    seen.invoked.push(args);
    return Promise.resolve({ ok: null });
  },
  send: (...args: unknown[]) => void seen.invoked.push(args),
  on: () => undefined,
};

export const webUtils: Pick<Electron.WebUtils, 'getPathForFile'> = {
  getPathForFile: (file) => `/dropped/${file.name}`,
};

export class Tray {
  readonly icon: { path: string };
  readonly listeners = new EventEmitter();
  menu: Electron.MenuItemConstructorOptions[] = [];
  isDestroyed = false;

  constructor(icon: { path: string }) {
    this.icon = icon;
    seen.trays.push(this);
  }

  setToolTip(_: string): void {}

  setContextMenu(menu: { template: Electron.MenuItemConstructorOptions[] }): void {
    this.menu = menu.template;
  }

  on(event: string, listener: () => void): this {
    this.listeners.on(event, listener);
    return this;
  }

  destroy(): void {
    this.isDestroyed = true;
  }
}

export class Notification {
  readonly options: Electron.NotificationConstructorOptions;
  readonly listeners = new EventEmitter();

  constructor(options: Electron.NotificationConstructorOptions) {
    this.options = options;
  }

  on(event: string, listener: () => void): this {
    this.listeners.on(event, listener);
    return this;
  }

  show(): void {
    seen.notices.push(this);
  }
}

export const powerMonitor: Pick<Electron.PowerMonitor, 'isOnBatteryPower'> & {
  on: (event: string, listener: () => void) => void;
} = {
  isOnBatteryPower: () => seen.onBattery,
  on: (event, listener) => void seen.power.on(event, listener),
};
