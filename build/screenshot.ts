// Makes the README's screenshot: `node build/screenshot.ts`, with Chromium installed.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { Engine } from '../electron/engine/engine.ts';
import { startPageServer } from '../electron/faces/browser/http-server.ts';
import { loadPageFiles } from '../electron/faces/page-files.ts';
import { writeExamplePictures } from './example-pictures.ts';

const place = mkdtempSync(join(tmpdir(), 'likeness-screenshot-'));
// Its path is in the picture.
const folder = join(tmpdir(), 'Pictures');
if (existsSync(folder)) throw new Error(`Expected no folder at ${folder}; it is made for the picture and removed.`);
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
const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
await page.goto(server.address);
await page
  .getByRole('listbox')
  .getByRole('option', { name: /^mountains/ })
  .first()
  .click();
await page
  .locator('header')
  .getByText(/^like mountains/)
  .waitFor();
await page.mouse.move(640, 20);
await page.waitForFunction(() => [...document.images].every((image) => image.complete));
await page.waitForTimeout(500);
await page.screenshot({ path: 'docs/screenshot.png' });
await browser.close();
await server.close();
await engine.close();
for (const made of [place, folder]) rmSync(made, { recursive: true });
