// The page in a real browser, against a real engine.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { startPageServer } from '../../electron/faces/browser/http-server.ts';
import { loadPageFiles } from '../../electron/faces/page-files.ts';
import { browserPath } from './environment.ts';

export const screenshots = join(import.meta.dirname, '../../out/screenshots');

export async function launchBrowser(): Promise<Browser> {
  mkdirSync(screenshots, { recursive: true });
  const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: browserPath!, args: [...asRoot, ...quiet] });
}

/** The page of an engine, in a window of its own; anything it complains about fails the test. */
export async function openPage(browser: Browser, engine: Engine, options: BrowserContextOptions = {}): Promise<Page> {
  const server = await startPageServer({ engine }, loadPageFiles(), 0);
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    locale: 'en-US',
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused call is answered with a status that Chromium notes; the page shows its sentence.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    await server.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(server.address);
  return page;
}

export async function shoot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** One page of the settings. */
export async function openSettings(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Settings' }).click();
  await page.getByRole('tab', { name }).click();
}

/** Nothing at all that axe finds. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, any }) => `${html} ${any.map(({ message }) => message).join(' ')}`).join(' ')}`,
    ),
  ).toEqual([]);
}

/** Names of the photos shown, in their order. */
export async function shown(page: Page): Promise<string[]> {
  const tiles = page.getByRole('listbox').getByRole('option');
  const names = (): Promise<string[]> =>
    tiles.evaluateAll((all) =>
      all.sort((a, b) => Number(a.ariaPosInSet) - Number(b.ariaPosInSet)).map((tile) => tile.ariaLabel!.split(',')[0]),
    );
  await expect.poll(names).not.toContain(NOT_HERE_YET);
  return names();
}

/** The name of the photo in a tile. */
export async function nameOf(tile: Locator): Promise<string> {
  await expect.poll(() => tile.getAttribute('aria-label')).not.toBe(NOT_HERE_YET);
  return (await tile.getAttribute('aria-label'))!.split(',')[0];
}

/** What a tile is called before its photo has come. */
const NOT_HERE_YET = 'Loading';
