import { existsSync, readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { openEngine, photoAt, photoIdsOf } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { expectAccessible, launchBrowser, openPage, shoot, shown } from '../support/browser.ts';
import { temporaryFolder, writePictures } from '../support/pictures.ts';

const grid = (page: Page): Locator => page.getByRole('listbox');
const tiles = (page: Page): Locator => grid(page).getByRole('option');
const bar = (page: Page): Locator => page.getByRole('toolbar', { name: 'Selected photos' });
const note = (page: Page, words: string): Promise<void> => page.getByText(words, { exact: true }).waitFor();
const entry = (page: Page, name: RegExp): Locator => page.getByRole('navigation').getByRole('button', { name });
const named = (page: Page, name: string): Locator => grid(page).getByRole('option', { name: new RegExp(`^${name},`) });

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

async function open(trashed: string[] = []): Promise<{ engine: Engine; page: Page; paths: string[]; names: string[] }> {
  const folder = temporaryFolder();
  const paths = await writePictures(folder, 16);
  const nothing = (): Promise<void> => Promise.resolve();
  const engine = await openEngine({
    watching: false,
    // What becomes of the file is the system's; test/engine/organising/trash.test.ts has a real trash.
    desktop: {
      openFile: nothing,
      showInFolder: nothing,
      moveToTrash: (path) => Promise.resolve(void trashed.push(path)),
    },
  });
  await engine.indexOnce([folder]);
  const page = await openPage(browser, engine);
  await tiles(page).nth(15).waitFor();
  return { engine, page, paths, names: await shown(page) };
}

describe.skipIf(missingBrowser())('What is said of photos', () => {
  it('by keys, is seen on them, narrows them, and is undone and done again', async () => {
    const { page, names } = await open();
    await grid(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('.');
    await note(page, '1 photo is a favourite');
    await page.keyboard.press('4');
    await note(page, '1 photo is rated');
    await page.getByRole('option', { name: new RegExp(`^${names[0]},.* Favourite, 4 stars$`) }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('2');
    await note(page, '2 photos are rated');
    await page.keyboard.press('Control+z');
    await note(page, 'Undone: 2 photos are rated');
    expect(await page.getByRole('option', { name: /2 stars$/ }).count()).toBe(0);
    await page.keyboard.press('Control+Shift+z');
    await page
      .getByRole('option', { name: /2 stars$/ })
      .nth(1)
      .waitFor();
    await shoot(page, '60-rated');

    await page.keyboard.press('Escape');
    await entry(page, /^Favourites 1$/).click();
    await page.getByRole('heading', { name: 'favourites' }).waitFor();
    await expect.poll(() => shown(page)).toEqual([names[0]]);
    // A favourite no more, it is gone from here; and back again.
    await grid(page).focus();
    await page.keyboard.press('.');
    await expect.poll(() => tiles(page).count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => shown(page)).toEqual([names[0]]);

    await page.getByRole('button', { name: '+ filter' }).click();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByRole('combobox', { name: 'Stars' }).selectOption('2');
    await expect.poll(() => shown(page)).toEqual(names.slice(0, 3));
    expect(page.url()).toContain('#stars=2');
    await expectAccessible(page);
  });

  it('by a menu on a photo that says every key, and by the keyboard alone', async () => {
    const { page, names } = await open();
    await named(page, names[2]).click({ button: 'right' });
    const menu = page.getByRole('menu');
    await menu.waitFor();
    await expectAccessible(page);
    await shoot(page, '61-menu');
    await page.getByRole('menuitem', { name: /^Stars/ }).hover();
    await page.getByRole('menuitem', { name: /^★★★★★/ }).click();
    await page.getByRole('option', { name: new RegExp(`^${names[2]},.*5 stars$`) }).waitFor();
    await grid(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+F10');
    await menu.waitFor();
    expect(await menu.getAttribute('aria-label')).toBe(`What to do with ${names[0]}`);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('f');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(/^(Find|Favourite)/);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    // The menu is gone and nothing was asked.
    await page.getByRole('heading', { name: 'All photos' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('listbox');
  });

  it('as tags of several, where some have one and others do not', async () => {
    const { page, names } = await open();
    await named(page, names[0]).click({ modifiers: ['Control'] });
    await page.keyboard.press('t');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'New tag' }).or(dialog.getByRole('combobox')).fill('Lake, wind');
    await page.keyboard.press('Enter');
    await dialog.getByText('Lake').waitFor();
    await page.keyboard.press('Escape');
    await named(page, names[1]).click({ modifiers: ['Control'] });
    await bar(page).getByRole('button', { name: 'Tags…' }).click();
    await dialog.getByRole('heading', { name: 'Tags of 2 photos' }).waitFor();
    await dialog.getByRole('button', { name: 'Add Lake to all of them' }).click();
    await dialog.getByRole('button', { name: 'Add Lake to all of them' }).waitFor({ state: 'detached' });
    await dialog.getByRole('button', { name: 'Remove the tag wind' }).click();
    await dialog.getByText('wind').waitFor({ state: 'detached' });
    await expectAccessible(page);
    await shoot(page, '62-tags');
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
    await page.keyboard.press('Escape');
    await page.getByText('Tags', { exact: true }).click();
    await entry(page, /^Lake 2$/).click();
    await expect.poll(() => shown(page)).toEqual(names.slice(0, 2));
  });

  it('as an album, into which they are put and out of which they are taken', async () => {
    const { page, names } = await open();
    for (const name of names.slice(3, 6)) await named(page, name).click({ modifiers: ['Control'] });
    await page.keyboard.press('a');
    await page.getByRole('textbox', { name: 'Name of the album' }).fill('Trip');
    await page.keyboard.press('Enter');
    await note(page, '3 photos are in the album');
    await page.keyboard.press('Escape');
    await named(page, names[9]).click({ modifiers: ['Control'] });
    await page.keyboard.press('a');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Trip 3$/ })
      .click();
    await entry(page, /^Trip 4$/).click();
    await page.getByRole('heading', { name: 'Trip' }).waitFor();
    await expect.poll(() => shown(page)).toEqual([...names.slice(3, 6), names[9]]);
    await named(page, names[4]).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Take out of this album' }).click();
    await expect.poll(() => shown(page)).toEqual([names[3], names[5], names[9]]);
    await shoot(page, '63-album');
    // It is a place like any other: reload, and a search within it.
    await page.reload();
    await expect.poll(() => shown(page)).toEqual([names[3], names[5], names[9]]);
  });

  it('are dragged onto an album, and out of the page as the file itself; one is copied as a picture', async () => {
    const { engine, page, paths, names } = await open();
    const idOf = (name: string): number =>
      photoAt(
        engine,
        paths.find((path) => path.endsWith(`/${name}`))!,
      );
    const album = { name: 'Target' };
    engine.methods.putIntoAlbum({ photoIds: [idOf(names[9])], album });
    for (const name of names.slice(0, 2)) await named(page, name).click({ modifiers: ['Control'] });
    await named(page, names[1]).dragTo(entry(page, /^Target 1$/));
    await note(page, '2 photos are in the album');
    await entry(page, /^Target 3$/).waitFor();
    // Let go over the photos, nothing happens.
    await named(page, names[1]).dragTo(named(page, names[6]));
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.keyboard.press('Escape');

    const given = await named(page, names[4]).evaluate((tile) => {
      const data = new DataTransfer();
      tile.dispatchEvent(new DragEvent('dragstart', { dataTransfer: data, bubbles: true }));
      return data.getData('DownloadURL');
    });
    const [kind, name, address] = [...given.matchAll(/^([^:]*):([^:]*):(.*)$/g)][0].slice(1);
    expect([kind, name]).toEqual(['application/octet-stream', names[4]]);
    const bytes = await page.evaluate(
      async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())],
      address,
    );
    expect(Buffer.from(bytes)).toEqual(readFileSync(paths.find((path) => path.endsWith(`/${names[4]}`))!));

    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await named(page, names[4]).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Copy picture' }).click();
    await note(page, `${names[4]} is copied`);
    const size = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read();
      const picture = await createImageBitmap(await item.getType('image/png'));
      return [picture.width, picture.height];
    });
    expect(size).toEqual([160, 120]);
  });

  it('hides them until a switch shows them; a folder, too', async () => {
    const { engine, page, names } = await open();
    await named(page, names[1]).click({ modifiers: ['Control'] });
    await named(page, names[2]).click({ modifiers: ['Control'] });
    await page.keyboard.press('h');
    await note(page, '2 photos are hidden');
    await expect.poll(() => shown(page)).toEqual([names[0], ...names.slice(3)]);
    const show = page.getByRole('switch', { name: 'Show what is hidden' });
    await show.click();
    await expect.poll(() => shown(page)).toEqual(names);
    await page.keyboard.press('Escape');
    await named(page, names[1]).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Show again' }).click();
    await note(page, '1 photo is shown again');
    await show.click();
    await expect.poll(() => shown(page)).toEqual([...names.slice(0, 2), ...names.slice(3)]);
    await expectAccessible(page);
    await page.getByRole('button', { name: /^More about/ }).click();
    await page.getByRole('menuitem', { name: 'Hide this folder' }).click();
    await expect.poll(() => photoIdsOf(engine)).toEqual([]);
    await expect.poll(() => tiles(page).count()).toBe(0);
    await page.keyboard.press('Control+z');
    await expect.poll(() => tiles(page).count()).toBe(15);
  });

  it('in the viewer and in the details, where the stars are a slider for the keyboard', async () => {
    const { engine, page, names, paths } = await open();
    const photoId = photoAt(
      engine,
      paths.find((path) => path.endsWith(`/${names[0]}`))!,
    );
    await grid(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('3');
    await expect.poll(() => engine.methods.getPhoto({ photoId }).stars).toBe(3);
    await page.keyboard.press('i');
    const stars = page.getByRole('dialog').getByRole('slider', { name: 'Stars' });
    await stars.waitFor();
    await stars.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => engine.methods.getPhoto({ photoId }).stars).toBe(4);
    await page.getByRole('dialog').getByRole('button', { name: 'Favourite' }).click();
    await expect.poll(() => engine.methods.getPhoto({ photoId }).favourite).toBe(true);
    await page.keyboard.press('Control+z');
    await expect.poll(() => engine.methods.getPhoto({ photoId }).favourite).toBe(false);
    await expectAccessible(page);
    await shoot(page, '64-viewer-details');
    // What is hidden from here makes room for the next one, and back again.
    const caption = page.getByRole('dialog').locator('.caption');
    await page.getByRole('dialog').locator('.viewer').focus();
    await page.keyboard.press('h');
    await expect.poll(() => caption.textContent()).toContain(names[1]);
    await expect.poll(() => caption.textContent()).toContain('1 of 15');
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => caption.textContent()).toContain('2 of 16');
  });
});

describe.skipIf(missingBrowser())('The trash', () => {
  it('counts and asks before anything is moved, and is not reached by a slip', async () => {
    const trashed: string[] = [];
    const { page, paths, names } = await open(trashed);
    for (const name of names.slice(0, 2)) await named(page, name).click({ modifiers: ['Control'] });
    await page.keyboard.press('Delete');
    const dialog = page.getByRole('dialog', { name: 'Move 2 files to the trash?' });
    await dialog.getByText(/kB\. They leave their folders/).waitFor();
    await expectAccessible(page);
    await shoot(page, '65-trash');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(trashed).toEqual([]);
    expect(paths.every((path) => existsSync(path))).toBe(true);
    // Asked and refused again and again, as fast as keys come, none of them is lost.
    for (let i = 0; i < 20; i++) {
      await page.keyboard.press('Delete');
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
    }
    await page.keyboard.press('Delete');
    await dialog.getByRole('button', { name: 'Move to the trash' }).click();
    await note(page, '2 files are in the trash');
    expect(trashed.map((path) => path.split('/').at(-1)).sort()).toEqual(names.slice(0, 2).sort());
    await expect.poll(() => shown(page)).toEqual(names.slice(2));
    await bar(page).waitFor({ state: 'hidden' });
  });
});
