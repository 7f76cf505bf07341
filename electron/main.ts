// First face: the desktop window. It holds no state and touches no photo; the engine's process does.
import {
  app,
  type BrowserWindow,
  dialog,
  Menu,
  Notification,
  powerMonitor,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Album } from './contract/albums.ts';
import type { DesktopChoices } from './contract/desktop.ts';
import { LikenessError, toErrorMessage } from './contract/errors.ts';
import type { AnyEvent } from './contract/events.ts';
import { inEnglish } from './contract/sentence.ts';
import { defaultLibraryPath } from './faces/default-library.ts';
import { answerPage } from './faces/desktop/answer-page.ts';
import { readArguments, type StartedWith } from './faces/desktop/arguments.ts';
import { Choices } from './faces/desktop/choices.ts';
import { EngineKeeper } from './faces/desktop/engine-keeper.ts';
import { readLink, type Opened } from './faces/desktop/links.ts';
import { LongReading } from './faces/desktop/long-reading.ts';
import { openMainWindow } from './faces/desktop/main-window.ts';
import { applicationMenu, textMenu } from './faces/desktop/menus.ts';
import { takeOpened } from './faces/desktop/opened-paths.ts';
import { listAlbums, LISTS_ALBUMS } from './faces/desktop/recent-albums.ts';
import { isOurAddress, PAGE, registerScheme, servePage } from './faces/desktop/serve-page.ts';
import { startAtLogin } from './faces/desktop/start-at-login.ts';
import { TraySign } from './faces/desktop/tray-sign.ts';
import { Updates } from './faces/desktop/updates.ts';
import { filled, wordsFor } from './faces/desktop/words.ts';

/** What the page may ask of the system: copying, and filling the screen. No camera, no place, no notification. */
const PERMITTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);

/** Milliseconds. */
const DAY = 24 * 3600 * 1000;

registerScheme();

const started = readArguments(process.argv, app.isPackaged, process.cwd());
const words = wordsFor(app.getLocale());
/** What the system starts to open this application, and its first words. */
const program: [string, ...string[]] = app.isPackaged ? [process.execPath] : [process.execPath, app.getAppPath(), '--'];

const longReading = new LongReading();
const tray = new TraySign(words, {
  open: showWindow,
  pause: () => ask('pauseIndexing'),
  resume: () => ask('resumeIndexing'),
  quit: () => app.quit(),
});

let engine: EngineKeeper | undefined;
let window: BrowserWindow | undefined;
let choices: Choices | undefined;
/** Whether the page is there and the library open. */
let isShown = false;
let isQuitting = false;

if (!app.requestSingleInstanceLock()) {
  console.log('Likeness is already running; its window comes to the front.');
  app.quit();
} else {
  app.on('second-instance', (_, argv, workingDirectory) => {
    showWindow();
    void take(readArguments(argv, app.isPackaged, workingDirectory));
  });
  // macOS names files and links so, before the window is there too.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    takeLater({ paths: [path], links: [] });
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    const link = readLink(url);
    if (link) takeLater({ paths: [], links: [link] });
  });
  app.on('activate', showWindow);
  app.on('window-all-closed', () => app.quit());
  // No other page than ours is ever shown.
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('context-menu', (_event, about) => {
      const template = textMenu(about);
      if (template.length > 0) Menu.buildFromTemplate(template).popup();
    });
  });
  await app.whenReady();
  await openApplication();
}

async function openApplication(): Promise<void> {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(PERMITTED.has(permission) && isOurAddress(contents.getURL())),
  );
  defaultSession.setPermissionCheckHandler(
    (_, permission, origin) => PERMITTED.has(permission) && isOurAddress(`${origin.replace(/\/$/, '')}/`),
  );
  defaultSession.setDevicePermissionHandler(() => false);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      applicationMenu(
        words,
        {
          addFolder: () => void choosePaths('openDirectory'),
          askByPictures: () => void choosePaths('openFile'),
          showSettings: (page) => tell({ name: 'settingsAsked', detail: { page } }),
        },
        process.platform,
        !app.isPackaged,
      ),
    ),
  );
  // From sources, the system's links stay with what is installed.
  if (app.isPackaged) app.setAsDefaultProtocolClient('likeness');
  const keeper = startEngine();
  engine = keeper;
  servePage(keeper);
  const kept = new Choices(join(app.getPath('userData'), 'choices.json'), follow);
  choices = kept;
  for (const change of ['on-battery', 'on-ac'] as const) powerMonitor.on(change as 'on-ac', holdOnBattery);
  answerPage(keeper, (changed) => {
    kept.change(changed);
    return { choices: kept.now, knowsReleases: knowsReleases(), version: app.getVersion() };
  });
  // macOS says so itself; the others give a word.
  const isAtLogin = started.isHidden || app.getLoginItemSettings().wasOpenedAtLogin;
  window = openMainWindow(isAtLogin && kept.now.staysInTray, () => !isQuitting && kept.now.staysInTray);
  // The page is there at once; what it asks waits until the library is open.
  try {
    await Promise.all([keeper.started, window.loadURL(PAGE)]);
  } catch (error) {
    dialog.showErrorBox('Likeness cannot open its library', toErrorMessage(error).message);
    app.quit();
    return;
  }
  isShown = true;
  holdOnBattery();
  offerAlbums().catch(() => undefined);
  await take(started);
  if (knowsReleases()) await lookForVersions();
}

function showWindow(): void {
  if (window?.isMinimized()) window.restore();
  window?.show();
  window?.focus();
}

function tell(event: AnyEvent): void {
  window?.webContents.send('likeness:event', event);
}

/** Folders are added to the library; pictures become examples of a query; links open what they name. */
async function take({ paths, links }: Pick<StartedWith, 'paths' | 'links'>): Promise<void> {
  const files = await takeOpened(
    paths,
    (path) => engine!.call('method', { method: 'addFolder', input: { path } }),
    (path, why) => dialog.showErrorBox(`${path} cannot be opened`, toErrorMessage(why).message),
  );
  if (files.length > 0) tell({ name: 'examplesGiven', detail: { files } });
  for (const link of links) openLink(link);
}

function openLink(link: Opened): void {
  showWindow();
  tell({ name: 'linkOpened', detail: link });
}

/** At once where the window is there, else with what the application was started with. */
function takeLater({ paths, links }: Pick<StartedWith, 'paths' | 'links'>): void {
  if (engine && isShown) void take({ paths, links });
  else {
    started.paths.push(...paths);
    started.links.push(...links);
  }
}

async function choosePaths(kind: 'openDirectory' | 'openFile'): Promise<void> {
  const { filePaths } = await dialog.showOpenDialog({ properties: [kind, 'multiSelections'] });
  await take({ paths: filePaths, links: [] });
}

/** Does what the person chose. @param before undefined at the start: what the system keeps is as it was left */
function follow(now: DesktopChoices, before: DesktopChoices | undefined): void {
  if (before && now.startsAtLogin !== before.startsAtLogin) startAtLogin(now.startsAtLogin, app, program);
  tray.show(now.staysInTray);
  if (before && now.waitsOnBattery !== before.waitsOnBattery) holdOnBattery(now);
}

function holdOnBattery(now = choices?.now): void {
  const held = now?.waitsOnBattery === true && powerMonitor.isOnBatteryPower();
  // One that ends meanwhile is told anew when it has been started again.
  void engine?.call('hold', held).catch(() => undefined);
}

/** A wish of the tray's menu; where the engine ends meanwhile, it is told anew. */
function ask(method: string): void {
  engine?.call('method', { method, input: {} }).catch(() => undefined);
}

function hear(event: AnyEvent): void {
  tell(event);
  if (event.name === 'annotationsChanged' && event.detail.albums) offerAlbums().catch(() => undefined);
  if (event.name !== 'activityChanged') return;
  tray.setPaused(event.detail.doing === 'paused');
  const read = longReading.hear(event.detail);
  if (read === undefined || !choices?.now.notifies || window?.isFocused()) return;
  const notice = new Notification({ title: words.readingEnded, body: filled(words.readingEndedCount, read) });
  notice.on('click', showWindow);
  notice.show();
}

/** Fails where the engine ends meanwhile; the next change of an album offers them anew. */
async function offerAlbums(): Promise<void> {
  if (!LISTS_ALBUMS.has(process.platform)) return;
  const albums = (await engine!.call('method', { method: 'listAlbums', input: {} })) as Album[];
  listAlbums(app, (template) => Menu.buildFromTemplate(template), albums, { words, open: openLink, program });
}

/** A package that was built with the page where its versions are published. */
function knowsReleases(): boolean {
  return app.isPackaged && existsSync(join(process.resourcesPath, 'app-update.yml'));
}

async function lookForVersions(): Promise<void> {
  const updates = new Updates({
    words,
    updater: async () => (await import('electron-updater')).default.autoUpdater,
    ask: async (message, detail, buttons) =>
      (await dialog.showMessageBox({ message, detail, buttons: [...buttons], cancelId: buttons.length - 1 })).response,
    wanted: () => choices!.now.looksForVersions,
    onWanted: (looksForVersions) => choices!.change({ looksForVersions }),
    file: join(app.getPath('userData'), 'versions.json'),
  });
  // Without a network, say: it is tried again in a week.
  const say = (error: unknown): void => console.error(toErrorMessage(error).message);
  await updates.atStart().catch(say);
  // Whoever goes on in the tray may not start it again for weeks.
  setInterval(() => void updates.lookIfDue().catch(say), DAY).unref();
}

function startEngine(): EngineKeeper {
  const keeper = new EngineKeeper({
    fork: () => {
      const child = utilityProcess.fork(
        fileURLToPath(new URL('./faces/desktop/engine-process.js', import.meta.url)),
        [],
        {
          serviceName: 'Likeness engine',
          env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
        },
      );
      return {
        send: (message) => child.postMessage(message),
        onMessage: (listener) => child.on('message', listener),
        onExit: (listener) => child.on('exit', listener),
      };
    },
    startWith: { libraryPath: started.library ?? defaultLibraryPath(), embedder: started.embedder },
    serve: async (target, argument) => {
      if (target === 'openFile') {
        const problem = await shell.openPath(String(argument));
        if (problem) throw new LikenessError('unavailable', problem);
      } else if (target === 'showInFolder') shell.showItemInFolder(String(argument));
      else if (target === 'moveToTrash') await shell.trashItem(String(argument));
      return null;
    },
    onEvent: hear,
    onStartedAgain: () => {
      holdOnBattery();
      // What is asked for is in the page's address.
      window?.webContents.reload();
    },
    onGivenUp: (reason) => {
      dialog.showErrorBox('Likeness has stopped', inEnglish(reason));
      app.quit();
    },
  });
  let closing = false;
  // What is being written is finished before the program ends.
  app.on('before-quit', (event) => {
    isQuitting = true;
    if (closing) return;
    closing = true;
    event.preventDefault();
    void keeper.close().finally(() => app.quit());
  });
  return keeper;
}
