import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingBrowser } from '../support/environment.ts';
import { openEngine, photoAt, ready, until } from '../support/engines.ts';
import { description, onnxFile } from '../support/onnx-files.ts';
import { makePicture, settle, temporaryFolder, writePictures } from '../support/pictures.ts';
import { expectAccessible, launchBrowser, openPage, openSettings, shoot } from '../support/browser.ts';

const tiles = (page: Page) => page.getByRole('listbox').getByRole('option');
const grid = (page: Page) => page.getByRole('listbox');
const query = (page: Page) => page.locator('header .name');

/** Gives the page a file as a drop or a paste would. */
async function give(
  page: Page,
  kind: 'drop' | 'paste',
  name: string,
  bytes: Buffer,
  type = 'image/jpeg',
): Promise<void> {
  await page.evaluate(
    ({ kind, name, data, type }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, { type }));
      window.dispatchEvent(
        kind === 'drop'
          ? new DragEvent('drop', { dataTransfer: transfer, bubbles: true })
          : new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }),
      );
    },
    { kind, name, data: bytes.toString('base64'), type },
  );
}

describe.skipIf(missingBrowser())('The page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
  });

  it('takes a person from an empty library to photos alike, and back', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    await writePictures(join(folder, 'Holiday'), 200);
    mkdirSync(join(folder, 'Broken'));
    writeFileSync(join(folder, 'Broken/text.jpg'), 'this is text');
    settle(join(folder, 'Broken/text.jpg'));
    const engine = await openEngine();
    engine.start();
    const page = await openPage(browser, engine);

    // First start: one sentence, one button.
    await page.getByRole('heading', { name: /Choose a folder of photos/ }).waitFor();
    await expectAccessible(page);
    await shoot(page, '1-first-start');
    await page.getByRole('button', { name: 'Choose a folder' }).click();
    const chooser = page.getByRole('dialog', { name: 'Choose a folder' });
    await chooser.getByLabel('Folder', { exact: true }).fill(join(folder, 'missing'));
    await chooser.getByRole('button', { name: 'Add this folder' }).click();
    await chooser.getByText(/cannot be used: it is not there/).waitFor();
    await expectAccessible(page);
    await chooser.getByLabel('Folder', { exact: true }).fill(folder);
    await chooser.getByRole('button', { name: 'Go', exact: true }).click();
    await chooser.getByRole('button', { name: 'Holiday' }).waitFor();
    await chooser.getByRole('button', { name: 'Add this folder' }).click();

    // Photos appear while they are read, with the figures; a click works before the end.
    await page.getByText(/Reading \d+ of 201/).waitFor();
    await tiles(page).nth(3).waitFor();
    await shoot(page, '2-reading');
    // Paused, so that how fast this machine reads does not matter to what follows.
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText(/Paused · /).waitFor();
    expect(engine.methods.getStatus().waiting).toBeGreaterThan(0);
    await tiles(page).nth(0).click();
    await page.getByText(/Results get better as more photos are read/).waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText(/a second · .* left/).waitFor();
    await ready(engine);
    await page.getByRole('button', { name: /Remove the query/ }).click();
    await page.getByRole('button', { name: 'All photos 201' }).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('[role=option] img').length > 10);
    await shoot(page, '3-all-photos');
    await expectAccessible(page);

    // A click asks: the best first, how alike in words for those who do not see the bar.
    await tiles(page).nth(5).click();
    await query(page).waitFor();
    const first = await query(page).textContent();
    await page.waitForFunction(() =>
      document.querySelector('[role=option]')?.getAttribute('aria-label')?.includes('percent alike'),
    );
    const percents = await tiles(page).evaluateAll((all) =>
      all.slice(0, 12).map((tile) => Number(/(\d+) percent/.exec(tile.getAttribute('aria-label')!)![1])),
    );
    expect(percents).toEqual(percents.toSorted((a, b) => b - a));
    const [large, small] = [await tiles(page).nth(0).boundingBox(), await tiles(page).last().boundingBox()];
    expect(large!.height).toBeGreaterThan(small!.height * 1.1);
    await page.getByRole('complementary', { name: 'Selected photo' }).getByText(`${folder}/Holiday`).first().waitFor();
    await expectAccessible(page);
    await shoot(page, '4-results');

    // Walk on, back with the scroll position it had, forward.
    await page.getByRole('button', { name: 'Less alike: show more' }).click();
    await page.getByRole('button', { name: 'Hide what is less alike' }).waitFor();
    await grid(page).evaluate((element) => element.scrollTo(0, 300));
    await page.waitForFunction(() => document.querySelector('[role=listbox]')!.scrollTop === 300);
    await page.waitForTimeout(100);
    // One that can be seen whole: the driver scrolls others into view before it clicks them.
    const view = (await grid(page).boundingBox())!;
    const boxes = await Promise.all((await tiles(page).all()).map((tile) => tile.boundingBox()));
    const whole = boxes.findIndex((box) => box!.y >= view.y && box!.y + box!.height <= view.y + view.height);
    await tiles(page).nth(whole).click();
    await page.waitForFunction((before) => document.querySelector('header .name')?.textContent !== before, first);
    const second = await query(page).textContent();
    await page.getByRole('button', { name: 'Back' }).click();
    await page.waitForFunction((name) => document.querySelector('header .name')?.textContent === name, first);
    await page.waitForFunction(() => document.querySelector('[role=listbox]')!.scrollTop === 300);
    await page.goForward();
    await page.waitForFunction((name) => document.querySelector('header .name')?.textContent === name, second);
    await page.getByRole('button', { name: /Remove the query/ }).click();

    // A picture from outside, dropped and pasted; what is none is refused in a sentence.
    await give(page, 'drop', 'from outside.jpg', await makePicture(500));
    await page.getByText('like from outside.jpg', { exact: true }).waitFor();
    await shoot(page, '5-dropped');
    await give(page, 'paste', '', readFileSync(join(folder, 'Holiday/7.jpg')));
    await page.getByText('like Pasted picture', { exact: true }).waitFor();
    await page.getByRole('option', { name: /^7\.jpg, .*100 percent alike/ }).waitFor();
    await give(page, 'drop', 'note.txt', Buffer.from('hello'), 'text/plain');
    await page
      .getByRole('alert')
      .getByText(/note\.txt cannot be searched by/)
      .waitFor();
    expect(engine.methods.getStatus().photos).toBe(201);

    // Problems and the model.
    await page.getByRole('button', { name: /Problems/ }).click();
    await page.getByText('It is named like a picture but does not hold one that can be read').waitFor();
    await expectAccessible(page);
    await shoot(page, '6-problems');
    writeFileSync(join(folder, 'Broken/text.jpg'), await makePicture(3));
    settle(join(folder, 'Broken/text.jpg'));
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('button', { name: /Problems/ }).waitFor({ state: 'detached' });
    await openSettings(page, 'Model');
    await page.getByText(/This model came with Likeness/).waitFor();
    await page.getByText(/When\s+256 photos have been read, one is learned from them/).waitFor();
    await page.getByRole('button', { name: 'Train now' }).click();
    await page.getByText(/Training needs 256 photos/).waitFor();
    await expectAccessible(page);

    // Dark, and a folder removed.
    await openSettings(page, 'Appearance');
    await page.getByLabel('Light or dark').selectOption('dark');
    await page.getByRole('button', { name: /All photos/ }).click();
    await page.waitForFunction(() => document.querySelectorAll('[role=option] img').length > 10);
    await expectAccessible(page);
    await shoot(page, '7-dark');
    await page.getByRole('button', { name: /Remove the folder/ }).click();
    await page.getByRole('button', { name: 'Forget', exact: true }).click();
    await page.getByRole('heading', { name: /Choose a folder of photos/ }).waitFor();
    expect(engine.methods.getStatus().photos).toBe(0);
  });

  it('can be used by keyboard alone', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 40);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const page = await openPage(browser, engine);
    await tiles(page).nth(20).waitFor();
    const active = (): Promise<string | null> =>
      page.evaluate(
        () =>
          document
            .getElementById(document.querySelector('[role=listbox]')!.getAttribute('aria-activedescendant')!)
            ?.getAttribute('aria-label') ?? null,
      );
    // The photos have the keyboard from the start, and Tab reaches everything else.
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'listbox');
    const start = await active();
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(50);
    expect(await active()).not.toBe(start);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('End');
    await page.waitForFunction(() => document.querySelector('[role=listbox]')!.scrollTop > 0);
    await page.keyboard.press('Home');
    await page.waitForFunction(() => document.querySelector('[role=listbox]')!.scrollTop < 60);
    // Two keys between two frames: the second one counts from where the first one went, not from what was drawn.
    const both = await page.evaluate(() => {
      const list = document.querySelector('[role=listbox]')!;
      return ['End', 'Home'].map((key) => {
        list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        return list.scrollTop;
      });
    });
    expect(both[0]).toBeGreaterThan(60);
    expect(both[1]).toBeLessThan(60);
    await page.keyboard.press('Space');
    await page.getByRole('dialog').getByRole('img').waitFor();
    await expectAccessible(page);
    await shoot(page, '8-preview');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await query(page).waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'listbox');
    await shoot(page, '9-keyboard-focus');
    // A result is marked as right, and the mark is taken back by its button.
    await page
      .getByRole('option', { name: /percent alike/ })
      .first()
      .waitFor();
    await grid(page).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('m');
    await page.getByRole('option', { name: /marked as right$/ }).waitFor();
    expect(engine.library.marks.latest(10)).toHaveLength(1);
    await page.getByRole('button', { name: '✓ Right for this query' }).click();
    await page.getByRole('option', { name: /marked as right$/ }).waitFor({ state: 'detached' });
    expect(engine.library.marks.latest(10)).toHaveLength(0);
    // Each mark was a step to go back to.
    await grid(page).focus();
    for (let step = 0; step < 3; step++) {
      await page.keyboard.press('Backspace');
      await page.waitForTimeout(200);
    }
    await query(page).waitFor({ state: 'detached' });
    await page.keyboard.press('Alt+ArrowRight');
    await query(page).waitFor();
    await page.keyboard.press('Escape');
    await query(page).waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await keys.waitFor();
    // It opens at its beginning, though its button is at the end.
    expect(await keys.evaluate((dialog) => dialog.scrollTop)).toBe(0);
    expect(await keys.evaluate((dialog) => dialog.scrollHeight > dialog.clientHeight)).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    // The dialog gives the keyboard back a moment after it is gone.
    await page.waitForTimeout(300);
    await page.keyboard.press('/');
    await page.waitForFunction(() => document.activeElement?.closest('header')?.tagName === 'HEADER');
  });

  it(
    'shows how a new model did beside the one before, breaks a training off, and goes back',
    { timeout: 240_000 },
    async () => {
      const folder = temporaryFolder();
      await writePictures(folder, 262);
      const engine = await openEngine({ watching: false });
      await engine.indexOnce([folder]);
      const page = await openPage(browser, engine);
      await openSettings(page, 'Model');
      await page.getByText(/This model was learned from \d+ of your photos/).waitFor();
      const trainAgain = page.getByRole('button', { name: 'Train again' });
      await trainAgain.click();
      await page.getByRole('button', { name: 'Cancel the training' }).click();
      await page.getByText('The training was cancelled, so search goes on as before.').waitFor();
      const { modelId } = engine.methods.getModelCard().model!;
      await trainAgain.click();
      await until(
        () => engine.methods.getModelCard(),
        ({ model, training }) => model!.modelId !== modelId && !training,
        120,
      );
      // What it means first, as a sentence and a picture; numbers are under Details.
      await page
        .getByText(/^Of 100 edited photos, \d+ find their original; \d+ did with the model before\.$/)
        .waitFor();
      await page.getByRole('img', { name: /^\d+ of 100 now$/ }).waitFor();
      await page.getByText('Details', { exact: true }).click();
      await page.getByText(/Compared with the model before it, among photos held out: of \d+ edited copies/).waitFor();
      // What its codes cost, measured after it was taken; the setting in use is marked.
      const table = page.getByRole('table', { name: /What codes cost here, among 262 of your 262 photos/ });
      await table.waitFor({ timeout: 60_000 });
      expect(await table.getByRole('row').count()).toBe(9);
      const { codes, rerank } = engine.methods.getStatus().model!.operatingPoints!.chosen;
      await table
        .locator(
          `tr[aria-current=true]:has-text("${codes}"):has-text("${rerank === 0 ? 'none' : rerank.toLocaleString('en')}")`,
        )
        .waitFor();
      await expectAccessible(page);
      await shoot(page, '11-model');
      await page.getByRole('button', { name: /Go back to the model of/ }).click();
      await page.getByText(/Of 100 edited photos/).waitFor({ state: 'detached', timeout: 60_000 });
      await page.getByRole('button', { name: /Go back to the model of/ }).waitFor();
    },
  );

  it(
    'lists embedders, refuses a broken one in words, adds one, lets it take the place of the other, and removes it',
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder();
      const paths = await writePictures(folder, 30);
      const engine = await openEngine({ watching: false });
      await engine.indexOnce([folder]);
      engine.methods.markResult({
        queryPhotoId: photoAt(engine, paths[0]),
        resultPhotoId: photoAt(engine, paths[6]),
        relevant: true,
      });
      const page = await openPage(browser, engine);
      await openSettings(page, 'Embedders');
      const entry = (name: string) => page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
      await entry('Likeness sight').getByText('in use').waitFor();
      await entry('Likeness sight')
        .getByText(/\d+\.\d ms a photo, by cpu/)
        .waitFor();
      const file = (name: string, bytes: Uint8Array | string) => ({
        name,
        mimeType: 'application/octet-stream',
        buffer: Buffer.from(bytes as string),
      });
      const chooser = page.getByLabel('ONNX model and its description');
      await chooser.setInputFiles([file('bad.onnx', onnxFile('not finite')), file('bad.json', description('Bad'))]);
      await page
        .getByRole('alert')
        .getByText(
          'bad.onnx cannot be used: a trial run failed (it gives numbers that are not finite for an ordinary picture)',
        )
        .waitFor();
      await expectAccessible(page);
      await chooser.setInputFiles([
        file('layout.onnx', onnxFile('layout')),
        file('layout.json', description('Layout')),
      ]);
      await entry('Layout').getByText('CC0-1.0').waitFor();
      await page.getByRole('button', { name: 'Compare by my marks' }).click();
      await entry('Layout')
        .getByText(/of 1, 100% come among the first ten of 30 photos/)
        .waitFor();
      await expectAccessible(page);
      await shoot(page, '12-embedders');
      await page.getByRole('button', { name: 'Use Layout' }).click();
      await entry('Layout').getByText('in use').waitFor();
      await page.getByRole('button', { name: /^Use Likeness sight/ }).click();
      await entry('Likeness sight').getByText('in use').waitFor();
      await page.getByRole('button', { name: 'Remove Layout' }).click();
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await entry('Layout').waitFor({ state: 'detached' });
    },
  );
});
