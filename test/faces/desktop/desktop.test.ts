import type { DevicePermissionHandlerHandlerDetails, WebContents } from 'electron';
import { EventEmitter } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import { existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createLink, type Wire } from '../../../electron/faces/desktop/engine-link.ts';
import { serveEngine } from '../../../electron/faces/desktop/engine-process.ts';
import { readPlace } from '../../../electron/faces/desktop/window-place.ts';
import { findRuntime, hasDisplay } from '../../../electron/faces/desktop/desktop-runtime.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';
import { app, seen } from '../../support/electron-stand-in.ts';
import { say } from '../../../electron/contract/sentence.ts';
import { LikenessError, toErrorMessage } from '../../../electron/contract/errors.ts';

const PAGE_FRAME = { senderFrame: { parent: null, url: 'likeness://app/' } };

describe('The desktop window', () => {
  let answerAll: (child: { emitter: EventEmitter }) => void = () => undefined;

  beforeAll(async () => {
    // The engine's process answers whatever it is asked.
    seen.appEvents.setMaxListeners(50);
    const started = import('../../../electron/main.ts');
    while (seen.children.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    interface Posted {
      kind: string;
      id: number;
      target: string;
      argument: { method?: string; input?: { photoIds: number[] } };
    }
    const answerTo = (message: Posted): unknown => {
      const { target, argument } = message;
      if (target === 'media') return new Uint8Array([1]);
      if (target === 'video') return { path: import.meta.filename, type: 'video/mp4', size: 100 };
      if (argument?.method === 'listPaths') return { paths: argument.input!.photoIds.map((id) => `/photos/${id}.jpg`) };
      return { asked: message };
    };
    answerAll = ({ emitter }) => {
      emitter.on('posted', (message: Posted) => {
        if (message.kind === 'call' && !seen.silent)
          emitter.emit('message', { kind: 'answer', id: message.id, value: answerTo(message) });
      });
    };
    answerAll(seen.children[0]);
    for (const message of seen.children[0].posted as { id: number }[])
      seen.children[0].emitter.emit('message', { kind: 'answer', id: message.id, value: null });
    await started;
  });

  it('shows a sandboxed page of its own scheme', () => {
    const [window] = seen.windows;
    expect(window.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    });
    expect(window.loaded).toEqual(['likeness://app/']);
  });

  it('never lets a page navigate, open a window, or hold another page', () => {
    let answer: unknown;
    const setWindowOpenHandler = (handler: () => unknown): void => {
      answer = handler();
    };
    const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler });
    seen.appEvents.emit('web-contents-created', {}, contents);
    let prevented = 0;
    const event = { preventDefault: () => prevented++ };
    contents.emit('will-navigate', event);
    contents.emit('will-attach-webview', event);
    expect(prevented).toBe(2);
    expect(answer).toEqual({ action: 'deny' });
  });

  it('lets its own page copy and fill the screen, and nothing else, and no other page anything', () => {
    type Permission = Parameters<typeof seen.permissionRequest & {}>[1];
    const asked = (permission: Permission, url: string): boolean | undefined => {
      let granted: boolean | undefined;
      const contents = { getURL: () => url } as unknown as WebContents;
      const details = { isMainFrame: true, requestingUrl: url };
      seen.permissionRequest!(contents, permission, (answer) => (granted = answer), details);
      const origin = `${new URL(url).protocol}//${new URL(url).host}`;
      expect(seen.permissionCheck!(null, permission, origin, details)).toBe(granted);
      return granted;
    };
    for (const permission of ['clipboard-sanitized-write', 'fullscreen'] as const) {
      expect(asked(permission, 'likeness://app/')).toBe(true);
      expect(asked(permission, 'https://evil.example/')).toBe(false);
    }
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal'] as const)
      expect(asked(permission, 'likeness://app/')).toBe(false);
    for (const deviceType of ['usb', 'hid', 'serial'] as const) {
      expect(seen.permissionCheck!(null, deviceType, 'likeness://app', { isMainFrame: true })).toBe(false);
      const device = {} as DevicePermissionHandlerHandlerDetails['device'];
      expect(seen.devicePermission!({ deviceType, origin: 'likeness://app', device })).toBe(false);
    }
  });

  it('keeps where its window was', () => {
    const [window] = seen.windows;
    window.maximize();
    window.listeners.emit('close', { preventDefault: () => expect.unreachable() });
    expect(readPlace(join(seen.userData, 'window.json'))).toEqual({
      x: 5,
      y: 6,
      width: 700,
      height: 600,
      isMaximized: true,
    });
  });

  it('takes messages from the top frame of its own page alone', async () => {
    const call = seen.handlers.get('likeness:call')!;
    expect(await call(PAGE_FRAME, 'getStatus', {})).toMatchObject({
      ok: { asked: { target: 'method', argument: { method: 'getStatus', input: {} } } },
    });
    for (const senderFrame of [
      null,
      { parent: {}, url: 'likeness://app/' },
      { parent: null, url: 'https://evil.example/' },
      { parent: null, url: 'likeness://apple/' },
    ]) {
      expect(await call({ senderFrame }, 'getStatus', {})).toMatchObject({ error: { code: 'bad-input' } });
    }
    expect(await seen.handlers.get('likeness:choose-folder')!(PAGE_FRAME)).toEqual({ ok: ['/chosen'] });
  });

  it('passes on that a call is cancelled, from its own page alone', async () => {
    const [engine] = seen.children;
    const posted = (): unknown[] => engine.posted.slice(-2);
    seen.silent = true;
    const searching = seen.handlers.get('likeness:call')!(PAGE_FRAME, 'searchPhotos', {}, 31) as Promise<unknown>;
    await new Promise((resolve) => setTimeout(resolve, 1));
    const [{ id }] = posted().slice(-1) as { id: number }[];
    seen.handlers.get('likeness:cancel')!({ senderFrame: { parent: null, url: 'https://evil.example/' } }, 31);
    expect(posted().at(-1)).toMatchObject({ kind: 'call' });
    seen.handlers.get('likeness:cancel')!(PAGE_FRAME, 31);
    expect(posted().at(-1)).toEqual({ kind: 'cancel', id });
    seen.silent = false;
    const error = toErrorMessage(new LikenessError('cancelled', 'searchPhotos was cancelled.'));
    engine.emitter.emit('message', { kind: 'failure', id, error });
    expect(await searching).toEqual({ error });
  });

  it('hands the folders of a second start to the engine', async () => {
    const [engine] = seen.children;
    const home = temporaryFolder();
    for (const name of ['Pictures', 'other']) mkdirSync(join(home, name));
    const other = join(home, 'other');
    seen.appEvents.emit('second-instance', {}, ['electron', '.', '--', 'Pictures', other, '--no-open'], home);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const added = (engine.posted as { argument: { method: string; input: { path: string } } }[])
      .filter(({ argument }) => argument?.method === 'addFolder')
      .map(({ argument }) => argument.input.path);
    expect(added).toEqual([join(home, 'Pictures'), other]);
  });

  it('asks by pictures that the system opens with it, adds folders, and says what cannot be opened', async () => {
    const [window] = seen.windows;
    const folder = temporaryFolder();
    const [picture] = await writePictures(folder, 1);
    const large = join(folder, 'large.jpg');
    writeFileSync(large, '');
    truncateSync(large, 65e6);
    const given = (): { name: string; detail: { files: { name: string; bytes: Uint8Array }[] } }[] =>
      window.sent.map(([, event]) => event as never).filter(({ name }) => name === 'examplesGiven');
    seen.errors.length = 0;
    seen.appEvents.emit('second-instance', {}, ['electron', '.', '--', picture, folder, large, '/none.jpg'], '/');
    await vi.waitFor(() => expect(given()).toHaveLength(1));
    expect(given()[0].detail.files.map(({ name }) => name)).toEqual(['0.jpg']);
    expect(Buffer.from(given()[0].detail.files[0].bytes)).toEqual(readFileSync(picture));
    expect(seen.errors.map(([title]) => title)).toEqual([`${large} cannot be opened`, '/none.jpg cannot be opened']);

    // The installed application is given paths without a mark, among flags of Chromium.
    app.isPackaged = true;
    seen.appEvents.emit('second-instance', {}, ['/opt/Likeness/likeness', '--flag', picture], '/');
    await vi.waitFor(() => expect(given()).toHaveLength(2));
    app.isPackaged = false;
    let prevented = false;
    seen.appEvents.emit('open-file', { preventDefault: () => (prevented = true) }, picture);
    await vi.waitFor(() => expect(given()).toHaveLength(3));
    expect(prevented).toBe(true);
  });

  it('opens links to queries and albums in its page, and no others', async () => {
    const [window] = seen.windows;
    const opened = (): unknown[] =>
      window.sent
        .map(([, event]) => event as { name: string; detail: unknown })
        .filter(({ name }) => name === 'linkOpened')
        .map(({ detail }) => detail);
    window.hide();
    seen.appEvents.emit('second-instance', {}, ['electron', '.', '--', 'likeness://open#like=3&stars=4'], '/');
    await vi.waitFor(() => expect(opened()).toEqual([{ address: 'like=3&stars=4' }]));
    expect(window.isVisible).toBe(true);
    let prevented = 0;
    const event = { preventDefault: () => prevented++ };
    for (const url of ['likeness://album/7', 'likeness://evil/7', 'https://evil.example/#like=3', 'likeness://album/x'])
      seen.appEvents.emit('open-url', event, url);
    await vi.waitFor(() => expect(opened().slice(1)).toEqual([{ albumId: 7 }]));
    expect(prevented).toBe(4);
  });

  it('has the menus of the system, which add folders, ask by pictures and show settings', async () => {
    const [window] = seen.windows;
    const [file] = seen.menu.map(({ submenu }) => submenu as { label?: string; role?: string; click?: () => void }[]);
    expect(file.map(({ label, role }) => label ?? role)).toEqual([
      'Add a folder…',
      'Search by pictures…',
      undefined,
      'Settings…',
      undefined,
      'quit',
    ]);
    file[0].click!();
    await vi.waitFor(() => expect(seen.errors.at(-1)?.[0]).toBe('/chosen cannot be opened'));
    file[3].click!();
    expect(window.sent.at(-1)).toEqual(['likeness:event', { name: 'settingsAsked', detail: { page: 'appearance' } }]);
  });

  it('has a menu to copy and paste where text is, and none elsewhere', () => {
    const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: () => undefined });
    seen.appEvents.emit('web-contents-created', {}, contents);
    const editFlags = { canUndo: false, canCut: true, canCopy: true, canPaste: true, canSelectAll: true };
    contents.emit('context-menu', {}, { isEditable: false, selectionText: '', editFlags });
    expect(seen.popups).toEqual([]);
    contents.emit('context-menu', {}, { isEditable: false, selectionText: 'a path', editFlags });
    contents.emit('context-menu', {}, { isEditable: true, selectionText: '', editFlags });
    expect(seen.popups.map((items) => items.map(({ role }) => role).filter(Boolean))).toEqual([
      ['copy'],
      ['undo', 'cut', 'copy', 'paste', 'selectAll'],
    ]);
  });

  it('goes on in the tray where that is chosen, tells of long readings, and ends with its window where it is not', async () => {
    const [window] = seen.windows;
    const [engine] = seen.children;
    const choose = seen.handlers.get('likeness:desktop')!;
    const closed = (): boolean => {
      let prevented = false;
      window.listeners.emit('close', { preventDefault: () => (prevented = true) });
      return !prevented;
    };
    expect(closed()).toBe(true);
    const answer = await choose(PAGE_FRAME, { staysInTray: true, notifies: true });
    expect(answer).toEqual({
      ok: {
        choices: {
          staysInTray: true,
          startsAtLogin: false,
          notifies: true,
          waitsOnBattery: true,
          looksForVersions: 'not-asked',
        },
        knowsReleases: false,
        version: '1.2.3',
      },
    });
    expect(closed()).toBe(false);
    expect(window.isVisible).toBe(false);
    const [tray] = seen.trays;
    expect(existsSync(tray.icon.path)).toBe(true);
    tray.listeners.emit('click');
    expect(window.isVisible).toBe(true);

    const activity = (doing: string): void =>
      void engine.emitter.emit('message', {
        kind: 'event',
        event: { name: 'activityChanged', detail: { doing, done: 9 } },
      });
    activity('paused');
    expect(tray.menu.map(({ label }) => label).filter(Boolean)).toEqual([
      'Open Likeness',
      'Go on reading',
      'Quit Likeness',
    ]);
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    activity('reading');
    now.mockReturnValue(61_000);
    activity('ready');
    now.mockRestore();
    expect(seen.notices.map(({ options }) => options.body)).toEqual(['9 photos can be searched now.']);

    await choose(PAGE_FRAME, { staysInTray: false });
    expect(tray.isDestroyed).toBe(true);
    expect(closed()).toBe(true);
    expect(await choose({ senderFrame: { parent: null, url: 'https://evil.example/' } }, {})).toMatchObject({
      error: { code: 'bad-input' },
    });
    for (const wrong of [{ staysInTray: 'yes' }, { other: true }, [], 'x'])
      expect(await choose(PAGE_FRAME, wrong)).toMatchObject({ error: { code: 'bad-input' } });
  });

  it('lets learning wait while the machine runs on its battery', async () => {
    const [engine] = seen.children;
    const held = (): unknown =>
      (engine.posted as { target?: string; argument: unknown }[]).filter(({ target }) => target === 'hold').at(-1)
        ?.argument;
    seen.onBattery = true;
    seen.power.emit('on-battery');
    expect(held()).toBe(true);
    await seen.handlers.get('likeness:desktop')!(PAGE_FRAME, { waitsOnBattery: false });
    expect(held()).toBe(false);
    await seen.handlers.get('likeness:desktop')!(PAGE_FRAME, { waitsOnBattery: true });
    expect(held()).toBe(true);
    seen.onBattery = false;
    seen.power.emit('on-ac');
    expect(held()).toBe(false);
  });

  it('lets files be dragged out, from its own page alone', async () => {
    const dragged: unknown[] = [];
    const sender = { startDrag: (item: unknown) => dragged.push(item) };
    const drag = seen.handlers.get('likeness:drag')!;
    drag({ senderFrame: { parent: null, url: 'https://evil.example/' }, sender } as never, [3], 7);
    drag({ ...PAGE_FRAME, sender } as never, [3, 4], 7);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [engine] = seen.children;
    const asked = (engine.posted as { target?: string; argument: unknown }[]).filter(({ target }) => target).slice(-2);
    expect(asked.map(({ argument }) => argument)).toEqual([
      { method: 'listPaths', input: { photoIds: [3, 4] } },
      '/media/thumbnail/7',
    ]);
    expect(dragged).toHaveLength(1);
    expect(dragged[0]).toMatchObject({ files: ['/photos/3.jpg', '/photos/4.jpg'], file: '/photos/3.jpg' });
  });

  it('reloads its page when an engine has taken the place of one that ended, and goes on with that one', async () => {
    const [window] = seen.windows;
    const before = seen.children.length;
    seen.errors.length = 0;
    seen.children[0].emitter.emit('exit', 1);
    expect(seen.children).toHaveLength(before + 1);
    const next = seen.children[before];
    const started = next.posted[0] as { id: number };
    expect(window.reloads).toBe(0);
    next.emitter.emit('message', { kind: 'answer', id: started.id, value: null });
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(window.reloads).toBe(1);
    expect(seen.errors).toEqual([]);
    const asked = seen.handlers.get('likeness:call')!(PAGE_FRAME, 'getStatus', {}) as Promise<unknown>;
    const { id } = next.posted.at(-1) as { id: number };
    next.emitter.emit('message', { kind: 'answer', id, value: 'by the next' });
    expect(await asked).toEqual({ ok: 'by the next' });
    answerAll(next);
  });

  it("serves the page's files and pictures and nothing else", async () => {
    const handle = seen.schemes.get('likeness')!;
    const page = await handle(new Request('likeness://app/'));
    expect(await page.text()).toContain('<title>Likeness</title>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await handle(new Request('likeness://app/media/thumbnail/3'))).headers.get('content-type')).toBe(
      'image/jpeg',
    );
    const part = await handle(new Request('likeness://app/media/video/3', { headers: { range: 'bytes=0-5' } }));
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([
      206,
      'bytes 0-5/100',
      'import',
    ]);
    expect((await handle(new Request('likeness://app/../package.json'))).status).toBe(404);
  });

  it('gives the page a bridge of seven functions', async () => {
    await import('../../../electron/preload.ts');
    expect(Object.keys(seen.exposed.likeness).sort()).toEqual([
      'call',
      'cancel',
      'chooseFolders',
      'desktop',
      'onEvent',
      'pathOf',
      'startDrag',
    ]);
    const { call, cancel } = seen.exposed.likeness as Record<string, (...args: unknown[]) => unknown>;
    await call('getStatus', {}, 7);
    cancel(7);
    expect(seen.invoked).toEqual([
      ['likeness:call', 'getStatus', {}, 7],
      ['likeness:cancel', 7],
    ]);
  });
});

describe("The engine's process", () => {
  it('opens a library, answers methods, sends events, carries errors in their kind, and closes', async () => {
    const { port1, port2 } = new MessageChannel();
    const wire = (port: typeof port1): Wire => ({
      send: (message) => port.postMessage(message),
      onMessage: (listener) => void port.on('message', listener),
    });
    let exited = false;
    serveEngine(wire(port2), () => (exited = true));
    const events: string[] = [];
    const link = createLink(
      wire(port1),
      () => Promise.resolve(null),
      (event) => events.push(event.name),
    );
    // What is asked before the library is open waits for it.
    const early = link.call('method', { method: 'getStatus', input: {} });
    const folder = temporaryFolder();
    await writePictures(folder, 2);
    await link.call('start', { libraryPath: temporaryFolder() });
    expect(await early).toMatchObject({ photos: 0 });
    await link.call('method', { method: 'addFolder', input: { path: folder } });
    expect(await link.call('method', { method: 'getStatus', input: {} })).toMatchObject({
      folders: [{ path: folder }],
    });
    await expect(link.call('method', { method: 'getPhoto', input: { photoId: 'x' } })).rejects.toMatchObject({
      code: 'bad-input',
    });
    for (const target of ['media', 'video'])
      await expect(link.call(target, '/etc/passwd')).rejects.toMatchObject({ code: 'not-found' });
    await link.call('close', null);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(exited).toBe(true);
    expect(events).toContain('foldersChanged');
    port1.close();
  });

  it('that ended fails the calls that are still open', async () => {
    const link = createLink({ send: () => undefined, onMessage: () => undefined }, () => Promise.resolve(null));
    const open = link.call('method', {});
    link.breakOff(say`The engine has stopped.`);
    await expect(open).rejects.toThrow('The engine has stopped.');
  });
});

describe('Where there is no desktop runtime', () => {
  it('one plain sentence says why', () => {
    expect(hasDisplay('linux', {})).toBe(false);
    expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
    expect(hasDisplay('darwin', {})).toBe(true);
    expect(findRuntime('linux', {}, () => undefined)).toEqual({ missing: 'there is no display to open a window on' });
  });
});
