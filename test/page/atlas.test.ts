import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { withKinds } from '../support/atlas.ts';
import { expectAccessible, launchBrowser, openPage, shoot } from '../support/browser.ts';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** The atlas of 64 photos, in a browser. */
async function openAtlas(): Promise<{ page: Page; engine: Engine }> {
  const { libraryPath } = await withKinds();
  const engine = await openEngine({ libraryPath, watching: false });
  engine.start();
  const page = await openPage(browser, engine);
  await page.getByRole('button', { name: 'Atlas' }).click();
  await expect.poll(() => pictures(page).count(), { timeout: 30_000 }).toBeGreaterThan(3);
  return { page, engine };
}

const pictures = (page: Page) => page.getByRole('button', { name: 'Open this photo' });
const map = (page: Page) => page.getByRole('group', { name: /^All photos on a map/ });

/** Whether pixels of the map are drawn. */
const isDrawn = (page: Page): Promise<boolean> =>
  page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value) => value > 0);
  });

describe.skipIf(missingBrowser())('The atlas', () => {
  it('draws the map, shows pictures, comes nearer by wheel and keys, and shows all of it again', async () => {
    const { page } = await openAtlas();
    await expect.poll(() => isDrawn(page)).toBe(true);
    await expectAccessible(page);
    await shoot(page, 'atlas-map');
    const before = await pictures(page).count();
    const box = (await map(page).boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const place = (): Promise<string | null> => pictures(page).first().getAttribute('style');
    const at = await place();
    await page.mouse.wheel(0, -300);
    await expect.poll(place).not.toBe(at);
    await map(page).focus();
    const nearer = await place();
    await page.keyboard.press('+');
    await expect.poll(place).not.toBe(nearer);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('0');
    await expect.poll(place).toBe(at);
    expect(await pictures(page).count()).toBe(before);
  });

  it('asks by a photo that is clicked', async () => {
    const { page } = await openAtlas();
    await pictures(page).first().click();
    await page
      .getByRole('heading', { name: /alike|same picture/i })
      .or(page.getByText(/photos? alike/))
      .first()
      .waitFor();
    expect(page.url()).toMatch(/#like=\d+/);
  });

  it.each(['Box', 'Lasso'])('marks a part by a %s, which is a filter with an address', async (tool) => {
    const { page } = await openAtlas();
    await page.getByRole('button', { name: tool }).click();
    const box = (await map(page).boundingBox())!;
    const to = (x: number, y: number) => page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
    await to(0.02, 0.02);
    await page.mouse.down();
    if (tool === 'Lasso') await to(0.98, 0.05);
    await to(0.97, 0.97);
    if (tool === 'Lasso') await to(0.03, 0.96);
    await page.mouse.up();
    await page.getByText(/^64 photos in the marked part/).waitFor();
    await shoot(page, `atlas-${tool.toLowerCase()}`);
    await page.getByRole('button', { name: 'Show them' }).click();
    await page.locator('.chip', { hasText: 'a part of the map' }).waitFor();
    const count = () => page.getByRole('option').first().getAttribute('aria-setsize');
    await expect.poll(count).toBe('64');
    expect(page.url()).toMatch(/#place=\d+@/);
    await page.reload();
    await page.locator('.chip', { hasText: 'a part of the map' }).waitFor();
    await expect.poll(count).toBe('64');
  });

  it('selects what a box marks', async () => {
    const { page } = await openAtlas();
    await page.getByRole('button', { name: 'Box' }).click();
    const box = (await map(page).boundingBox())!;
    const to = (x: number, y: number) => page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
    await to(0.02, 0.02);
    await page.mouse.down();
    await to(0.5, 0.97);
    await page.mouse.up();
    const marked = await page.getByText(/in the marked part/).innerText();
    const many = /^\d+/.exec(marked)![0];
    expect(Number(many)).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Select them' }).click();
    await page.locator('.chip', { hasText: 'a part of the map' }).waitFor();
    await page.getByText(`${many} selected`).waitFor();
    await shoot(page, 'atlas-selected');
  });

  it('shows what is rare, what was not looked at, and the years, by keys', async () => {
    const { page } = await openAtlas();
    const photos = page.getByRole('tabpanel').getByRole('button', { name: /^Find photos like this/ });
    await page.getByRole('tab', { name: 'Map' }).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => photos.count()).toBe(64);
    await expectAccessible(page);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => photos.count()).toBeGreaterThan(20);
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: '2019 · 16 photos' }).waitFor();
    await page.getByRole('heading', { name: '2023 · 48 photos' }).waitFor();
    await expectAccessible(page);
    await shoot(page, 'atlas-years');
  });

  it('shows what the numbers of a code stand for, and lists the photos of one', async () => {
    const { page, engine } = await openAtlas();
    await page.getByRole('tab', { name: 'Codes' }).click();
    await page.getByRole('heading', { name: /^Part 1/ }).waitFor();
    await expectAccessible(page);
    await shoot(page, 'atlas-codes');
    const { modelId, subspaces } = await engine.methods.getCodebook();
    const [most] = subspaces[0].centroids;
    await page
      .getByRole('button', { name: new RegExp(`^Number ${most.centroid}: ${most.photos} photos?$`) })
      .first()
      .click();
    // A filter like any other, with an address.
    const chip = page.locator('.chip', { hasText: `number ${most.centroid} in part 1 of the code` });
    const count = () => page.getByRole('option').first().getAttribute('aria-setsize');
    await chip.waitFor();
    await expect.poll(count).toBe(String(most.photos));
    expect(page.url()).toContain(`code=${modelId}@0.${most.centroid}`);
    await shoot(page, 'atlas-code-photos');
    await page.reload();
    await chip.waitFor();
    await expect.poll(count).toBe(String(most.photos));
  });
});
