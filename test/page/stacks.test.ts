import { join } from 'node:path';
import sharp from 'sharp';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { expectAccessible, launchBrowser, openPage, shoot } from '../support/browser.ts';
import { drawScene, withDuplicates } from '../support/duplicates.ts';
import { openEngine, until } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { settle } from '../support/pictures.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** Of 39 files, two are copies, and two shots of one moment. */
async function openStacked(): Promise<{ page: Page; engine: Engine; folder: string }> {
  const { folder, libraryPath } = await withDuplicates();
  const engine = await openEngine({ libraryPath, watching: false });
  engine.start();
  await until(
    () => engine.methods.getDuplicates({ kinds: ['bursts'], start: 0, count: 1 }),
    ({ looked, contents }) => looked === contents && engine.methods.getStatus().activity.doing === 'ready',
  );
  const page = await openPage(browser, engine);
  // All of them in sight.
  await page.evaluate(() => localStorage.setItem('likeness-row-height', '100'));
  await page.reload();
  return { page, engine, folder };
}

/** Photos that stand in the grid, in sight or not. */
const count = async (page: Page): Promise<number> =>
  Number(await page.getByRole('option').first().getAttribute('aria-setsize'));
const stack = (page: Page) => page.getByRole('option', { name: /a stack of 2/ });

describe.skipIf(missingBrowser())('Stacks in the grid', () => {
  it('show copies and bursts as one photo with their number, which opens them and closes them again', async () => {
    const { page } = await openStacked();
    await expect.poll(() => count(page)).toBe(37);
    await expect.poll(() => stack(page).count()).toBe(2);
    await expectAccessible(page);
    await shoot(page, 'stacks');
    await stack(page).first().getByText('×2').click();
    await expect.poll(() => count(page)).toBe(38);
    const members = page.getByRole('option', { name: /in a stack of 2/ });
    await expect.poll(() => members.count()).toBe(2);
    const places = await members.evaluateAll((tiles) => tiles.map((tile) => Number(tile.ariaPosInSet)));
    expect(Math.abs(places[0] - places[1])).toBe(1);
    await shoot(page, 'stacks-open');
    await page.locator('.count.open').click();
    await expect.poll(() => count(page)).toBe(37);
  });

  it('open by a key and by the menu, and the photo on top has the keyboard', async () => {
    const { page } = await openStacked();
    await expect.poll(() => stack(page).count()).toBe(2);
    const place = Number(await stack(page).first().getAttribute('aria-posinset'));
    await page.getByRole('listbox').focus();
    for (let i = 1; i < place; i++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('o');
    await expect.poll(() => count(page)).toBe(38);
    await expect.poll(() => page.locator('.tile.active').getAttribute('aria-label')).toMatch(/in a stack of 2/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => page.locator('.tile.active').getAttribute('aria-label')).toMatch(/in a stack of 2/);
    await page.keyboard.press('O');
    await expect.poll(() => count(page)).toBe(37);
    await expect.poll(() => page.locator('.tile.active').getAttribute('aria-label')).toMatch(/a stack of 2/);
    await stack(page).last().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Open the stack O' }).click();
    await expect.poll(() => count(page)).toBe(38);
  });

  it('let new photos wait all the same where somebody looks', async () => {
    const { page, engine, folder } = await openStacked();
    await expect.poll(() => count(page)).toBe(37);
    await page.evaluate(() => localStorage.setItem('likeness-row-height', '300'));
    await page.reload();
    await expect.poll(() => count(page)).toBe(37);
    // Once it hears of events it asks for all photos again: what comes before that is shown at once.
    await page.waitForTimeout(4000);
    await sharp(await drawScene(90)).toFile(join(folder, 'new.jpg'));
    settle(join(folder, 'new.jpg'));
    await engine.indexOnce([folder]);
    const button = page.getByRole('button', { name: '1 new photo' });
    await button.waitFor();
    expect(await count(page)).toBe(37);
    await button.click();
    await expect.poll(() => count(page)).toBe(38);
  });

  it('can be switched off, and that is kept', async () => {
    const { page } = await openStacked();
    await expect.poll(() => count(page)).toBe(37);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('switch', { name: 'Stack copies and bursts' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => count(page)).toBe(39);
    await page.reload();
    await expect.poll(() => count(page)).toBe(39);
    expect(await page.locator('.count').count()).toBe(0);
  });
});
