// The page through the window's bridge, as the preload gives it, in a real browser.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AnyEvent } from '../../electron/contract/events.ts';
import { toErrorMessage } from '../../electron/contract/errors.ts';
import { dispatch } from '../../electron/engine/gateway.ts';
import { startPageServer } from '../../electron/faces/browser/http-server.ts';
import { loadPageFiles } from '../../electron/faces/page-files.ts';
import { openEngine, until } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { makePicture, temporaryFolder, writePictures } from '../support/pictures.ts';
import { expectAccessible, launchBrowser, nameOf, openPage, shoot } from '../support/browser.ts';
import { inEnglish, say } from '../../electron/contract/sentence.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe.skipIf(missingBrowser())("The page behind the window's bridge", () => {
  it('adds a folder by the system dialog, hears events, searches, and cancels a search that nobody waits for', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 12);
    const engine = await openEngine();
    engine.start();
    // Serves files and pictures alone: every call goes through the bridge.
    const server = await startPageServer({ engine }, loadPageFiles(), 0);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    onTestFinished(async () => {
      await context.close();
      await server.close();
    });
    const calls: string[] = [];
    const http: string[] = [];
    const open = new Map<number, AbortController>();
    const cancelled: string[] = [];
    let holdSearches = false;
    page.on('request', (request) => {
      if (request.url().includes('/api/')) http.push(request.url());
    });
    await page.exposeFunction('callEngine', async (method: string, input: unknown, id: number) => {
      calls.push(method);
      const abort = new AbortController();
      open.set(id, abort);
      abort.signal.addEventListener('abort', () => cancelled.push(method));
      try {
        if (holdSearches && method === 'searchPhotos')
          await new Promise((resolve) => abort.signal.addEventListener('abort', resolve));
        return { ok: await dispatch(engine.methods, method, input, abort.signal) };
      } catch (error) {
        return { error: toErrorMessage(error) };
      } finally {
        open.delete(id);
      }
    });
    await page.exposeFunction('cancelCall', (id: number) => open.get(id)?.abort());
    await page.addInitScript((chosen) => {
      const here = globalThis as unknown as Record<string, unknown>;
      const listeners: ((event: unknown) => void)[] = [];
      const choices = {
        staysInTray: false,
        startsAtLogin: false,
        notifies: false,
        waitsOnBattery: true,
        looksForVersions: 'not-asked',
      };
      here.choices = choices;
      here.tell = (event: unknown) => listeners.forEach((listener) => listener(event));
      here.likeness = {
        call: here.callEngine,
        cancel: here.cancelCall,
        chooseFolders: () => Promise.resolve({ ok: [chosen] }),
        onEvent: (listener: (event: unknown) => void) => void listeners.push(listener),
        pathOf: (file: File) => `${chosen}/${file.name}`,
        startDrag: (photoIds: number[]) => (here.dragged = photoIds),
        desktop: (changed: object) => {
          Object.assign(choices, changed);
          return Promise.resolve({ ok: { choices: { ...choices }, knowsReleases: false, version: '1.2.3' } });
        },
      };
    }, folder);
    engine.onEvent((event) => {
      void page
        .evaluate((told) => (globalThis as unknown as { tell: (event: unknown) => void }).tell(told), event)
        .catch(() => undefined);
    });
    await page.goto(server.address);
    await page.getByRole('button', { name: 'Choose a folder' }).click();
    await page.getByRole('button', { name: 'All photos 12' }).waitFor();
    await page.getByRole('listbox').getByRole('option').nth(3).click();
    await page
      .getByRole('option', { name: /percent alike/ })
      .first()
      .waitFor();
    expect(calls).toContain('addFolder');

    // The window's own drag brings the files of its photos back: let go over them nothing is asked, over an album they go into it.
    engine.methods.putIntoAlbum({ photoIds: [engine.library.photos.newest()], album: { name: 'Target' } });
    const album = page.getByRole('button', { name: /^Target/ });
    await album.getByText('1', { exact: true }).waitFor();
    const before = page.url();
    const result = page.getByRole('listbox').getByRole('option').first();
    const name = await nameOf(result);
    const drop = (on: string, file: string): Promise<void> =>
      page.evaluate(
        ([selector, fileName]) => {
          const data = new DataTransfer();
          data.items.add(new File(['x'], fileName, { type: 'image/jpeg' }));
          for (const kind of ['dragover', 'drop'])
            document
              .querySelector(selector)!
              .dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        },
        [on, file],
      );
    await result.evaluate((tile) => {
      tile.dispatchEvent(
        new DragEvent('dragstart', { dataTransfer: new DataTransfer(), bubbles: true, cancelable: true }),
      );
    });
    await until(
      () => calls,
      (all) => all.includes('listPaths'),
    );
    await page.waitForTimeout(100);
    await drop('[role=listbox]', name);
    await page.waitForTimeout(200);
    expect([page.url(), calls.includes('addExample')]).toEqual([before, false]);
    await drop('.album', name);
    await album.getByText('2', { exact: true }).waitFor();
    // Another file is what it always was.
    await drop('[role=listbox]', 'from elsewhere.jpg');
    await until(
      () => calls,
      (all) => all.includes('addExample'),
    );
    await page.getByRole('alert').waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();

    // Opened with the application by the system.
    const given = (await makePicture(3)).toString('base64');
    await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const { tell } = globalThis as unknown as { tell: (event: unknown) => void };
      tell({ name: 'examplesGiven', detail: { files: [{ name: 'given.jpg', bytes }] } });
    }, given);
    await page.getByText('given.jpg').first().waitFor();
    await until(
      () => calls.slice(-3),
      (last) => last.includes('searchPhotos'),
    );

    // What a menu, a link and the dock ask of the page.
    const tell = (event: AnyEvent): Promise<void> =>
      page.evaluate((told) => (globalThis as unknown as { tell: (event: unknown) => void }).tell(told), event);
    await tell({ name: 'settingsAsked', detail: { page: 'appearance' } });
    await page.getByRole('tab', { name: 'Desktop' }).click();
    await page.getByText('This is version 1.2.3. It was built without a page').waitFor();
    await page.getByRole('switch', { name: 'Go on when the window is closed' }).click();
    const chosen = (): Promise<unknown> => page.evaluate(() => (globalThis as unknown as { choices: unknown }).choices);
    await expect.poll(chosen).toMatchObject({ staysInTray: true, waitsOnBattery: true });
    await page.getByRole('switch', { name: 'Go on when the window is closed', checked: true }).waitFor();
    expect(await page.getByRole('switch', { name: /new versions/ }).isDisabled()).toBe(true);
    await expectAccessible(page);
    await shoot(page, '75-desktop');
    const { albumId } = (await engine.methods.listAlbums()).find(({ name: called }) => called === 'Target')!;
    await tell({ name: 'linkOpened', detail: { albumId } });
    await page.getByRole('heading', { name: /Target/ }).waitFor();
    await tell({ name: 'linkOpened', detail: { address: `like=${engine.library.photos.newest()}` } });
    await page
      .getByRole('option', { name: /percent alike/ })
      .first()
      .waitFor();

    holdSearches = true;
    await page.getByRole('listbox').getByRole('option').nth(0).click();
    await until(
      () => open.size,
      (size) => size > 0,
    );
    await page.getByRole('button', { name: 'Back' }).click();
    await until(
      () => cancelled,
      (names) => names.includes('searchPhotos'),
    );
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(http).toEqual([]);
  });
});

describe.skipIf(missingBrowser())('The page in a browser', () => {
  it('breaks off a search that nobody waits for', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 8);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const signals: AbortSignal[] = [];
    engine.methods.searchPhotos = (_, signal) => {
      signals.push(signal!);
      return new Promise((__, reject) => signal!.addEventListener('abort', () => reject(signal!.reason as Error)));
    };
    const page = await openPage(browser, engine);
    await page.getByRole('listbox').getByRole('option').nth(2).click();
    await until(
      () => signals.length,
      (n) => n === 1,
    );
    await page.getByRole('button', { name: /Remove the query/ }).click();
    await until(() => signals[0].aborted, Boolean);
    await page.getByRole('heading', { name: 'All photos' }).waitFor();
  });

  it('says what takes a while before the library is open, and goes on when it is', async () => {
    const engine = await openEngine({ watching: false });
    const opening = Promise.withResolvers<typeof engine>();
    const notice = say`Bringing the catalogue up to date, once. No photo is read again.`;
    const server = await startPageServer({ engine: opening.promise, notice: () => notice }, loadPageFiles(), 0);
    const page = await browser.newPage();
    onTestFinished(async () => {
      await page.close();
      await server.close();
    });
    await page.goto(server.address);
    await page.getByText(inEnglish(notice)).waitFor();
    opening.resolve(engine);
    await page.getByRole('heading', { name: /Choose a folder of photos/ }).waitFor();
    expect(await page.getByText(inEnglish(notice)).count()).toBe(0);
  });

  it('keeps what is typed as a folder while folders are still looked up', async () => {
    const engine = await openEngine({ watching: false });
    const listing = Promise.withResolvers<null>();
    const { browseFolders } = engine.methods;
    engine.methods.browseFolders = async (input) => {
      await listing.promise;
      return browseFolders(input);
    };
    const page = await openPage(browser, engine);
    await page.getByRole('button', { name: 'Choose a folder' }).click();
    const chooser = page.getByRole('dialog');
    await chooser.getByLabel('Folder', { exact: true }).fill('/typed');
    listing.resolve(null);
    await chooser.getByRole('button', { name: '↑ up' }).waitFor();
    expect(await chooser.getByLabel('Folder', { exact: true }).inputValue()).toBe('/typed');
  });
});
