import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { expectAccessible, launchBrowser, nameOf, openPage, shoot } from '../support/browser.ts';
import { temporaryFolder, writePictures } from '../support/pictures.ts';

const grid = (page: Page): Locator => page.getByRole('listbox');
const tiles = (page: Page): Locator => grid(page).getByRole('option');
const bar = (page: Page): Locator => page.getByRole('toolbar', { name: 'Selected photos' });
const selected = (page: Page): Promise<string[]> =>
  tiles(page).evaluateAll((all) =>
    all
      .filter((tile) => tile.ariaSelected === 'true')
      .sort((a, b) => Number(a.ariaPosInSet) - Number(b.ariaPosInSet))
      .map((tile) => tile.ariaLabel!.split(',')[0]),
  );
const says = (page: Page, words: string | RegExp): Promise<void> => bar(page).getByText(words).waitFor();

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function open(): Promise<{
  engine: Engine;
  page: Page;
  folder: string;
  sizes: Map<string, number>;
  names: string[];
}> {
  const folder = temporaryFolder();
  const paths = await writePictures(folder, 20);
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  const page = await openPage(browser, engine);
  await tiles(page).nth(19).waitFor();
  const names = await tiles(page).evaluateAll((all) =>
    all.sort((a, b) => Number(a.ariaPosInSet) - Number(b.ariaPosInSet)).map((tile) => tile.ariaLabel!.split(',')[0]),
  );
  return {
    engine,
    page,
    folder,
    names,
    sizes: new Map(paths.map((path) => [path.split('/').at(-1)!, statSync(path).size])),
  };
}

describe.skipIf(missingBrowser())('A selection', () => {
  it('is made by the tick, Ctrl, Shift and keys, counted and measured, and Escape gives it up', async () => {
    const { page, names, sizes } = await open();
    const at = (place: number): Locator => grid(page).getByRole('option', { name: new RegExp(`^${names[place]},`) });
    await at(2).hover();
    await at(2).locator('.tick').click();
    await says(page, '1 selected');
    // While something is selected a click selects; nothing is lost by a slip.
    await at(4).click();
    await at(7).click({ modifiers: ['Shift'] });
    await says(page, '5 selected');
    expect(await selected(page)).toEqual([2, 4, 5, 6, 7].map((place) => names[place]));
    await at(5).click({ modifiers: ['Shift'] });
    expect(await selected(page)).toEqual([2, 4, 5].map((place) => names[place]));
    const total = [2, 4, 5].reduce((sum, place) => sum + sizes.get(names[place])!, 0);
    await says(page, new RegExp(`3 selected · ${(total / 1000).toFixed(1)} kB`));
    await at(2).click({ modifiers: ['Control'] });
    await says(page, '2 selected');
    await expectAccessible(page);
    await shoot(page, '40-selection');

    await page.keyboard.press('Escape');
    await bar(page).waitFor({ state: 'hidden' });
    await grid(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await says(page, '3 selected');
    await page.keyboard.press('Shift+ArrowLeft');
    await says(page, '2 selected');
    expect(await selected(page)).toEqual([names[0], names[1]]);
    await page.keyboard.press('Control+a');
    await says(page, '20 selected');
    await page.keyboard.press('Control+Space');
    await says(page, '19 selected');
    await bar(page).getByRole('button', { name: 'Select none' }).click();
    await bar(page).waitFor({ state: 'hidden' });
  });

  it('is searched by, added to a query, and compared', async () => {
    const { page, names } = await open();
    const at = (place: number): Locator => grid(page).getByRole('option', { name: new RegExp(`^${names[place]},`) });
    await at(0).click({ modifiers: ['Control'] });
    await at(6).click({ modifiers: ['Control'] });
    await bar(page).getByRole('button', { name: 'Find like these' }).click();
    await page.locator('header .name').getByText('like these 2', { exact: true }).waitFor();
    // What is selected is what can be seen.
    await bar(page).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Less alike: show more' }).click();
    const last = await nameOf(tiles(page).last());
    await tiles(page)
      .last()
      .click({ modifiers: ['Control'] });
    await bar(page).getByRole('button', { name: 'Not like these' }).click();
    await page.locator('header .name').getByText(`like these 2, not ${last}`, { exact: true }).waitFor();

    await page.getByRole('button', { name: /^All photos/ }).click();
    for (const place of [1, 3, 5]) await at(place).click({ modifiers: ['Control'] });
    await bar(page).getByRole('button', { name: 'Compare' }).click();
    const viewer = page.getByRole('dialog', { name: names[5] });
    await expect.poll(() => viewer.locator('.picture').count()).toBe(3);
    const captions = await viewer.locator('figcaption').allTextContents();
    expect(captions.map((caption) => caption.trim().split(/\s/)[0])).toEqual([1, 3, 5].map((place) => names[place]));
  });

  it('is copied to a folder, with what could not be copied named, and not into a photo folder', async () => {
    const { page, names, folder } = await open();
    const target = temporaryFolder();
    const at = (place: number): Locator => grid(page).getByRole('option', { name: new RegExp(`^${names[place]},`) });
    for (const place of [0, 2, 3]) await at(place).click({ modifiers: ['Control'] });
    await bar(page).getByRole('button', { name: 'Export…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Copy 3 photos to a folder' });
    await dialog.getByRole('heading', { name: 'Copy 3 photos to a folder' }).waitFor();
    await expectAccessible(page);
    await shoot(page, '44-export');
    const path = dialog.getByRole('textbox', { name: 'Folder' });
    await path.fill(folder);
    await dialog.getByRole('button', { name: 'Copy here' }).click();
    await dialog.getByText('is one of your photo folders. Likeness writes nothing there.').waitFor();
    rmSync(join(folder, names[3]));
    await path.fill(target);
    await dialog.getByRole('button', { name: 'Copy here' }).click();
    await dialog.getByText(`2 copies are in ${target}.`).waitFor();
    await dialog.getByText('1 photo could not be copied:').waitFor();
    await dialog.getByText(/it is not there/i).waitFor();
    expect(readdirSync(target).sort()).toEqual([names[0], names[2]].sort());
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    // What is selected stays, for something else to be done with it.
    await says(page, '3 selected');
  });

  it('gives its paths to other programs, in the order of selecting', async () => {
    const { engine, page, names } = await open();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const at = (place: number): Locator => grid(page).getByRole('option', { name: new RegExp(`^${names[place]},`) });
    await at(8).click({ modifiers: ['Control'] });
    await at(1).click({ modifiers: ['Control'] });
    await bar(page).getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Copy paths' }).click();
    await page.getByText('2 paths are copied').waitFor();
    const paths = (await page.evaluate(() => navigator.clipboard.readText())).split('\n');
    expect(paths.map((path) => path.split('/').at(-1))).toEqual([names[8], names[1]]);
    // A photo that has gone is passed over.
    expect(engine.methods.listPaths({ photoIds: [99_999] })).toEqual({ paths: [] });
    expect(engine.methods.measurePhotos({ photoIds: [99_999] })).toEqual({ photos: 0, files: 0, bytes: 0 });
  });

  it('is drawn as a rectangle from an empty place, beside what is selected where Ctrl says so, and scrolls at the edge', async () => {
    const { page, names } = await open();
    const heading = page.locator('.heading').first();
    const from = (await heading.boundingBox())!;
    const box = async (place: number) => (await tiles(page).nth(place).boundingBox())!;
    const [first, fifth] = [await box(0), await box(5)];
    const start = { x: from.x + from.width + 40, y: from.y + 20 };
    const draw = async (to: { x: number; y: number }): Promise<void> => {
      await page.mouse.move(start.x, start.y);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y, { steps: 5 });
    };
    await draw({ x: first.x + 10, y: first.y + 10 });
    const touched = Math.max(1, (await selected(page)).length);
    await says(page, `${touched} selected`);
    await shoot(page, '46-lasso');
    await page.mouse.up();
    // The click that ends it asks nothing, and the rectangle is gone.
    expect(await page.locator('.lasso').count()).toBe(0);
    await page.getByRole('heading', { name: 'All photos' }).waitFor();

    await page.keyboard.down('Control');
    await draw({ x: fifth.x + 10, y: fifth.y + fifth.height - 10 });
    await page.mouse.up();
    await page.keyboard.up('Control');
    expect((await selected(page)).length).toBeGreaterThan(touched);
    // At the lower edge the page goes on, and what comes is selected, too.
    await draw({ x: first.x + 10, y: 795 });
    await page.waitForFunction(() => {
      const list = document.querySelector('[role=listbox]')!;
      return list.scrollTop >= list.scrollHeight - list.clientHeight - 2;
    });
    // Four stand in a row; the first column is drawn over, to the last row.
    await expect.poll(() => selected(page)).toEqual([0, 4, 8, 12, 16].map((place) => names[place]));
    await page.mouse.up();
    // A click on an empty place gives it up.
    await grid(page).evaluate((list) => list.scrollTo(0, 0));
    await page.mouse.click(start.x, start.y);
    await bar(page).waitFor({ state: 'hidden' });
  });
});
