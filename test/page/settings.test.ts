import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, photoAt } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { expectAccessible, launchBrowser, openPage, openSettings, shoot } from '../support/browser.ts';
import { temporaryFolder, writePictures } from '../support/pictures.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe.skipIf(missingBrowser())('The settings', () => {
  it('say what the library takes, what leaves the machine, and go from page to page by the keyboard', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 12);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine);
    await openSettings(page, 'Storage');
    await page.getByText(`in ${engine.library.path}.`).waitFor();
    await page.getByText('Small pictures', { exact: true }).waitFor();
    const { total, parts } = await engine.methods.getStorage();
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(total);
    expect(parts.map(({ kind }) => kind)).toContain('thumbnails');
    await expectAccessible(page);
    await shoot(page, '70-storage');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('heading', { name: 'Privacy' }).waitFor();
    await page.getByText('Nothing leaves this machine: no photo, no name, no count').waitFor();
    await page.getByRole('button', { name: 'Show a report' }).click();
    const report = page.getByLabel('When something goes wrong');
    await expect.poll(() => report.textContent()).toMatch(/^Likeness [^]*\nLibrary: 12 photos[^]*\nLog\n[^]*started/);
    expect(await report.textContent()).not.toContain(folder);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy the report' }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(await report.textContent());
    await page.getByRole('button', { name: 'Read the licences of all parts' }).click();
    const licences = page.getByLabel('Licences');
    await expect.poll(() => licences.textContent()).toMatch(/^Likeness\s[^]*\nbetter-sqlite3 [^]*\nsvelte /);
    await expectAccessible(page);
    await shoot(page, '70-privacy');
    await page.keyboard.press('Escape');
    await page.getByRole('listbox', { name: 'All photos, newest first' }).waitFor();
  });

  it('switch on XMP files beside the photos of a folder, which say what is said of them from then on', async () => {
    const folder = temporaryFolder();
    const paths = await writePictures(folder, 3);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const photoIds = [photoAt(engine, paths[1])];
    engine.methods.setStars({ photoIds, stars: 5 });
    const page = await openPage(browser, engine);
    await openSettings(page, 'Folders');
    await expectAccessible(page);
    expect(existsSync(`${paths[1]}.xmp`)).toBe(false);
    await page.getByRole('switch', { name: `Write XMP files beside the photos of ${folder}` }).click();
    await page.getByText('photo.jpg gets photo.jpg.xmp beside it').waitFor();
    await expect.poll(() => existsSync(`${paths[1]}.xmp`)).toBe(true);
    engine.methods.setTags({ photoIds, add: ['lake'], remove: [] });
    await expect.poll(() => readFileSync(`${paths[1]}.xmp`, 'utf8')).toContain('<rdf:li>lake</rdf:li>');

    const card = join(folder, '.likeness-card.sqlite');
    await page.getByRole('switch', { name: `Keep a drive card in ${folder}` }).click();
    await page.getByText('A hidden file, .likeness-card.sqlite').waitFor();
    await expect.poll(() => existsSync(card)).toBe(true);
    await expectAccessible(page);
    await shoot(page, '71-folders');
    await page.getByRole('switch', { name: `Keep a drive card in ${folder}` }).click();
    await expect.poll(() => existsSync(card)).toBe(false);
  });

  it('say for a folder where it is now, and refuse a folder with other photos in a sentence', async () => {
    const folder = join(temporaryFolder(), 'photos');
    await writePictures(folder, 3);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const moved = join(temporaryFolder(), 'elsewhere');
    renameSync(folder, moved);
    const other = temporaryFolder();
    const page = await openPage(browser, engine);
    await openSettings(page, 'Folders');
    await page.getByRole('button', { name: `It is somewhere else now… (${folder})` }).click();
    const dialog = page.getByRole('dialog', { name: `Where ${folder} is now` });
    const path = dialog.getByRole('textbox', { name: 'Folder' });
    await path.fill(other);
    await dialog.getByRole('button', { name: 'It is here' }).click();
    await dialog.getByText(`${other} does not hold the photos of ${folder}.`).waitFor();
    await expectAccessible(page);
    await shoot(page, '72-folder-elsewhere');
    await path.fill(moved);
    await dialog.getByRole('button', { name: 'It is here' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: moved }).waitFor();
    expect(engine.photosIndexed).toBe(3);
    expect(engine.methods.getStatus()).toMatchObject({ photos: 3, indexed: 3, waiting: 0 });
  });
});
