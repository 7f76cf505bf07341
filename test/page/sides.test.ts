import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { expectAccessible, launchBrowser, openPage, shoot } from '../support/browser.ts';
import { temporaryFolder, writePictures } from '../support/pictures.ts';

const tiles = (page: Page) => page.getByRole('listbox').getByRole('option');
const library = (page: Page) => page.getByRole('navigation', { name: 'Library' });
const details = (page: Page) => page.getByRole('complementary', { name: 'Selected photo' });
const photosWidth = async (page: Page): Promise<number> => (await page.locator('main').boundingBox())!.width;

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function open(): Promise<Page> {
  const folder = temporaryFolder();
  await writePictures(folder, 12);
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  const page = await openPage(browser, engine);
  await tiles(page).nth(5).waitFor();
  return page;
}

describe.skipIf(missingBrowser())('The sides of the page', () => {
  it('take no room while they say nothing, and fold away by keys and buttons, which a reload remembers', async () => {
    const page = await open();
    expect(await photosWidth(page)).toBe(1280 - 210);
    await tiles(page)
      .nth(1)
      .click({ modifiers: ['Control'] });
    await details(page).waitFor();
    expect(await photosWidth(page)).toBe(1280 - 210 - 270);
    await page.keyboard.press('Escape');
    await page.keyboard.press('i');
    await page.keyboard.press('l');
    await details(page).waitFor({ state: 'detached' });
    await library(page).waitFor({ state: 'detached' });
    expect(await photosWidth(page)).toBe(1280);
    await expectAccessible(page);
    await shoot(page, '41-folded');
    await page.reload();
    await tiles(page).nth(5).waitFor();
    expect(await photosWidth(page)).toBe(1280);
    await page.getByRole('button', { name: 'Library', exact: true }).click();
    await library(page).waitFor();
  });

  it('come over the photos in a narrow window, where everything can be reached', async () => {
    const page = await open();
    await page.setViewportSize({ width: 390, height: 800 });
    await library(page).waitFor({ state: 'detached' });
    expect(await photosWidth(page)).toBe(390);
    await tiles(page).nth(1).click();
    await page.getByRole('button', { name: /Remove the query/ }).waitFor();
    // Nothing of the toolbar lies beyond the window.
    for (const button of await page.locator('header button').all()) {
      const { x, width } = (await button.boundingBox())!;
      expect(x + width).toBeLessThanOrEqual(390);
    }
    await expectAccessible(page);
    await shoot(page, '42-narrow');
    await page.getByRole('button', { name: 'Details of the selected photo' }).click();
    await details(page).getByText('File date').waitFor();
    await shoot(page, '43-narrow-details');
    await page.keyboard.press('Escape');
    await details(page).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Library', exact: true }).click();
    expect(await photosWidth(page)).toBe(390);
    await expectAccessible(page);
    await library(page)
      .getByRole('button', { name: /^All photos/ })
      .click();
    await library(page).waitFor({ state: 'detached' });
    await page.getByRole('listbox', { name: 'All photos, newest first' }).waitFor();
  });
});
