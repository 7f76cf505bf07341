import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import trash from 'trash';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { expectAccessible, launchBrowser, openPage, shoot } from '../support/browser.ts';
import { drawScene, withDuplicates } from '../support/duplicates.ts';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { useOwnTrash } from '../support/own-trash.ts';
import { settle, temporaryFolder } from '../support/pictures.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

const desktop = {
  openFile: () => Promise.resolve(),
  showInFolder: () => Promise.resolve(),
  moveToTrash: (path: string) => trash(path, { glob: false }),
};

async function openReview(
  options: Parameters<typeof openPage>[2] = {},
): Promise<{ page: Page; engine: Engine; folder: string }> {
  const { folder, libraryPath } = await withDuplicates();
  const captioned = await sharp(await drawScene(9))
    .composite([{ input: { create: { width: 160, height: 90, channels: 3, background: '#fff' } }, left: 40, top: 60 }])
    .jpeg({ quality: 90 })
    .toBuffer();
  writeFileSync(join(folder, 'painted over.jpg'), captioned);
  settle(join(folder, 'painted over.jpg'));
  const engine = await openEngine({ libraryPath, desktop });
  engine.start();
  await engine.indexOnce([folder]);
  const page = await openPage(browser, engine, options);
  await page
    .getByRole('navigation')
    .getByRole('button', { name: /Duplicates|Duplikate/ })
    .click();
  await expect.poll(() => page.locator('[data-group]').count(), { timeout: 30_000 }).toBe(4);
  await expect.poll(() => engine.methods.getStatus().activity.doing, { timeout: 10_000 }).toBe('ready');
  return { page, engine, folder };
}

const group = (page: Page, name: RegExp) => page.getByRole('article', { name }).first();

describe.skipIf(missingBrowser())('The page of duplicates', () => {
  useOwnTrash();

  it('shows groups with what is suggested and why, in a way that all can use', async () => {
    const { page } = await openReview();
    const same = group(page, /The same picture, 6 files/);
    await expect.poll(() => same.getByText('Suggested: ').count()).toBe(1);
    expect(await page.getByText(/4 groups: \d+ files could go/).count()).toBe(1);
    const copies = group(page, /Copies, 2 files/);
    expect(await copies.getByText("Suggested: its name is no copy's").count()).toBe(1);
    await expect
      .poll(() =>
        page.locator('article img').evaluateAll((all: HTMLImageElement[]) => all.every((one) => one.complete)),
      )
      .toBe(true);
    await expectAccessible(page);
    await shoot(page, 'duplicates');
    await page.getByRole('button', { name: /^Bursts 1/ }).click();
    await expect.poll(() => page.locator('[data-group]').count()).toBe(1);
  });

  it('is done by keys alone: decide, keep all, no duplicates, later, and back', async () => {
    const { page, engine } = await openReview();
    const first = page.locator('[data-group]').first();
    await first.focus();
    await page.keyboard.press('2');
    await expect.poll(() => first.getByRole('button', { pressed: true }).textContent()).toMatch(/^2\s+Stays/);
    const [group1] = engine.methods.getDuplicates({ kinds: ['same'], start: 0, count: 1 }).groups;
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('[data-group]').count()).toBe(3);
    const toGo = engine.methods.listToGo().files.map(({ path }) => path);
    expect(toGo.toSorted()).toEqual(
      group1.files
        .filter((_, i) => i !== 1)
        .map(({ path }) => path)
        .toSorted(),
    );
    // The next group stands in its place, and has the keyboard.
    await expect.poll(() => page.evaluate(() => document.activeElement?.hasAttribute('data-group'))).toBe(true);
    await page.keyboard.press('Control+z');
    await expect.poll(() => page.locator('[data-group]').count()).toBe(4);
    expect(engine.methods.listToGo().files).toEqual([]);
    await page.locator('[data-group]').first().focus();
    const name = (): Promise<string | null> => page.locator('[data-group]').first().getAttribute('aria-label');
    const before = await name();
    await page.keyboard.press('l');
    await expect.poll(name).not.toBe(before);
    expect(await page.locator('[data-group]').last().getAttribute('aria-label')).toBe(before);
    for (const key of ['n', 'b', 'n', 'b']) {
      const left = await page.locator('[data-group]').count();
      await page.locator('[data-group]').first().focus();
      await page.keyboard.press(key);
      await expect.poll(() => page.locator('[data-group]').count()).toBe(left - 1);
    }
    expect(await page.getByText('There are no duplicates to decide about.').count()).toBe(1);
  });

  it('compares two files: side by side in step, one after the other, and where they differ', async () => {
    const { page } = await openReview();
    const painted = page.getByRole('article').filter({ hasText: 'painted over.jpg' });
    await painted.getByRole('button', { name: 'Compare C' }).click();
    const dialog = page.getByRole('dialog', { name: 'Comparing files' });
    await expect.poll(() => dialog.locator('figure img').count()).toBeGreaterThan(1);
    await shoot(page, 'duplicates-side');
    await page.keyboard.press('b');
    await expect.poll(() => dialog.locator('.layer:not(.hidden)').count()).toBe(1);
    await page.keyboard.press('h');
    const canvas = dialog.locator('canvas');
    const warmth = (): Promise<number[]> =>
      canvas.evaluate((one: HTMLCanvasElement) => {
        const at = (x: number, y: number): number => {
          const [r, , b] = one.getContext('2d')!.getImageData(x, y, 1, 1).data;
          return r - b;
        };
        return one.width < 640 ? [] : [at(120, 100), at(500, 400)];
      });
    await expect.poll(async () => (await warmth()).length, { timeout: 10_000 }).toBe(2);
    await expect.poll(async () => (await warmth())[0] > 60 && (await warmth())[1] < 20, { timeout: 10_000 }).toBe(true);
    await shoot(page, 'duplicates-heat');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await expect.poll(() => dialog.count()).toBe(0);
  });

  it('moves all that was collected into the trash in one step, from a page that lists it, and takes it back', async () => {
    const { page, engine } = await openReview();
    for (let left = 4; left > 0; left--) {
      await page
        .locator('[data-group]')
        .first()
        .getByRole('button', { name: /^Let \d+ go/ })
        .click();
      await expect.poll(() => page.locator('[data-group]').count()).toBe(left - 1);
    }
    const files = engine.methods.listToGo().files.map(({ path }) => path);
    expect(files).toHaveLength(8);
    await page.getByRole('button', { name: /^8 files are to go/ }).click();
    await expect.poll(() => page.getByRole('button', { name: /^Keep it:/ }).count()).toBe(8);
    await expectAccessible(page);
    await shoot(page, 'duplicates-to-go');
    await page.getByRole('button', { name: `Keep it: ${basename(files[0])}` }).click();
    await page.getByRole('button', { name: /^Move 7 files to the trash/ }).click();
    await expect.poll(() => files.filter((path) => existsSync(path))).toEqual([files[0]]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => files.every((path) => existsSync(path))).toBe(true);
  });

  it('moves them into a folder where there is no trash', async () => {
    const { page, engine } = await openReview();
    await group(page, /Copies, 2 files/)
      .getByRole('button', { name: /^Let 1 go/ })
      .click();
    await page.getByRole('button', { name: /^1 file is to go/ }).click();
    const [file] = engine.methods.listToGo().files;
    const away = temporaryFolder();
    await page.getByRole('button', { name: 'Move to a folder instead…' }).click();
    await page.getByRole('textbox', { name: 'Folder' }).fill(away);
    await page.getByRole('button', { name: 'Move to this folder' }).click();
    await expect.poll(() => existsSync(file.path)).toBe(false);
    expect(existsSync(join(away, basename(file.path)))).toBe(true);
    await page.getByText('1 file is in the other folder').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect
      .poll(() => [existsSync(file.path), existsSync(join(away, basename(file.path)))])
      .toEqual([true, false]);
  });

  it('fits a narrow window, in the dark and in German', async () => {
    const { page } = await openReview({ viewport: { width: 1000, height: 800 }, colorScheme: 'dark', locale: 'de-DE' });
    expect(await page.getByRole('article', { name: /Dasselbe Bild, 6 Dateien/ }).count()).toBe(1);
    await expectAccessible(page);
    await page.setViewportSize({ width: 500, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await shoot(page, 'duplicates-narrow');
  });
});
