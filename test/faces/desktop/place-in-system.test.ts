import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../../electron/faces/desktop/arguments.ts';
import { Choices } from '../../../electron/faces/desktop/choices.ts';
import { readLink } from '../../../electron/faces/desktop/links.ts';
import { LongReading } from '../../../electron/faces/desktop/long-reading.ts';
import { applicationMenu } from '../../../electron/faces/desktop/menus.ts';
import { dockMenu, jumpList } from '../../../electron/faces/desktop/recent-albums.ts';
import { startAtLogin } from '../../../electron/faces/desktop/start-at-login.ts';
import { wordsFor } from '../../../electron/faces/desktop/words.ts';
import { firstChoices } from '../../../electron/contract/desktop.ts';
import type { Doing } from '../../../electron/contract/status.ts';
import { temporaryFolder } from '../../support/pictures.ts';

const noHandlers = { addFolder: () => undefined, askByPictures: () => undefined, showSettings: () => undefined };

describe('A link', () => {
  it('opens a query or an album, and nothing else', () => {
    expect(readLink('likeness://open#like=3&stars=4')).toEqual({ address: 'like=3&stars=4' });
    expect(readLink('likeness://open/#')).toEqual({ address: '' });
    expect(readLink('likeness://album/12')).toEqual({ albumId: 12 });
    for (const other of [
      'likeness://app/',
      'likeness://open/etc/passwd',
      'likeness://album/0',
      'likeness://album/1/2',
      'likeness://album/1e3',
      'https://open#like=3',
      '/photos/likeness',
      `likeness://open#${'x'.repeat(4000)}`,
    ])
      expect([other, readLink(other)]).toEqual([other, undefined]);
  });

  it('is told from files among what the application is started with', () => {
    const argv = ['/opt/likeness', '--flag', 'a.jpg', 'likeness://album/2', '--hidden'];
    expect(readArguments(argv, true, '/photos')).toMatchObject({
      paths: ['/photos/a.jpg'],
      links: [{ albumId: 2 }],
      isHidden: true,
    });
    expect(readArguments(['electron', '.', 'x', '--', '--library', 'lib', 'a.jpg'], false, '/photos')).toMatchObject({
      library: '/photos/lib',
      paths: ['/photos/a.jpg'],
      isHidden: false,
    });
  });
});

describe('A long reading', () => {
  const heard = (...steps: [seconds: number, doing: Doing, done?: number][]): (number | undefined)[] => {
    let now = 0;
    const reading = new LongReading(() => now);
    return steps.map(([seconds, doing, done = 0]) => {
      now = seconds * 1000;
      return reading.hear({ doing, done });
    });
  };

  it('is told when it has ended, with its photos, once', () => {
    expect(heard([0, 'reading', 1], [50, 'reading', 700], [61, 'training'], [90, 'ready'])).toEqual([
      undefined,
      undefined,
      700,
      undefined,
    ]);
  });

  it('goes on while folders are looked through, or while it is paused', () => {
    expect(heard([0, 'reading', 5], [30, 'walking'], [40, 'paused'], [50, 'reading', 9], [70, 'ready'])).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      9,
    ]);
  });

  it('is not told where it was short, or was stopped by a full disk', () => {
    expect(heard([0, 'reading', 5], [59, 'ready'])).toEqual([undefined, undefined]);
    expect(heard([0, 'reading', 5], [90, 'stopped'], [91, 'ready'])).toEqual([undefined, undefined, undefined]);
  });
});

describe('The start with the session', () => {
  const noApp = { setLoginItemSettings: () => expect.unreachable() };

  it('is a file of the desktop on Linux, which goes when it is not wanted', () => {
    const place = temporaryFolder();
    const env = { XDG_CONFIG_HOME: place };
    const file = join(place, 'autostart', 'likeness.desktop');
    startAtLogin(true, noApp, ['/opt/My Likeness/likeness', '--flag$'], 'linux', env);
    expect(readFileSync(file, 'utf8')).toContain('\nExec="/opt/My Likeness/likeness" "--flag\\$" "--hidden"\n');
    startAtLogin(true, noApp, ['/tmp/.mount/likeness'], 'linux', { ...env, APPIMAGE: '/home/a/100%/L.AppImage' });
    expect(readFileSync(file, 'utf8')).toContain('\nExec="/home/a/100%%/L.AppImage" "--hidden"\n');
    startAtLogin(false, noApp, ['x'], 'linux', env);
    startAtLogin(false, noApp, ['x'], 'linux', env);
    expect(existsSync(file)).toBe(false);
  });

  it('is asked of the system on Windows and macOS', () => {
    const asked: unknown[] = [];
    const app = { setLoginItemSettings: (settings: unknown) => void asked.push(settings) };
    for (const platform of ['win32', 'darwin'] as const) startAtLogin(true, app, ['C:\\L.exe'], platform);
    const settings = { openAtLogin: true, path: 'C:\\L.exe', args: ['--hidden'] };
    expect(asked).toEqual([settings, settings]);
  });
});

describe('What a person chose', () => {
  it('is kept, also beside what another version kept, and is as at first where it cannot be read', () => {
    const file = join(temporaryFolder(), 'choices.json');
    const told: unknown[] = [];
    const open = (): Choices =>
      new Choices(file, ({ staysInTray }, before) => told.push([staysInTray, before?.staysInTray]));
    open().change({ staysInTray: true });
    expect(open().now).toEqual({ ...firstChoices, staysInTray: true });
    expect(told).toEqual([
      [false, undefined],
      [true, false],
      [true, undefined],
    ]);
    writeFileSync(file, JSON.stringify({ staysInTray: true, ofLater: 1 }));
    expect(open().now).toEqual({ ...firstChoices, staysInTray: true });
    writeFileSync(file, '{"staysInTray": "yes"}');
    expect(open().now).toEqual(firstChoices);
  });

  it('stays as it was where the system refuses it', () => {
    const file = join(temporaryFolder(), 'choices.json');
    const choices = new Choices(file, (_, before) => {
      if (before) throw new Error('refused');
    });
    expect(() => choices.change({ startsAtLogin: true })).toThrow('refused');
    expect([choices.now, existsSync(file)]).toEqual([firstChoices, false]);
  });
});

describe('What the system lists', () => {
  const albums = Array.from({ length: 12 }, (_, i) => ({
    albumId: i + 1,
    name: `Album ${i + 1}`,
    byHand: false,
    photos: 3,
    fresh: 0,
    unavailable: null,
  }));

  it('are ten albums, which open in the window or start it', () => {
    const opened: unknown[] = [];
    const items = dockMenu(albums, (link) => opened.push(link));
    expect(items).toHaveLength(10);
    items[1].click!({} as never, undefined, {});
    expect(opened).toEqual([{ albumId: 2 }]);
    const [list] = jumpList(albums, wordsFor('de-AT'), ['C:\\L.exe']);
    expect(list.name).toBe('Alben');
    expect(list.items).toHaveLength(10);
    expect(list.items![0]).toMatchObject({ title: 'Album 1', program: 'C:\\L.exe', args: 'likeness://album/1' });
    expect(jumpList([], wordsFor('en'), ['L'])).toEqual([]);
  });

  it('are menus with the roles of the platform, and what developers use only where the application runs from its sources', () => {
    const roles = (platform: NodeJS.Platform, isDeveloped: boolean): unknown =>
      applicationMenu(wordsFor('en'), noHandlers, platform, isDeveloped).map(({ role, label }) => role ?? label);
    expect(roles('darwin', false)).toEqual(['appMenu', 'File', 'editMenu', 'viewMenu', 'windowMenu', 'help']);
    expect(roles('win32', false)).toEqual(['File', 'editMenu', 'viewMenu', 'windowMenu', 'help']);
    const all = (isDeveloped: boolean): string =>
      JSON.stringify(applicationMenu(wordsFor('en'), noHandlers, 'linux', isDeveloped));
    expect(all(false)).not.toContain('toggleDevTools');
    expect(all(true)).toContain('toggleDevTools');
  });

  it('are said in German where the system is', () => {
    expect(Object.keys(wordsFor('de'))).toEqual(Object.keys(wordsFor('en')));
    expect(wordsFor('de').quit).toBe('Likeness beenden');
    expect(wordsFor('den').quit).toBe('Quit Likeness');
  });
});
