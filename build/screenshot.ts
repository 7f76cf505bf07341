// Makes the README's screenshots, docs/screenshot-*.jpg: `node build/screenshot.ts`, with Chromium installed. The photos are drawn.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import { Engine } from '../electron/engine/engine.ts';
import { startPageServer } from '../electron/faces/browser/http-server.ts';
import { loadPageFiles } from '../electron/faces/page-files.ts';
import { writeExampleEdits, writeExamplePictures } from './example-pictures.ts';

const place = mkdtempSync(join(tmpdir(), 'likeness-screenshot-'));
// Its path is in the pictures.
const folder = join(tmpdir(), 'Pictures');
if (existsSync(folder)) throw new Error(`Expected no folder at ${folder}; it is made for the pictures and removed.`);
await writeExamplePictures(folder, 300);
const engine = await Engine.open({
  libraryPath: join(place, 'library'),
  watching: false,
  trainWhileReading: false,
});
await engine.indexOnce([folder]);
const server = await startPageServer({ engine }, loadPageFiles(), 0);
const browser = await chromium.launch({
  executablePath: process.env.LIKENESS_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light', locale: 'en-US' });
const photo = (name: string, nth = 0): Locator =>
  page
    .getByRole('listbox')
    .getByRole('option', { name: new RegExp(`^${name}`) })
    .nth(nth);

await page.goto(server.address);
await photo('').waitFor();
await photo('', 2).click({ modifiers: ['Control'] });
for (const key of ['.', '4']) await page.keyboard.press(key);
await page.keyboard.press('Escape');
await photo('', 5).click({ modifiers: ['Control'] });
await photo('', 6).click({ modifiers: ['Control'] });
await page.getByRole('button', { name: 'Close', exact: true }).click();
await shoot(page, 'photos');

await page.keyboard.press('Escape');
await photo('mountains').click();
await page.getByRole('heading', { name: /^like mountains/ }).waitFor();
await photo('', 1).hover();
await photo('', 1)
  .getByTitle(/^Add to the query/)
  .click();
await page.getByRole('heading', { name: 'like these 2' }).waitFor();
await shoot(page, 'several-examples');

await page.keyboard.press('Escape');
await photo('meadow').waitFor();
await photo('meadow').hover();
await photo('meadow')
  .getByTitle(/^Show it large/)
  .click();
await page.getByRole('dialog').locator('.turned img').nth(1).waitFor();
await page.getByRole('dialog').getByRole('button', { name: 'Details' }).click();
await shoot(page, 'viewer');
await page.getByRole('dialog').getByRole('button', { name: 'Details' }).click();

await page.keyboard.press('b');
const { x, y, width, height } = (await page.getByRole('dialog').locator('.picture').boundingBox())!;
await page.mouse.move(x + width * 0.3, y + height * 0.35);
await page.mouse.down();
await page.mouse.move(x + width * 0.75, y + height * 0.95, { steps: 5 });
await page.mouse.up();
await page.getByRole('button', { name: 'Find what is in the box' }).click();
await page.getByRole('heading', { name: /^like a part of/ }).waitFor();
await partsOfAll();
await page
  .getByRole('button', { name: 'Look again' })
  .click()
  .catch(() => undefined);
await page.waitForTimeout(1500);
await shoot(page, 'box');

await page.getByRole('button', { name: 'Atlas' }).click();
await page.getByRole('button', { name: 'Open this photo' }).nth(3).waitFor();
await shoot(page, 'atlas');

await writeExampleEdits(folder);
await engine.indexOnce([folder]);
await page
  .getByRole('navigation')
  .getByRole('button', { name: /^Duplicates/ })
  .click();
await page.getByRole('article').nth(1).waitFor();
await shoot(page, 'duplicates');

await browser.close();
await server.close();
await engine.close();
for (const made of [place, folder]) rmSync(made, { recursive: true });

async function shoot(of: Page, name: string): Promise<void> {
  await of.mouse.move(640, 20);
  await of.waitForFunction(() => [...document.images].every((image) => image.complete));
  await of.waitForTimeout(500);
  await of.screenshot({ path: `docs/screenshot-${name}.jpg`, type: 'jpeg', quality: 85 });
}

/** Waits until parts of all photos can be found. */
async function partsOfAll(): Promise<void> {
  for (;;) {
    const { done, photos } = engine.methods.getParts();
    if (done >= photos) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
