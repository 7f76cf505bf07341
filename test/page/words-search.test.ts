import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { expectAccessible, launchBrowser, openPage, shoot, shown } from '../support/browser.ts';
import { writeColours } from '../support/colours.ts';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { temporaryFolder, writePicture } from '../support/pictures.ts';
import { writeTransformersModel } from '../support/transformers-models.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

const field = (page: Page): Locator => page.getByRole('searchbox', { name: 'Search by words' });
const asked = (page: Page): Locator => page.locator('header .name');
const heading = (page: Page, text: string | RegExp): Locator => page.locator('.heading').getByText(text);

async function askFor(page: Page, words: string): Promise<void> {
  await field(page).fill(words);
  await field(page).press('Enter');
}

async function libraryOf(embedder?: string): Promise<Engine> {
  const folder = join(temporaryFolder(), 'Pictures');
  await writeColours(folder, 40);
  await writePicture(join(folder, 'red barn.jpg'), 3, new Date(2021, 4, 1, 12));
  const engine = await openEngine({ watching: false, embedder });
  await engine.indexOnce([folder]);
  return engine;
}

describe.skipIf(missingBrowser())('Words in the strip', () => {
  it('find what photos show and what they are called, alone, with a photo, and without what is not meant', async () => {
    const engine = await libraryOf(writeTransformersModel('clip'));
    const page = await openPage(browser, engine);
    await page.getByRole('option').nth(2).waitFor();

    await page.keyboard.press('/');
    await page.keyboard.type('red');
    await page.keyboard.press('Enter');
    await heading(page, 'Named so · 1').waitFor();
    expect((await shown(page))[0]).toBe('red barn.jpg');
    await heading(page, /alike/i).first().waitFor();
    expect(await asked(page).innerText()).toBe('“red”');
    expect(new URL(page.url()).hash).toBe('#words=red');
    const red = await shown(page);
    await shoot(page, 'words');
    await expectAccessible(page);

    // What is not meant, by a minus.
    await askFor(page, '-dark');
    await page.waitForURL(/not-words=dark/);
    expect(await asked(page).innerText()).toBe('like “red”, not “dark”');

    // A reload comes back to it; back to the words alone.
    await page.reload();
    await heading(page, 'Named so · 1').waitFor();
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await page.waitForURL(/#words=red$/);
    await expect.poll(() => shown(page)).toEqual(red);

    // With a photo: words join what is asked.
    await page.getByRole('option').nth(5).click();
    await page.waitForURL(/#like=/);
    await askFor(page, 'blue');
    await page.waitForURL(/like=.*words=blue/);
    await page.getByRole('button', { name: 'Not like “blue”' }).click();
    await page.waitForURL(/not-words=blue/);
    await page.getByRole('button', { name: 'Take “blue” out of the query' }).click();
    await page.waitForURL((url) => !url.hash.includes('blue'));
  });

  it('are looked for in names alone where the embedder knows none, and it is said what would', async () => {
    const page = await openPage(browser, await libraryOf());
    await page.getByRole('option').nth(2).waitFor();
    await askFor(page, 'barn');
    await page.getByText(/Likeness sight \d knows no words/).waitFor();
    await page.getByText(/With CLIP ViT-B\/32 or SigLIP 2 base, photos are found by what they show/).waitFor();
    expect(await shown(page)).toEqual(['red barn.jpg']);
    await askFor(page, 'may 2021');
    await page.waitForURL(/words=barn.*words=may/);
    expect(await shown(page)).toEqual(['red barn.jpg']);
    await page.getByRole('button', { name: 'Remove the query and show all photos' }).click();
    await askFor(page, 'giraffe');
    await page.getByText('No photo is named so').waitFor();
    await page.getByRole('button', { name: 'Embedders…' }).click();
    await page.getByRole('heading', { name: 'Embedders', exact: true }).waitFor();
  });

  it('are asked for by pasting them', async () => {
    const page = await openPage(browser, await libraryOf());
    await page.getByRole('option').nth(2).waitFor();
    await page.evaluate(() => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', ' red\n barn ');
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    });
    await page.waitForURL(/#words=red\+barn/);
    await expect.poll(() => shown(page)).toEqual(['red barn.jpg']);
  });
});
