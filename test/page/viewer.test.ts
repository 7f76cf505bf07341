import { join } from 'node:path';
import sharp from 'sharp';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { openEngine, photoAt } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { expectAccessible, launchBrowser, nameOf, openPage, shoot } from '../support/browser.ts';
import { makePicture, settle, temporaryFolder, writePictures } from '../support/pictures.ts';

const grid = (page: Page): Locator => page.getByRole('listbox');
const tiles = (page: Page): Locator => grid(page).getByRole('option');
const named = (page: Page, name: string): Locator => grid(page).getByRole('option', { name: new RegExp(`^${name},`) });
const viewer = (page: Page): Locator => page.getByRole('dialog');
const caption = (page: Page): Locator => viewer(page).locator('.caption');
const shownName = (page: Page): Promise<string | null> => caption(page).locator('strong').textContent();
/** Where the picture lies, in pixels of the window. */
const lies = async (page: Page, pane = 0) => (await viewer(page).locator('.picture').nth(pane).boundingBox())!;
/** Waits for the large picture, which stands over the small one. */
const large = (page: Page): Promise<unknown> =>
  page.waitForFunction(() => {
    const image = document.querySelector<HTMLImageElement>('dialog figure:last-of-type .turned img:nth-of-type(2)');
    return image?.complete && image.naturalWidth > 0;
  });

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function library(): Promise<{ engine: Engine; paths: string[] }> {
  const folder = temporaryFolder();
  const paths = await writePictures(folder, 24);
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  return { engine, paths };
}

/** A page that shows all photos in the order of how alike they are to one. */
async function openResults(engine: Engine): Promise<Page> {
  const page = await openPage(browser, engine);
  await tiles(page).nth(3).click();
  await page.getByRole('button', { name: 'Less alike: show more' }).click();
  return page;
}

describe.skipIf(missingBrowser())('The viewer', () => {
  it('opens by Space, goes on by arrows and the strip, and comes back to the photo it ended with', async () => {
    const { engine } = await library();
    const page = await openPage(browser, engine);
    await tiles(page)
      .nth(3)
      .click({ modifiers: ['Control'] });
    await page.keyboard.press('Escape');
    const names = await tiles(page).evaluateAll((all) =>
      all.sort((a, b) => Number(a.ariaPosInSet) - Number(b.ariaPosInSet)).map((tile) => tile.ariaLabel!.split(',')[0]),
    );
    await grid(page).focus();
    await page.keyboard.press(' ');
    await large(page);
    expect(await shownName(page)).toBe(names[3]);
    await expect.poll(() => caption(page).textContent()).toContain('4 of 24');
    await expectAccessible(page);
    await shoot(page, '30-viewer');

    await page.keyboard.press('ArrowRight');
    await expect.poll(() => shownName(page)).toBe(names[4]);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => shownName(page)).toBe(names[2]);
    await page.keyboard.press('End');
    await expect.poll(() => caption(page).textContent()).toContain('24 of 24');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => caption(page).textContent()).toContain('24 of 24');
    await viewer(page).getByRole('button', { name: 'The photo before' }).click();
    await expect.poll(() => caption(page).textContent()).toContain('23 of 24');
    await viewer(page)
      .getByRole('group', { name: 'Photos before and after' })
      .getByLabel(names[15], { exact: true })
      .click();
    await expect.poll(() => shownName(page)).toBe(names[15]);

    // Back where the person was, at the photo that was shown last, and with the keyboard.
    await page.keyboard.press('Escape');
    await viewer(page).waitFor({ state: 'hidden' });
    await expect.poll(() => named(page, names[15]).getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => named(page, names[16]).getAttribute('aria-selected')).toBe('true');
  });

  it('loses no key that comes before the browser has gone back behind the viewer', async () => {
    const { engine } = await library();
    const page = await openPage(browser, engine);
    await tiles(page).nth(20).waitFor();
    await grid(page).focus();
    await page.keyboard.press(' ');
    await viewer(page).waitFor();
    // The browser goes back in a task of its own; these three keys come in one.
    await page.evaluate(async () => {
      const press = (key: string): void => {
        const target = document.querySelector('dialog') ?? document.querySelector('[role=listbox]')!;
        target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      };
      press(' ');
      await Promise.resolve();
      press('ArrowRight');
      press('Enter');
    });
    await page.locator('header .name').waitFor();
    await page
      .getByRole('option', { name: /percent alike/ })
      .first()
      .waitFor();
    await page.waitForTimeout(300);
    expect(page.url()).toMatch(/#like=\d+$/);
    await page.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('listbox', { name: 'All photos, newest first' }).waitFor();
    expect(page.url()).not.toContain('#');
    expect(await page.getByRole('button', { name: 'Back' }).isDisabled()).toBe(true);
  });

  it('opens by a double click the photo that was clicked first, and drops the search that the first click began', async () => {
    const { engine } = await library();
    const page = await openPage(browser, engine);
    await tiles(page).nth(20).waitFor();
    const name = await nameOf(tiles(page).nth(5));
    const { x, y, width, height } = (await tiles(page).nth(5).boundingBox())!;
    // By the pointer alone, because what lies under it changes with the first click.
    await page.mouse.dblclick(x + width / 2, y + height / 2, { delay: 20 });
    await expect.poll(() => shownName(page)).toBe(name);
    expect(await caption(page).textContent()).toContain('of 24');
    await page.keyboard.press('Escape');
    await viewer(page).waitFor({ state: 'hidden' });
    await page.getByRole('listbox', { name: 'All photos, newest first' }).waitFor();
    expect(await page.getByRole('button', { name: 'Forward' }).isDisabled()).toBe(true);
    // Two single clicks stay two searches.
    await tiles(page).nth(5).click();
    await page.locator('header .name').getByText(`like ${name}`, { exact: true }).waitFor();
    await page.waitForTimeout(600);
    await tiles(page).nth(2).click();
    await viewer(page).waitFor({ state: 'hidden' });
  });

  it('zooms to the pointer, to own pixels and back, pans, turns, and shows the next photo whole', async () => {
    const folder = temporaryFolder();
    const wide = join(folder, 'wide.jpg');
    await sharp(await makePicture(1, 4000, 2600)).toFile(wide);
    settle(wide);
    await writePictures(folder, 4, 10);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine);
    await tiles(page).nth(3).waitFor();
    await page.goto(`${page.url().split('#')[0]}#photo=${photoAt(engine, wide)}`);
    await large(page);
    const whole = await lies(page);
    const point = { x: whole.x + whole.width * 0.75, y: whole.y + whole.height * 0.25 };
    await page.mouse.move(point.x, point.y);
    await page.mouse.wheel(0, -300);
    await expect.poll(async () => Math.round((await lies(page)).width)).toBe(Math.round(whole.width * 2));
    const near = await lies(page);
    expect((point.x - near.x) / near.width).toBeCloseTo(0.75, 2);
    expect((point.y - near.y) / near.height).toBeCloseTo(0.25, 2);

    await page.mouse.down();
    await page.mouse.move(point.x - 50, point.y + 10, { steps: 4 });
    await page.mouse.up();
    expect((await lies(page)).x).toBeCloseTo(near.x - 50, 0);

    // Its own pixels come from the file, which has more of them than the picture made for the window.
    await page.keyboard.press('z');
    await expect.poll(async () => Math.round((await lies(page)).width)).toBe(4000);
    await page.waitForFunction(() =>
      [...document.querySelectorAll<HTMLImageElement>('dialog img')].some((image) => image.naturalWidth === 4000),
    );
    await shoot(page, '31-own-pixels');
    await page.keyboard.press('z');
    await expect.poll(async () => Math.round((await lies(page)).width)).toBe(Math.round(whole.width));

    await page.keyboard.press('r');
    await expect.poll(async () => (await lies(page)).width).toBeLessThan(whole.width);
    const turned = await lies(page);
    expect(turned.height / turned.width).toBeCloseTo(whole.width / whole.height, 2);
    await shoot(page, '32-turned');
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => Math.round((await lies(page)).width)).toBe(Math.round(whole.width));
  });

  it('compares up to four photos, zoomed and panned in step', async () => {
    const { engine } = await library();
    const page = await openPage(browser, engine);
    await tiles(page)
      .nth(3)
      .click({ modifiers: ['Control'] });
    await grid(page).focus();
    await page.keyboard.press(' ');
    await large(page);
    for (let i = 0; i < 5; i++) await page.keyboard.press('c');
    await expect.poll(() => viewer(page).locator('.picture').count()).toBe(4);
    const before = await Promise.all([0, 1, 2, 3].map((pane) => lies(page, pane)));
    await page.keyboard.press('+');
    await expect.poll(async () => (await lies(page, 3)).width / before[3].width).toBeCloseTo(1.5, 1);
    for (const pane of [0, 1, 2]) expect((await lies(page, pane)).width / before[pane].width).toBeCloseTo(1.5, 1);
    await expectAccessible(page);
    await shoot(page, '33-compare');
    // The arrows change the last of them.
    const first = await viewer(page).locator('figcaption').first().textContent();
    const last = await shownName(page);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => shownName(page)).not.toBe(last);
    expect(await viewer(page).locator('figcaption').first().textContent()).toBe(first);
    await page.keyboard.press('Backspace');
    await expect.poll(() => viewer(page).locator('.picture').count()).toBe(3);
    await page.keyboard.press('Escape');
    await expect.poll(() => viewer(page).locator('.picture').count()).toBe(1);
    await page.keyboard.press('Escape');
    await viewer(page).waitFor({ state: 'hidden' });
  });

  it('is in the address: reload, back and forward bring it back, and a search from inside leaves it', async () => {
    const { engine } = await library();
    const page = await openResults(engine);
    await tiles(page)
      .nth(2)
      .click({ modifiers: ['Control'] });
    await grid(page).focus();
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowRight');
    const name = await shownName(page);
    await page.waitForFunction(() => /photo=\d+/.test(location.hash));
    await page.waitForTimeout(400);
    await page.reload();
    await expect.poll(() => shownName(page)).toBe(name);
    await expect.poll(() => caption(page).textContent()).toContain('% alike');
    await page.goBack();
    await viewer(page).waitFor({ state: 'hidden' });
    await page
      .getByRole('option', { name: /percent alike/ })
      .first()
      .waitFor();
    await page.goForward();
    await expect.poll(() => shownName(page)).toBe(name);
    await page.keyboard.press('Enter');
    await page.locator('header .name').getByText(`like ${name}`, { exact: true }).waitFor();
    await viewer(page).waitFor({ state: 'hidden' });
    await page.goBack();
    await expect.poll(() => shownName(page)).toBe(name);
  });

  it('marks results without closing, goes on after a wrong one, and says when a photo is gone', async () => {
    const { engine, paths } = await library();
    const page = await openResults(engine);
    await tiles(page)
      .nth(1)
      .click({ modifiers: ['Control'] });
    await grid(page).focus();
    await page.keyboard.press(' ');
    const wrong = (await shownName(page))!;
    await page.keyboard.press('x');
    await expect.poll(() => shownName(page)).not.toBe(wrong);
    expect(page.url()).toContain(
      `wrong=${photoAt(
        engine,
        paths.find((path) => path.endsWith(`/${wrong}`))!,
      )}`,
    );
    await page.locator('header .marks').getByText('✗ 1').waitFor();
    await page.keyboard.press('m');
    await page.locator('header .marks').getByText('✓ 1').waitFor();
    expect(await viewer(page).count()).toBe(1);
    await page.goto(`${page.url().split('#')[0]}#photo=99999`);
    await viewer(page).getByText('This photo is not in the library any more').waitFor();
  });

  it('follows fingers: a brush goes on to the next photo, two of them zoom', async () => {
    const { engine } = await library();
    const page = await openPage(browser, engine);
    await tiles(page)
      .nth(3)
      .click({ modifiers: ['Control'] });
    await page.keyboard.press('Escape');
    await grid(page).focus();
    await page.keyboard.press(' ');
    await large(page);
    const first = await shownName(page);
    const whole = await lies(page);
    const fingers = await page.context().newCDPSession(page);
    /** Fingers from some points to others, in steps. */
    const brush = async (from: number[][], to: number[][]): Promise<void> => {
      const points = (share: number) =>
        from.map(([x, y], id) => ({ x: x + (to[id][0] - x) * share, y: y + (to[id][1] - y) * share, id }));
      await fingers.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: points(0) });
      for (const share of [0.25, 0.5, 0.75, 1])
        await fingers.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: points(share) });
      await fingers.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    };
    await brush([[800, 400]], [[500, 410]]);
    await expect.poll(() => shownName(page)).not.toBe(first);
    await brush([[500, 400]], [[800, 410]]);
    await expect.poll(() => shownName(page)).toBe(first);
    await large(page);
    await brush(
      [
        [600, 400],
        [700, 400],
      ],
      [
        [450, 400],
        [850, 400],
      ],
    );
    await expect.poll(async () => (await lies(page)).width / whole.width).toBeCloseTo(4, 0);
    expect(await shownName(page)).toBe(first);
    // Near, a finger moves the picture.
    const near = await lies(page);
    await brush([[700, 400]], [[640, 400]]);
    await expect.poll(async () => (await lies(page)).x).toBeCloseTo(near.x - 60, 0);
    expect(await shownName(page)).toBe(first);
  });

  it('goes on by itself as a slideshow until a key is pressed', { timeout: 60_000 }, async () => {
    const { engine } = await library();
    const page = await openPage(browser, engine);
    await tiles(page)
      .nth(3)
      .click({ modifiers: ['Control'] });
    await grid(page).focus();
    await page.keyboard.press(' ');
    const first = await shownName(page);
    await page.keyboard.press('s');
    await viewer(page).getByRole('button', { name: 'Stop the slideshow' }).waitFor();
    await expect.poll(() => shownName(page), { timeout: 8000 }).not.toBe(first);
    await page.keyboard.press('i');
    await viewer(page).getByRole('button', { name: 'Slideshow' }).waitFor();
    await viewer(page).getByRole('complementary').getByText('File date').waitFor();
    await expectAccessible(page);
    await shoot(page, '34-viewer-details');
  });
});
