import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible, launchBrowser, openPage, openSettings, shoot } from '../support/browser.ts';
import { writeColours } from '../support/colours.ts';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { offeredPack, startHubWithPack } from '../support/offered-pack.ts';
import { temporaryFolder } from '../support/pictures.ts';
import { writeTransformersModel } from '../support/transformers-models.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

const { name } = offeredPack;
const card = (page: Page): Locator => page.getByRole('listitem', { name });

describe.skipIf(missingBrowser())('An embedder on offer', () => {
  it(
    'is fetched after two clicks, stopped and gone on with, and then words find photos',
    { timeout: 120_000 },
    async () => {
      const hub = await startHubWithPack(3_000_000);
      const folder = join(temporaryFolder(), 'Pictures');
      await writeColours(folder, 30);
      const engine = await openEngine({ watching: false });
      await engine.indexOnce([folder]);
      const page = await openPage(browser, engine);
      await openSettings(page, 'Embedders');
      await card(page).getByText('words: English').waitFor();
      await card(page)
        .getByText(/about \d+ ms a photo here/)
        .waitFor();
      await page.waitForTimeout(300);
      // To look at the list asks nobody.
      expect(hub.asked).toEqual([]);

      await card(page)
        .getByRole('button', { name: `Get ${name}…` })
        .click();
      const offer = card(page).getByRole('group', { name: `What ${name} takes` });
      await offer.getByText(`${hub.address}/${offeredPack.repository}/tree/${hub.revision}`).waitFor();
      await offer.getByText('Licence as told there: mit.').waitFor();
      await offer.getByText('onnx/vision_model.onnx').waitFor();
      await shoot(page, 'pack-offer');
      await expectAccessible(page);
      // Asked about, but nothing of it has come.
      expect(hub.asked.filter((path) => !path.startsWith('/api/'))).toEqual([]);
      await offer.getByRole('button', { name: 'Cancel' }).click();
      await offer.waitFor({ state: 'hidden' });

      hub.faults.pause = 20;
      await card(page)
        .getByRole('button', { name: `Get ${name}…` })
        .click();
      await card(page)
        .getByRole('button', { name: /^Fetch 3\.\d MB$/ })
        .click();
      await card(page)
        .getByText(/of 3\.\d MB/)
        .waitFor();
      await shoot(page, 'pack-progress');
      await card(page).getByRole('button', { name: 'Stop' }).click();
      await card(page).getByText('Stopped. What came is kept').waitFor();

      // Another page, or the same one later, goes on where it was.
      await page.reload();
      await openSettings(page, 'Embedders');
      await card(page)
        .getByRole('button', { name: `Go on with ${name}…` })
        .click();
      await card(page)
        .getByText(/are here already/)
        .waitFor();
      hub.faults.pause = 0;
      hub.faults.cut = { path: offeredPack.files.text!, after: 100_000, times: 1 };
      await card(page)
        .getByRole('button', { name: /^Fetch/ })
        .click();
      await card(page).getByText('in the library').waitFor({ timeout: 30_000 });

      // It lies among the library's own, with where it came from, and answers words once it has seen all photos.
      await page.getByText(hub.revision).first().waitFor();
      await page.getByRole('button', { name: `Use ${name}` }).click();
      await expect
        .poll(() => engine.methods.getStatus().embedder, { timeout: 30_000 })
        .toMatchObject({ name, words: true });
      await page.keyboard.press('Escape');
      const field = page.getByRole('searchbox', { name: 'Search by words' });
      await field.fill('red');
      await field.press('Enter');
      await page.locator('.heading').getByText(/alike/i).first().waitFor();
    },
  );

  it('may also be a folder that was carried here by hand', { timeout: 60_000 }, async () => {
    const hub = await startHubWithPack();
    const engine = await openEngine({ watching: false });
    const page = await openPage(browser, engine);
    await openSettings(page, 'Embedders');
    await page.getByRole('button', { name: 'Add a folder…' }).click();
    const picker = page.getByRole('group', { name: 'Folder of a model' });
    const folder = writeTransformersModel('siglip');
    await picker.getByRole('textbox').fill(join(folder, '..'));
    await picker.getByRole('button', { name: 'Go' }).click();
    await picker.getByRole('button', { name: 'tiny-siglip' }).click();
    await expect.poll(() => picker.getByRole('textbox').inputValue()).toBe(folder);
    await shoot(page, 'pack-folder');
    await picker.getByRole('button', { name: 'Add this folder' }).click();
    await page.getByRole('button', { name: 'Use tiny-siglip' }).waitFor();
    expect(await engine.methods.listEmbedders()).toMatchObject([
      {},
      { name: 'tiny-siglip', words: true, origin: null },
    ]);
    // A folder that is none is refused with what it should hold.
    await page.getByRole('button', { name: 'Add a folder…' }).click();
    await picker.getByRole('textbox').fill(temporaryFolder());
    await picker.getByRole('button', { name: 'Add this folder' }).click();
    await page
      .getByRole('alert')
      .getByText(/as transformers writes them/)
      .waitFor();
    expect(hub.asked).toEqual([]);
  });

  it('that is damaged on the way, or not given out, is refused with a sentence', { timeout: 60_000 }, async () => {
    const hub = await startHubWithPack();
    const engine = await openEngine({ watching: false });
    const page = await openPage(browser, engine);
    await openSettings(page, 'Embedders');
    hub.faults.status = 401;
    await card(page)
      .getByRole('button', { name: `Get ${name}…` })
      .click();
    await card(page)
      .getByRole('alert')
      .getByText(/signed in there/)
      .waitFor();
    hub.faults.status = undefined;
    hub.faults.wrong = 'onnx/vision_model.onnx';
    await card(page)
      .getByRole('button', { name: `Get ${name}…` })
      .click();
    await card(page)
      .getByRole('button', { name: /^Fetch/ })
      .click();
    await card(page)
      .getByRole('alert')
      .getByText(/is not what .* keeps under that name/)
      .waitFor();
    expect((await engine.methods.listEmbedders()).map((pack) => pack.name)).not.toContain(name);
  });
});
