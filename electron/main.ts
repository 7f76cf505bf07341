// First face: the desktop window. It holds no state and touches no photo; the engine's process does.
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  protocol,
  screen,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LikenessError, toErrorMessage } from './contract/errors.ts';
import type { AnyEvent } from './contract/events.ts';
import { mediaType, parseMediaPath, parseVideoPath, type VideoFile } from './contract/media.ts';
import { defaultLibraryPath } from './faces/default-library.ts';
import { EngineKeeper } from './faces/desktop/engine-keeper.ts';
import type { Link } from './faces/desktop/engine-link.ts';
import { takeOpened } from './faces/desktop/opened-paths.ts';
import { keepPlace, placeOn, readPlace } from './faces/desktop/window-place.ts';
import { CONTENT_SECURITY_POLICY, loadPageFiles } from './faces/page-files.ts';
import { videoResponse } from './faces/video-response.ts';
import { inEnglish, say } from './contract/sentence.ts';

const SCHEME = 'likeness';
const PAGE = `${SCHEME}://app/`;

type Caller = Pick<Link, 'call'>;

/** What the page may ask of the system: copying, and filling the screen. No camera, no place, no notification. */
const PERMITTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write', 'fullscreen']);
const FIRST_SIZE = { width: 1280, height: 820 };

protocol.registerSchemesAsPrivileged([
  { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
]);

/**
 * What stands after "--"; before it are Electron's own flags. A system that opens files with the installed application writes them behind
 * its name, without "--".
 */
function ownArguments(argv: readonly string[]): string[] {
  const mark = argv.indexOf('--');
  if (mark >= 0) return argv.slice(mark + 1);
  return app.isPackaged ? argv.slice(1).filter((argument) => !argument.startsWith('-')) : [];
}

function readArguments(argv: readonly string[]) {
  return parseArgs({
    args: ownArguments(argv),
    // --port and --no-open are for the browser's face; here they are taken in and mean nothing.
    options: {
      library: { type: 'string' },
      embedder: { type: 'string' },
      port: { type: 'string' },
      'no-open': { type: 'boolean' },
    },
    allowPositionals: true,
    strict: false,
  });
}

const { values, positionals } = readArguments(process.argv);

let engine: EngineKeeper | undefined;
let window: BrowserWindow | undefined;
/** Whether the page is there and the library open. */
let isShown = false;

if (!app.requestSingleInstanceLock()) {
  console.log('Likeness is already running; its window comes to the front.');
  app.quit();
} else {
  app.on('second-instance', (_, argv, workingDirectory) => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
    const paths = readArguments(argv).positionals.map((path) => resolve(workingDirectory, path));
    if (engine) void openPaths(engine, paths);
  });
  // macOS names files so, before the window is there too.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    if (engine && isShown) void openPaths(engine, [path]);
    else positionals.push(path);
  });
  app.on('window-all-closed', () => app.quit());
  // No other page than ours is ever shown.
  app.on('web-contents-created', (_, contents) => {
    contents.on('will-navigate', (event) => event.preventDefault());
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
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
    Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'viewMenu' }, { role: 'windowMenu' }]),
  );
  const keeper = startEngine();
  engine = keeper;
  serveFiles(keeper);
  answerPage(keeper);
  const placeFile = join(app.getPath('userData'), 'window.json');
  const kept = readPlace(placeFile);
  window = new BrowserWindow({
    ...FIRST_SIZE,
    ...(kept &&
      placeOn(
        kept,
        screen.getAllDisplays().map(({ workArea }) => workArea),
      )),
    minWidth: 640,
    minHeight: 480,
    title: 'Likeness',
    webPreferences: {
      preload: fileURLToPath(new URL('./preload.cjs', import.meta.url)),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    },
  });
  if (kept?.isMaximized) window.maximize();
  window.on('close', () => {
    try {
      if (window) keepPlace(placeFile, { ...window.getNormalBounds(), isMaximized: window.isMaximized() });
    } catch {
      // On a full disk: the window opens as at the first start.
    }
  });
  // The page is there at once; what it asks waits until the library is open.
  await Promise.all([keeper.started, window.loadURL(PAGE)]).then(
    () => {
      isShown = true;
      return openPaths(
        keeper,
        positionals.map((path) => resolve(path)),
      );
    },
    (error: unknown) => {
      dialog.showErrorBox('Likeness cannot open its library', toErrorMessage(error).message);
      app.quit();
    },
  );
}

/** Folders are added to the library; pictures become examples of a query. */
async function openPaths(link: Caller, paths: readonly string[]): Promise<void> {
  const files = await takeOpened(
    paths,
    (path) => link.call('method', { method: 'addFolder', input: { path } }),
    (path, why) => dialog.showErrorBox(`${path} cannot be opened`, toErrorMessage(why).message),
  );
  if (files.length > 0)
    window?.webContents.send('likeness:event', { name: 'examplesGiven', detail: { files } } satisfies AnyEvent);
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
    startWith: {
      libraryPath: resolve(typeof values.library === 'string' ? values.library : defaultLibraryPath()),
      embedder: typeof values.embedder === 'string' ? values.embedder : undefined,
    },
    serve: async (target, argument) => {
      if (target === 'openFile') {
        const problem = await shell.openPath(String(argument));
        if (problem) throw new LikenessError('unavailable', problem);
      } else if (target === 'showInFolder') shell.showItemInFolder(String(argument));
      else if (target === 'moveToTrash') await shell.trashItem(String(argument));
      return null;
    },
    onEvent: (event: AnyEvent) => window?.webContents.send('likeness:event', event),
    // What is asked for is in the page's address.
    onStartedAgain: () => window?.webContents.reload(),
    onGivenUp: (reason) => {
      dialog.showErrorBox('Likeness has stopped', inEnglish(reason));
      app.quit();
    },
  });
  let closing = false;
  // What is being written is finished before the program ends.
  app.on('before-quit', (event) => {
    if (closing) return;
    closing = true;
    event.preventDefault();
    void keeper.close().finally(() => app.quit());
  });
  return keeper;
}

/** The page and its pictures, at likeness://app/. */
function serveFiles(link: Caller): void {
  const files = loadPageFiles();
  protocol.handle(SCHEME, async (request) => {
    const { pathname } = new URL(request.url);
    const media = parseMediaPath(pathname);
    if (media) {
      try {
        const bytes = (await link.call('media', pathname)) as Uint8Array<ArrayBuffer>;
        return new Response(bytes, { headers: { 'Content-Type': mediaType(media) } });
      } catch (error) {
        return new Response(toErrorMessage(error).message, { status: 404 });
      }
    }
    if (parseVideoPath(pathname) !== undefined) {
      try {
        const file = (await link.call('video', pathname)) as VideoFile;
        const { status, headers, body } = videoResponse(file, request.headers.get('range'));
        return new Response(body ? (Readable.toWeb(body) as ReadableStream) : null, { status, headers });
      } catch (error) {
        return new Response(toErrorMessage(error).message, { status: 404 });
      }
    }
    const file = files.get(pathname);
    if (!file) return new Response('', { status: 404 });
    return new Response(file.bytes as Uint8Array<ArrayBuffer>, {
      headers: { 'Content-Type': file.type, 'Content-Security-Policy': CONTENT_SECURITY_POLICY },
    });
  });
}

const isOurAddress = (url: string): boolean => url.startsWith(PAGE);

function isOurPage(frame: Electron.WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOurAddress(frame.url);
}

/** Messages from the page: from our page alone, its top frame alone. Arguments are checked by the gateway. */
function answerPage(link: Caller): void {
  const answer = async (frame: Electron.WebFrameMain | null, work: () => Promise<unknown>): Promise<unknown> => {
    try {
      if (!isOurPage(frame)) {
        throw new LikenessError('bad-input', say`Messages are taken from the page of Likeness only.`);
      }
      return { ok: await work() };
    } catch (error) {
      return { error: toErrorMessage(error) };
    }
  };
  const calls = new Map<number, AbortController>();
  ipcMain.handle('likeness:call', (event, method: unknown, input: unknown, id: unknown) =>
    answer(event.senderFrame, async () => {
      const abort = new AbortController();
      if (typeof id === 'number') calls.set(id, abort);
      try {
        return await link.call('method', { method, input }, abort.signal);
      } finally {
        if (typeof id === 'number') calls.delete(id);
      }
    }),
  );
  ipcMain.on('likeness:cancel', (event, id: unknown) => {
    if (isOurPage(event.senderFrame) && typeof id === 'number') calls.get(id)?.abort();
  });
  // The files of some photos go with the pointer to another program, under the small picture of one of them.
  ipcMain.on('likeness:drag', (event, photoIds: unknown, contentId: unknown) => {
    if (!isOurPage(event.senderFrame)) return;
    void Promise.all([
      link.call('method', { method: 'listPaths', input: { photoIds } }),
      link.call('media', `/media/thumbnail/${Number(contentId)}`),
    ]).then(
      ([found, jpeg]) => {
        const { paths } = found as { paths: string[] };
        const icon = nativeImage.createFromBuffer(Buffer.from(jpeg as Uint8Array)).resize({ width: 96 });
        if (paths.length > 0) event.sender.startDrag({ file: paths[0]!, files: paths, icon });
      },
      // A photo that has gone meanwhile is not dragged.
      () => undefined,
    );
  });
  ipcMain.handle('likeness:choose-folder', (event) =>
    answer(event.senderFrame, async () => {
      const { filePaths } = await dialog.showOpenDialog({ properties: ['openDirectory', 'multiSelections'] });
      return filePaths;
    }),
  );
}
