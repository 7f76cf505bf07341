import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../electron/engine/engine.ts';
import { withKinds } from '../support/atlas.ts';
import { expectAccessible, launchBrowser, openPage, shoot, shown } from '../support/browser.ts';
import { openEngine } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

/** Results of a query by one of 64 photos, the third of them looked at. */
async function openResult(): Promise<{ page: Page; engine: Engine }> {
  const { libraryPath } = await withKinds();
  const engine = await openEngine({ libraryPath, watching: false });
  const page = await openPage(browser, engine);
  await page.getByRole('option').nth(3).click();
  await page
    .getByRole('option', { name: /percent alike/ })
    .nth(6)
    .waitFor();
  await page.getByRole('listbox').focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
  await page.getByRole('heading', { name: 'Why it matched' }).waitFor();
  return { page, engine };
}

const bars = (page: Page) => page.getByRole('group', { name: /^What each part/ }).getByRole('button');
const shares = (page: Page): Promise<number[]> =>
  bars(page).evaluateAll((all) => all.map((bar) => Number(/: (-?\d+) percent/.exec(bar.ariaLabel!)![1])));

describe.skipIf(missingBrowser())('Why a photo matched', () => {
  it('is shown as the share of each part of the code, which sum up to all of it', async () => {
    const { page } = await openResult();
    await expect.poll(() => bars(page).count()).toBe(8);
    const all = await shares(page);
    expect(Math.abs(all.reduce((sum, share) => sum + share, 0) - 100)).toBeLessThanOrEqual(4);
    await expectAccessible(page);
    await shoot(page, 'why');
  });

  it('lets a part be left out or count double, at once and in the address, and all alike again', async () => {
    const { page } = await openResult();
    await expect.poll(() => bars(page).count()).toBe(8);
    const before = await shown(page);
    await bars(page).nth(2).click();
    await page.getByRole('button', { name: /^Part 3: 0 percent of the likeness, left out/ }).waitFor();
    expect(page.url()).toContain('weights=1,1,0,1,1,1,1,1');
    await bars(page).nth(2).click();
    await page.getByRole('button', { name: /^Part 3: .* counts double/ }).waitFor();
    expect(page.url()).toContain('weights=1,1,2,1,1,1,1,1');
    await page.reload();
    await page.locator('.chip', { hasText: 'parts weighed' }).waitFor();
    expect(page.url()).toContain('weights=1,1,2,1,1,1,1,1');
    await page.locator('.chip').getByRole('button', { name: 'Let all count alike' }).click();
    await expect.poll(() => page.url()).not.toContain('weights');
    await expect.poll(() => shown(page)).toEqual(before);
  });

  it('is shown on both pictures: where they agree', async () => {
    const { page } = await openResult();
    await page.getByRole('button', { name: 'Show where they agree' }).click();
    const both = page.getByRole('img', { name: /^What is lit/ });
    await both.waitFor();
    await expect.poll(() => both.locator('span').count()).toBeGreaterThan(3);
    await expectAccessible(page);
    await shoot(page, 'why-where');
  });
});
