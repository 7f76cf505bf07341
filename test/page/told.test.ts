import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { expectAccessible, launchBrowser, openPage, shoot } from '../support/browser.ts';
import { makePicture, settle, temporaryFolder, writePictures } from '../support/pictures.ts';
import { makeDng } from '../support/raw-files.ts';
import { packet } from '../support/xmp.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

describe.skipIf(missingBrowser())('The details of a photo', () => {
  it('say what its file tells, a RAW file too, and its caption finds it', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 6);
    const told = join(folder, 'told.jpg');
    writeFileSync(
      told,
      await sharp(await makePicture(40))
        .withExif({
          IFD0: { Make: 'Canon', Model: 'Canon EOS R5' },
          IFD2: {
            DateTimeOriginal: '2025:07:14 18:05:09',
            OffsetTimeOriginal: '+02:00',
            ExposureTime: '1/250',
            FNumber: '28/10',
            ISOSpeedRatings: '400',
            FocalLength: '50/1',
          },
          IFD3: {
            GPSLatitudeRef: 'N',
            GPSLatitude: '47/1 30/1 0/1',
            GPSLongitudeRef: 'E',
            GPSLongitude: '8/1 15/1 0/1',
          },
        })
        .withXmp(packet({ caption: 'Evening by the quiet lake', stars: 4, label: 'Red', tags: ['Holiday'] }))
        .jpeg()
        .toBuffer(),
    );
    const raw = join(folder, 'IMG_0001.DNG');
    writeFileSync(
      raw,
      makeDng({ width: 2048, height: 1536, preview: await makePicture(41, 1280, 960), date: '1980:01:01 00:00:00' }),
    );
    for (const path of [told, raw]) settle(path);
    const engine = await openEngine({ watching: false });
    const page = await openPage(browser, engine);
    await engine.indexOnce([folder]);
    // The tag of a file comes while the page is open.
    const library = page.getByRole('navigation', { name: 'Library' });
    await library.getByText('Tags').waitFor();
    await page.getByRole('searchbox', { name: 'Search by words' }).fill('quiet');
    await page.keyboard.press('Enter');
    const details = page.getByRole('complementary', { name: 'Selected photo' });
    const tile = page.getByRole('listbox').getByRole('option', { name: /^told\.jpg/ });
    await tile.click({ modifiers: ['Control'] });
    await details.getByText('Evening by the quiet lake').waitFor();
    await details.getByText('(UTC+02:00)').waitFor();
    await details.getByText('1/250 s, f/2.8, ISO 400, 50 mm').waitFor();
    await details.getByText('47.50000, 8.25000').waitFor();
    await details.getByText('Holiday').first().waitFor();
    await expectAccessible(page);
    await shoot(page, '45-told');
    await page.keyboard.press('Escape');
    await library.getByText('All photos').click();
    await page
      .getByRole('listbox')
      .getByRole('option', { name: /^IMG_0001\.DNG/ })
      .click({ modifiers: ['Control'] });
    await details.getByText('2,048 × 1,536, 3.1 MP').waitFor();
    await details.getByText('Its clock said January 1, 1980').waitFor();
    await shoot(page, '46-raw');
  });
});
