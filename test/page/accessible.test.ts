import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { expectAccessible, launchBrowser, openPage, shoot } from '../support/browser.ts';
import { settle, temporaryFolder, writePictures } from '../support/pictures.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

const colours = [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['forced colours', { colorScheme: 'dark', forcedColors: 'active' }],
] as const;

describe.skipIf(missingBrowser()).each(colours)('In %s', (name, options) => {
  it('every page is accessible', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 24);
    writeFileSync(join(folder, 'broken.jpg'), 'no picture');
    settle(join(folder, 'broken.jpg'));
    const engine = await openEngine({ watching: false });
    const empty = await openPage(browser, engine, options);
    await empty.getByRole('button', { name: 'Choose a folder' }).waitFor();
    await empty.getByRole('button', { name: 'Search by picture 2' }).click();
    await empty.waitForFunction(() => document.querySelectorAll('.found img').length === 4);
    await expectAccessible(empty);
    await shoot(empty, `89-welcome-${name}`);
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine, options);
    const tiles = page.getByRole('option');
    await tiles.nth(5).waitFor();
    const press = (keys: string): Promise<void> => page.keyboard.press(keys);

    await page.getByRole('listbox').focus();
    for (const key of ['Home', '.', '4', 't']) await press(key);
    await page.getByRole('dialog').getByPlaceholder('New tag').fill('lake');
    await press('Enter');
    await page.getByRole('dialog').getByText('lake').waitFor();
    await expectAccessible(page);
    await press('Escape');
    await press('Control+a');
    await page.getByText('24 selected').waitFor();
    await page.getByRole('toolbar', { name: 'Selected photos' }).getByRole('button', { name: 'More' }).click();
    await page.getByRole('menu').waitFor();
    await expectAccessible(page);
    await press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await press('Escape');
    await press('f');
    await page.getByRole('form', { name: 'Filter' }).waitFor();
    await expectAccessible(page);
    await press('f');
    await press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await expectAccessible(page);
    await press('Escape');

    await tiles.nth(3).click();
    await page
      .getByRole('option', { name: /percent alike/ })
      .first()
      .waitFor();
    await expectAccessible(page);
    await shoot(page, `90-results-${name}`);
    await press(' ');
    await page.getByRole('dialog').waitFor();
    await press('i');
    await expectAccessible(page);
    await shoot(page, `91-viewer-${name}`);
    await press('Escape');
    await page.getByRole('button', { name: /^Problems/ }).click();
    await expectAccessible(page);
    await everySetting(page);
    await shoot(page, `92-settings-${name}`);
  });
});

async function everySetting(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  for (const name of ['Appearance', 'Folders', 'Model', 'Embedders', 'Storage', 'Privacy']) {
    await page.getByRole('tab', { name }).click();
    await page.getByRole('heading', { name, level: 1, exact: true }).waitFor();
    await expectAccessible(page);
  }
  await page.getByRole('tab', { name: 'Model' }).click();
}
