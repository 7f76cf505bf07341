import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { expectAccessible, launchBrowser, openPage, shoot, shown } from '../support/browser.ts';
import { kindOf, makePicture, temporaryFolder, writePictures } from '../support/pictures.ts';

const grid = (page: Page): Locator => page.getByRole('listbox');
const tiles = (page: Page): Locator => grid(page).getByRole('option');
const named = (page: Page, name: string): Locator => grid(page).getByRole('option', { name: new RegExp(`^${name},`) });
const words = (page: Page): Locator => page.locator('header .name');
const strip = (page: Page): Promise<string[]> =>
  page.locator('header .example img').evaluateAll((images) => images.map((image) => (image as HTMLImageElement).alt));

/** What each example counts as: + or −. */
const signs = (page: Page): Promise<string[]> => page.locator('header .example .sign').allInnerTexts();

/** Shows what is less alike too, where it is folded. */
async function unfold(page: Page): Promise<void> {
  await tiles(page).first().waitFor();
  const more = page.getByRole('button', { name: 'Less alike: show more' });
  if ((await more.count()) > 0) await more.click();
}

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe.skipIf(missingBrowser())('A query of several examples', () => {
  it(
    'is built by + and −, shown as pictures, and can be turned, thinned and gone back to',
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder();
      await writePictures(folder, 18);
      const engine = await openEngine({ watching: false });
      await engine.indexOnce([folder]);
      const page = await openPage(browser, engine);

      // Nothing is meant yet, so nothing can be taken away from it.
      await tiles(page).nth(2).hover();
      await grid(page).focus();
      await page.keyboard.press('-');
      await page.getByRole('alert').getByText('Choose a photo that you mean first.').waitFor();

      await named(page, '0.jpg').click();
      await words(page).getByText('like 0.jpg', { exact: true }).waitFor();
      await unfold(page);
      await named(page, '5.jpg').waitFor();
      const alone = await shown(page);
      await named(page, '6.jpg').hover();
      await named(page, '6.jpg').getByText('+').click();
      await words(page).getByText('like these 2', { exact: true }).waitFor();
      expect(await strip(page)).toEqual(['0.jpg', '6.jpg']);
      await named(page, '12.jpg').waitFor();
      expect(await shown(page)).not.toContain('6.jpg');
      expect((await shown(page))[0]).toBe('12.jpg');

      // By the keyboard: the photo that has it.
      await named(page, '12.jpg').click({ modifiers: ['Control'] });
      await grid(page).focus();
      await page.keyboard.press('-');
      await words(page).getByText('like these 2, not 12.jpg', { exact: true }).waitFor();
      expect(await strip(page)).toEqual(['0.jpg', '6.jpg', 'not 12.jpg']);
      expect(await signs(page)).toEqual(['+', '+', '−']);
      await named(page, '13.jpg').waitFor();
      expect(await shown(page)).not.toContain('12.jpg');
      await expectAccessible(page);
      await shoot(page, '14-several-examples');

      // An example changes sides, and leaves.
      await page.getByRole('button', { name: 'Like 12.jpg' }).click();
      await words(page).getByText('like these 3', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Take 6.jpg out of the query' }).click();
      await words(page).getByText('like these 2', { exact: true }).waitFor();
      expect(await strip(page)).toEqual(['0.jpg', '12.jpg']);
      // The last one that is meant cannot be turned, and still says what it is.
      await page.getByRole('button', { name: 'Not like 12.jpg' }).click();
      await words(page).getByText('like 0.jpg, not 12.jpg', { exact: true }).waitFor();
      expect(await signs(page)).toEqual(['+', '−']);
      expect(await page.getByRole('button', { name: 'Not like 0.jpg' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Like 12.jpg', exact: true }).click();
      await words(page).getByText('like these 2', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Take 12.jpg out of the query' }).click();
      await words(page).getByText('like 0.jpg', { exact: true }).waitFor();
      await named(page, alone[0]).waitFor();
      expect(await shown(page)).toEqual(alone);

      // Each step is one to go back to.
      await page.getByRole('button', { name: 'Back' }).click();
      await words(page).getByText('like these 2', { exact: true }).waitFor();
      expect(await strip(page)).toEqual(['0.jpg', '12.jpg']);
    },
  );

  it('begins with all pictures that are dropped or chosen together', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 18);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine);
    await tiles(page).nth(2).waitFor();
    const pictures = await Promise.all([100, 106].map(async (seed) => (await makePicture(seed)).toString('base64')));
    await page.evaluate((all) => {
      const transfer = new DataTransfer();
      all.forEach((base64, i) => {
        const bytes = Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
        transfer.items.add(new File([bytes], `dropped ${i}.jpg`, { type: 'image/jpeg' }));
      });
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true, bubbles: true }));
    }, pictures);
    await words(page).getByText('like these 2', { exact: true }).waitFor();
    expect(await strip(page)).toEqual(['dropped 0.jpg', 'dropped 1.jpg']);
    await grid(page)
      .getByRole('option', { name: /percent alike/ })
      .first()
      .waitFor();
    await unfold(page);
    await named(page, '5.jpg').waitFor();
    const kind = kindOf(100);
    expect((await shown(page)).slice(0, 3).map((name) => kindOf(Number.parseInt(name, 10)))).toEqual([
      kind,
      kind,
      kind,
    ]);

    // The same by the dialog.
    const files = pictures.map((base64, i) => ({
      name: `chosen ${i}.jpg`,
      mimeType: 'image/jpeg',
      buffer: Buffer.from(base64, 'base64'),
    }));
    await page.locator('header input[type=file]').setInputFiles(files);
    await page.locator('header .example img[alt="chosen 1.jpg"]').waitFor();
    expect(await strip(page)).toEqual(['chosen 0.jpg', 'chosen 1.jpg']);
  });
});
