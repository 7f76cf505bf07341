import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import sharp from 'sharp';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { openEngine, ready } from '../../support/engines.ts';
import { missingBrowser } from '../../support/environment.ts';
import { settle, temporaryFolder, writePicture, writePictures } from '../../support/pictures.ts';
import { launchBrowser, openPage, shoot } from '../../support/browser.ts';

const grid = (page: Page): Locator => page.getByRole('listbox');
const tiles = (page: Page): Locator => grid(page).getByRole('option');
const nameOfLast = (page: Page): Promise<string | null> => tiles(page).last().getAttribute('aria-label');

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe.skipIf(missingBrowser())('The grid', () => {
  it(
    'shows a million photos to the last one, and keeps all but those in sight out of the document',
    { timeout: 240_000 },
    async () => {
      const [folder, libraryPath] = [temporaryFolder(), temporaryFolder()];
      const [path] = await writePictures(folder, 1);
      const first = await openEngine({ libraryPath, watching: false });
      await first.indexOnce([folder]);
      await first.close();
      fillLibrary(libraryPath, path, 1_000_000);
      const engine = await openEngine({ libraryPath, watching: false });
      const page = await openPage(browser, engine);
      // They all hold the same picture.
      await page.evaluate(() => localStorage.setItem('likeness-stacks', 'off'));
      await page.reload();
      await tiles(page).nth(5).waitFor();
      await page.getByRole('button', { name: /All photos 1,000,000/ }).waitFor();
      const height = await grid(page).evaluate((element) => element.scrollHeight);
      // Chromium lays out 33.5 million pixels, Firefox 17.8; these photos take more than that.
      expect(height).toBeLessThan(17_000_000);
      const scrollTo = async (top: number): Promise<void> => {
        await grid(page).evaluate((element, to) => element.scrollTo(0, to), top);
        await page.waitForTimeout(20);
        await page.waitForFunction(() => document.querySelectorAll('[role=option] img').length > 5);
      };
      let most = 0;
      for (const share of [0.25, 0.5, 0.75, 1]) {
        await scrollTo(share * height);
        most = Math.max(most, await tiles(page).count());
      }
      expect(most).toBeLessThan(150);
      // By the bar, by the keyboard, and by the wheel from a little above.
      const lastPhoto = /^1000000\.jpg/;
      await page.waitForFunction(() =>
        [...document.querySelectorAll('[role=option]')].some((tile) => tile.ariaPosInSet === '1000000'),
      );
      expect(await nameOfLast(page)).toMatch(lastPhoto);
      await shoot(page, '10-a-million');
      await page.getByRole('slider', { name: 'Date' }).focus();
      await page.keyboard.press('Home');
      await page.waitForFunction(() => document.querySelector('[role=listbox]')!.scrollTop === 0);
      await grid(page).focus();
      await page.keyboard.press('End');
      await page.getByRole('option', { name: lastPhoto }).waitFor();
      expect(await grid(page).getAttribute('aria-activedescendant')).toMatch(/-999999$/);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Home');
      await page.waitForFunction(() => document.querySelector('[role=listbox]')!.scrollTop === 0);
      // The bar is pulled in the moment in which the scroller comes to rest from the key before: it stays where it was pulled to.
      const pulled = await grid(page).evaluate(async (list, to) => {
        list.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true, cancelable: true }));
        list.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true, cancelable: true }));
        await new Promise((done) => list.addEventListener('scroll', done, { once: true }));
        // Both are due when the page is free again, this one first.
        setTimeout(() => list.scrollTo(0, to), 180);
        const busyUntil = performance.now() + 300;
        while (performance.now() < busyUntil);
        await new Promise((done) => setTimeout(done, 600));
        return list.scrollTop;
      }, height / 2);
      expect(pulled / (height / 2)).toBeCloseTo(1, 1);
      await scrollTo(height - 4000);
      await grid(page).hover();
      for (let i = 0; i < 200 && !lastPhoto.test((await nameOfLast(page)) ?? ''); i++) {
        await page.mouse.wheel(0, 2000);
        await page.waitForTimeout(30);
      }
      await page.getByRole('option', { name: lastPhoto }).waitFor();

      // Where one was long ago, photos that are no longer kept come again.
      for (let i = 0; i < 260; i++) await scrollTo(((i * 97) % 260) * (height / 260));
      await scrollTo(0);
      await page
        .getByRole('option', { name: /^0\.jpg/ })
        .locator('img')
        .waitFor();
    },
  );

  it(
    'moves nothing under the pointer while photos come: older ones follow below, newer ones wait',
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder();
      const day = (n: number): Date => new Date(Date.UTC(2026, 5, 1) + n * 86_400_000);
      mkdirSync(join(folder, 'in'));
      for (let i = 0; i < 60; i++) await writePicture(join(folder, `in/${i}.jpg`), i, day(-i));
      const engine = await openEngine();
      await engine.indexOnce([folder]);
      engine.start();
      await ready(engine);
      const page = await openPage(browser, engine);
      await page.waitForFunction(() => document.querySelectorAll('[role=option] img').length > 12);
      const watched = (): Promise<string[]> =>
        page.evaluate(() => {
          const all = [...document.querySelectorAll<HTMLElement>('[role=option]')];
          const seen = (globalThis as { seen?: HTMLElement[] }).seen ?? all;
          (globalThis as { seen?: HTMLElement[] }).seen = seen;
          return seen.map(
            (tile) =>
              `${tile.isConnected} ${tile.ariaLabel} ${tile.style.top} ${tile.style.left} ${tile.querySelector('img')?.complete}`,
          );
        });
      await page.waitForFunction(() => [...document.images].every((image) => image.complete));
      const before = await watched();
      expect(before.length).toBeGreaterThan(12);

      // Older ones: below all that is seen.
      for (let i = 0; i < 8; i++) await writePicture(join(folder, `in/older ${i}.jpg`), 100 + i, day(-400 - i));
      await page.getByRole('button', { name: 'All photos 68' }).waitFor();
      await page.waitForFunction(() =>
        [...document.querySelectorAll('[role=option]')].every((tile) => tile.ariaSetSize === '68'),
      );
      expect(await watched()).toEqual(before);
      expect(await page.getByRole('button', { name: /new photo/ }).count()).toBe(0);

      // Newer ones: above all that is seen, so they wait.
      for (let i = 0; i < 3; i++) await writePicture(join(folder, `in/newer ${i}.jpg`), 200 + i, day(1 + i));
      const waiting = page.getByRole('button', { name: '3 new photos' });
      await waiting.waitFor({ timeout: 20_000 });
      expect(await watched()).toEqual(before);
      await shoot(page, '13-new-photos-wait');
      await waiting.click();
      await page.getByRole('option', { name: /^newer 2/ }).waitFor();
      expect(await waiting.count()).toBe(0);

      // Scrolled down, the photo that is seen first stays where it is when others are shown above it, or go.
      await grid(page).evaluate((element) => element.scrollTo(0, 900));
      await page.waitForTimeout(300);
      const firstSeen = (): Promise<[string, number]> =>
        page.evaluate(() => {
          const top = document.querySelector('[role=listbox]')!.getBoundingClientRect().top;
          const tile = [...document.querySelectorAll('[role=option]')].find(
            (one) => one.getBoundingClientRect().bottom > top + 1,
          )!;
          return [tile.ariaLabel!, Math.round(tile.getBoundingClientRect().top - top)] as [string, number];
        });
      const [name, offset] = await firstSeen();
      for (let i = 3; i < 15; i++) await writePicture(join(folder, `in/newer ${i}.jpg`), 200 + i, day(1 + i));
      await page.getByRole('button', { name: '12 new photos' }).click({ timeout: 20_000 });
      await page.waitForTimeout(300);
      const [sameName, sameOffset] = await firstSeen();
      const rowOf = (label: string): Promise<number> =>
        page
          .getByRole('option', { name: label })
          .evaluate((tile) =>
            Math.round(
              tile.getBoundingClientRect().top - document.querySelector('[role=listbox]')!.getBoundingClientRect().top,
            ),
          );
      expect(Math.abs((await rowOf(name)) - offset)).toBeLessThan(3);
      expect([sameName.length > 0, Math.abs(sameOffset - offset)]).toEqual([true, expect.closeTo(0, -1)]);
    },
  );

  it('comes back to where it was, though the click came before the browser told of the scroll', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 60);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine);
    await tiles(page).nth(15).waitFor();
    await grid(page).evaluate((element) => {
      element.scrollTop = 300;
      element.querySelectorAll<HTMLElement>('[role=option]')[12].click();
    });
    await page.locator('header .name').waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await page.locator('header .name').waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.querySelector('[role=listbox]')!.scrollTop === 300);
  });

  it('shows each photo in its mean colour while nothing else of it is here', async () => {
    const folder = temporaryFolder();
    for (const [i, colour] of ['#ff0000', '#00ff00', '#0000ff'].entries()) {
      const path = join(folder, `${i}.png`);
      await sharp({ create: { width: 90, height: 60, channels: 3, background: colour } })
        .png()
        .toFile(path);
      settle(path, new Date(2026, 0, 3 - i));
    }
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine);
    // What photos are is asked for and never answered.
    await page.route('**/api/listPhotos', () => undefined);
    await page.reload();
    await tiles(page).nth(2).waitFor();
    const tints = await tiles(page).evaluateAll((all) =>
      all.map((tile) => [tile.ariaLabel, getComputedStyle(tile).backgroundColor]),
    );
    expect(tints).toEqual([
      ['Loading', 'rgb(255, 0, 0)'],
      ['Loading', 'rgb(0, 255, 0)'],
      ['Loading', 'rgb(0, 0, 255)'],
    ]);
  });
});

/** Rows of photos that share one content, a few a day. */
function fillLibrary(libraryPath: string, path: string, count: number): void {
  const db = new Database(cataloguePath(libraryPath));
  const { contentId, folderId } = db
    .prepare<[string], { contentId: number; folderId: number }>(
      'SELECT content_id AS contentId, folder_id AS folderId FROM photo WHERE path = ?',
    )
    .get(path)!;
  db.exec(`
    WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO photo (folder_id, path, size, modified_at, content_id, state, taken_at, seen)
    SELECT ${folderId}, rtrim('${path}', '0.jpg') || i || '.jpg', 1, 1, ${contentId}, 'indexed', ${Date.UTC(2026, 0)} - i * 7200000, 1 FROM n;
  `);
  db.close();
}
