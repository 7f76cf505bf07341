import { basename, join } from 'node:path';
import { mkdirSync } from 'node:fs';
import sharp from 'sharp';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { openEngine, photoAt } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { expectAccessible, launchBrowser, openPage, shoot, shown } from '../support/browser.ts';
import { makePicture, settle, temporaryFolder, writePicture, writePictures } from '../support/pictures.ts';

const grid = (page: Page): Locator => page.getByRole('listbox');
const tiles = (page: Page): Locator => grid(page).getByRole('option');
const named = (page: Page, name: string): Locator => grid(page).getByRole('option', { name: new RegExp(`^${name},`) });
const words = (page: Page): Locator => page.locator('header .name');
const row = (page: Page): Locator => page.getByRole('region', { name: 'Narrowing' });
const heading = (page: Page, text: string | RegExp): Locator => page.locator('.heading').getByText(text);

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** 18 photos of 2026 in one folder, six of 2020 in a folder inside it, one of them upright. */
async function library(): Promise<{ engine: Engine; folder: string; paths: string[] }> {
  const folder = temporaryFolder();
  const paths = await writePictures(join(folder, 'Now'), 18);
  for (let seed = 18; seed < 24; seed++)
    await writePicture(join(folder, 'Now/Then', `${seed}.jpg`), seed, new Date(2020, 4, 1, 12));
  await sharp(await makePicture(24, 90, 160)).toFile(join(folder, 'Now/Then/upright.jpg'));
  settle(join(folder, 'Now/Then/upright.jpg'), new Date(2020, 11, 24, 12));
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  return { engine, folder, paths };
}

describe.skipIf(missingBrowser())('Narrowing', () => {
  it('shows what a folder or a filter lets through, in chips that say so, with a query and without', async () => {
    const { engine, folder } = await library();
    const page = await openPage(browser, engine);
    await tiles(page).nth(2).waitFor();

    // A folder, and the folders inside it.
    const top = folder.split('/').at(-1)!;
    await page.getByRole('button', { name: `Folders inside ${top}` }).click();
    await page.getByRole('button', { name: 'Folders inside Now' }).click();
    await page.getByRole('button', { name: 'Then 7' }).click();
    await row(page).getByText('leaves 7 photos').waitFor();
    expect((await shown(page)).sort()).toEqual([
      '18.jpg',
      '19.jpg',
      '20.jpg',
      '21.jpg',
      '22.jpg',
      '23.jpg',
      'upright.jpg',
    ]);

    // Days, shape and name, added to it.
    await row(page).getByRole('button', { name: '+ filter' }).click();
    const form = page.getByRole('form', { name: 'Filter' });
    await form.getByLabel('From').fill('2020-05-01');
    await form.getByLabel('To').fill('2020-05-31');
    await row(page).getByText('leaves 6 photos').waitFor();
    await row(page).getByText('May 1, 2020 – May 31, 2020').waitFor();
    await form.getByLabel('File name has').fill('2');
    await form.getByLabel('File name has').press('Tab');
    await row(page).getByText('leaves 4 photos').waitFor();
    await expectAccessible(page);
    await shoot(page, '16-filter');

    // It holds for a query too, and chips take parts of it away.
    await named(page, '22.jpg').click();
    await words(page).getByText('like 22.jpg', { exact: true }).waitFor();
    await tiles(page).first().waitFor();
    await row(page).getByRole('button', { name: 'Remove the filter name has “2”' }).click();
    await row(page).getByText('leaves 6 photos').waitFor();
    await named(page, '18.jpg').waitFor();
    expect(await shown(page)).toHaveLength(5);
    await page.getByRole('button', { name: /Remove the query/ }).click();
    await words(page).waitFor({ state: 'detached' });
    await row(page).getByText('leaves 6 photos').waitFor();
    await form.getByRole('button', { name: 'Clear all' }).click();
    await named(page, '0.jpg').waitFor();

    // A day in any year, and the shape.
    await form.getByLabel('This day in any year').fill('2026-12-24');
    await row(page).getByText('December 24 in any year').waitFor();
    await row(page).getByText('leaves 1 photo', { exact: true }).waitFor();
    expect(await shown(page)).toEqual(['upright.jpg']);
    await form.getByRole('button', { name: 'Clear all' }).click();
    await form.getByLabel('Shape').selectOption('portrait');
    await row(page).getByText('leaves 1 photo', { exact: true }).waitFor();
    // What leaves nothing, and what contradicts itself, says what to change.
    await form.getByLabel('Shape').selectOption('square');
    await page.getByText('No photo passes the filter. Take some of it away.').waitFor();
    await form.getByLabel('Shape').selectOption('');
    await form.getByLabel('From').fill('2024-01-02');
    await form.getByLabel('To').fill('2024-01-01');
    await row(page)
      .getByRole('alert')
      .getByText('The dates contradict each other: the first day lies after the last. Change one of them.')
      .waitFor();
  });
});

describe.skipIf(missingBrowser())('A filter under a query', () => {
  it('asks once, and again when what is said of photos changes what passes', async () => {
    const { engine, paths } = await library();
    const page = await openPage(browser, engine);
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/api/searchPhotos')) asked++;
    });
    await named(page, '4.jpg').click();
    await page.getByRole('button', { name: '+ filter' }).click();
    const photoIds = paths.slice(10, 14).map((path) => photoAt(engine, path));
    engine.methods.setFavourite({ photoIds, favourite: true });
    await page.getByRole('button', { name: /^Favourites 4$/ }).waitFor();
    await page.waitForTimeout(300);
    expect(asked).toBe(1);
    await page.getByRole('checkbox', { name: 'favourites' }).check();
    await expect.poll(() => asked).toBe(2);
    await page.waitForTimeout(300);
    expect(asked).toBe(2);
    engine.methods.setFavourite({ photoIds: photoIds.slice(0, 1), favourite: false });
    await expect.poll(() => asked).toBe(3);
    // What is said while nothing narrows by it asks nothing.
    await page.getByRole('checkbox', { name: 'favourites' }).uncheck();
    await expect.poll(() => asked).toBe(4);
    engine.methods.setStars({ photoIds, stars: 2 });
    await page.waitForTimeout(400);
    expect(asked).toBe(4);
  });
});

describe.skipIf(missingBrowser())('Marks on results', () => {
  it('steer the order at once, with what is wrong out of sight, and are taken back step by step', async () => {
    const { engine, paths } = await library();
    const page = await openPage(browser, engine);
    await named(page, '0.jpg').click();
    await words(page).getByText('like 0.jpg', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Less alike: show more' }).click();
    // Small, so that all of them are in the page.
    await page.getByLabel('Size of the pictures').fill('100');
    await expect.poll(() => tiles(page).count()).toBe(24);
    const before = await shown(page);

    // The last one is right after all: it is among the examples now, and its like come earlier than before.
    const last = before.findLast((name) => name !== 'upright.jpg')!;
    const alike = before.filter(
      (name) => name !== last && Number.parseInt(name, 10) % 6 === Number.parseInt(last, 10) % 6,
    );
    const places = (names: string[]): number => alike.reduce((sum, name) => sum + names.indexOf(name), 0);
    await named(page, last).hover();
    await named(page, last).getByText('✓').click();
    await page.getByRole('option', { name: /, marked as right$/ }).waitFor();
    await page.locator('header .marks').getByText('✓ 1').waitFor();
    await expect.poll(async () => places(await shown(page))).toBeLessThan(places(before));
    expect(engine.library.marks.latest(10)).toHaveLength(1);
    // By the keyboard: wrong, which leaves the results.
    const wrong = paths.find((path) => ![last, '0.jpg', ...alike].includes(basename(path)))!;
    await named(page, basename(wrong)).click({ modifiers: ['Control'], position: { x: 20, y: 80 } });
    await grid(page).focus();
    await page.keyboard.press('x');
    await page.locator('header .marks').getByText('✗ 1').waitFor();
    await named(page, basename(wrong)).waitFor({ state: 'detached' });
    expect(page.url()).toMatch(new RegExp(`&right=\\d+&wrong=${photoAt(engine, wrong)}$`));
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await named(page, basename(wrong)).waitFor();
    await page.getByRole('button', { name: 'Take back the marks of this query' }).click();
    await page.locator('header .marks').waitFor({ state: 'detached' });
  });
});

describe.skipIf(missingBrowser())('Groups of results', () => {
  it('put the same picture first, fold what is less alike, and a slider cuts', async () => {
    const { engine, folder } = await library();
    const edited = join(folder, 'Now', 'edited.jpg');
    await sharp(join(folder, 'Now/5.jpg')).modulate({ brightness: 1.2 }).jpeg({ quality: 50 }).toFile(edited);
    settle(edited);
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine);
    await named(page, '5.jpg').click();
    await heading(page, /^The same picture · \d+$/).waitFor();
    expect((await shown(page))[0]).toBe('edited.jpg');
    const alike = await shown(page);
    await page.getByRole('button', { name: 'Less alike: show more' }).click();
    await heading(page, /^Less alike · \d+$/).waitFor();
    expect((await shown(page)).length).toBeGreaterThan(alike.length);
    await shoot(page, '17-groups');
    await page.getByRole('button', { name: 'Hide what is less alike' }).click();
    await heading(page, /^Less alike/).waitFor({ state: 'detached' });
    // Newest first.
    await row(page).getByLabel('Order').selectOption('date');
    await heading(page, 'The same picture').waitFor({ state: 'detached' });
    await row(page).getByLabel('Order').selectOption('likeness');
    // The strictest leaves only what is nearly the same picture.
    await row(page).getByLabel('How alike results must be').fill('0');
    await page.waitForFunction(() => location.hash.includes('min-score=0.9'));
    const percents = (): Promise<number[]> =>
      tiles(page).evaluateAll((all) => all.map((tile) => Number(/(\d+) percent/.exec(tile.ariaLabel!)![1])));
    await expect.poll(async () => Math.min(...(await percents()))).toBeGreaterThanOrEqual(90);
  });
});

describe.skipIf(missingBrowser())('A query', () => {
  it('is in the address: a reload, a second tab, back and forward bring it back, and nonsense is named', async () => {
    const { engine } = await library();
    const page = await openPage(browser, engine);
    await named(page, '0.jpg').click();
    await words(page).getByText('like 0.jpg', { exact: true }).waitFor();
    await named(page, '6.jpg').hover();
    await named(page, '6.jpg').getByText('+').click();
    await words(page).getByText('like these 2', { exact: true }).waitFor();
    await tiles(page).first().waitFor();
    const answer = await shown(page);
    const address = page.url();

    await page.reload();
    await words(page).getByText('like these 2', { exact: true }).waitFor();
    await tiles(page).first().waitFor();
    expect(await shown(page)).toEqual(answer);
    // What was before the reload is still there to go back to, and forward again.
    await page.getByRole('button', { name: 'Back', exact: true }).click();
    await words(page).getByText('like 0.jpg', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Forward' }).click();
    await words(page).getByText('like these 2', { exact: true }).waitFor();

    const tab = await page.context().newPage();
    await tab.goto(address);
    await words(tab).getByText('like these 2', { exact: true }).waitFor();
    await tiles(tab).first().waitFor();
    expect(await shown(tab)).toEqual(answer);
    await tab.goto(address.replace(/#.*/, '#like=99999'));
    await tab.getByRole('alert').getByText('A photo of this query is not in the library any more.').waitFor();
    await tab.goto(address.replace(/#.*/, '#like=1&sort=size'));
    await tab.getByRole('alert').getByText('The address says sort=size, which is not understood.').waitFor();
    await tab.getByRole('button', { name: 'Show all photos' }).click();
    await tiles(tab).nth(3).waitFor();
    await tab.close();
  });

  it('that is kept is an album, which counts what is new in it', async () => {
    const { engine, folder } = await library();
    const page = await openPage(browser, engine);
    await named(page, '0.jpg').click();
    await words(page).getByText('like 0.jpg', { exact: true }).waitFor();
    await row(page).getByRole('button', { name: 'Keep…' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Stripes');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Keep', exact: true }).click();
    const album = page.getByRole('button', { name: /^Stripes/ });
    await album.waitFor();
    expect(await album.textContent()).not.toContain('new');
    await page.getByRole('button', { name: /^All photos/ }).click();
    await words(page).waitFor({ state: 'detached' });

    mkdirSync(join(folder, 'Later'));
    await writePicture(join(folder, 'Later/30.jpg'), 30);
    await engine.indexOnce([folder]);
    await album.getByText('1 new').waitFor();
    await album.click();
    await words(page).getByText('like 0.jpg', { exact: true }).waitFor();
    await named(page, '30.jpg').waitFor();
    await album.getByText('1 new').waitFor({ state: 'detached' });
    const menu = async (item: RegExp): Promise<void> => {
      await page
        .getByRole('button', { name: /^More about/ })
        .last()
        .click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await menu(/^Rename/);
    await page.getByRole('textbox', { name: 'Name of the album' }).fill('Bars');
    await page.keyboard.press('Enter');
    const renamed = page.getByRole('button', { name: /^Bars/ });
    await renamed.waitFor();
    // Forgotten by a slip, it comes back as it was.
    await menu(/^Forget the album/);
    await renamed.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await renamed.waitFor();
  });
});

describe.skipIf(missingBrowser())('A box on a photo', () => {
  it('is drawn by pointer or keys, becomes the example, and results outline the part that was found', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 12);
    // Photo 3 as a part of another picture, of another kind.
    const part = await sharp(await makePicture(3))
      .resize(140, 105)
      .toBuffer();
    const whole = await sharp(await makePicture(4, 400, 300))
      .composite([{ input: part, left: 250, top: 190 }])
      .jpeg()
      .toBuffer();
    await sharp(whole).toFile(join(folder, 'holds.jpg'));
    settle(join(folder, 'holds.jpg'));
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine);
    await named(page, 'holds.jpg').click({ modifiers: ['Control'] });
    await page.getByRole('button', { name: 'Search a part of it' }).click();
    const dialog = page.getByRole('dialog', { name: 'holds.jpg' });
    const picture = dialog.getByRole('img');
    await picture.waitFor();
    await page.waitForFunction(() => (document.querySelector('dialog img') as HTMLImageElement).complete);
    await expectAccessible(page);
    const { x, y, width, height } = (await picture.boundingBox())!;
    await page.mouse.move(x + width * 0.625, y + height * 0.633);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.975, y + height * 0.983, { steps: 5 });
    await page.mouse.up();
    await shoot(page, '18-box');
    await dialog.getByRole('button', { name: 'Find what is in the box' }).click();
    await words(page).getByText('like a part of holds.jpg', { exact: true }).waitFor();
    await tiles(page).first().waitFor();
    expect((await shown(page))[0]).toBe('3.jpg');
    await expectAccessible(page);

    // Parts are made from now on; then the part itself is found, and outlined.
    await page
      .getByText(/Looking at parts of photos|Parts of \d+ of 13 photos/)
      .first()
      .waitFor();
    await expect.poll(() => engine.methods.getParts().done, { timeout: 60_000 }).toBe(13);
    await page.getByRole('button', { name: /^All photos/ }).click();
    await named(page, '3.jpg').click({ modifiers: ['Control'] });
    await grid(page).focus();
    await page.keyboard.press(' ');
    await page.getByRole('dialog', { name: '3.jpg' }).getByRole('img').waitFor();
    await page.keyboard.press('b');
    // From the middle to nearly all of it: up and left, then larger.
    for (let i = 0; i < 13; i++) {
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowUp');
    }
    for (let i = 0; i < 26; i++) {
      await page.keyboard.press('Shift+ArrowRight');
      await page.keyboard.press('Shift+ArrowDown');
    }
    await page.keyboard.press('Enter');
    await words(page).getByText('like a part of 3.jpg', { exact: true }).waitFor();
    await page
      .getByRole('button', { name: 'Less alike: show more' })
      .or(page.getByText('Nothing here is alike'))
      .first()
      .waitFor();
    const more = page.getByRole('button', { name: 'Less alike: show more' });
    if ((await more.count()) > 0) await more.click();
    await page.getByRole('option', { name: /^holds\.jpg, .*, a part of it$/ }).waitFor();
    await shoot(page, '19-part-found');
    // An empty box is none.
    expect(await page.evaluate(() => location.hash)).toMatch(/like=\d+@0,0,1,1/);
  });
});
