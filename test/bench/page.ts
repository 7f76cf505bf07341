// From a mark on a result to the new order, painted, in Chromium at 10,000 photos.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPageServer } from '../../electron/faces/browser/http-server.ts';
import { loadPageFiles } from '../../electron/faces/page-files.ts';
import { launchBrowser } from '../support/browser.ts';
import { browserPath } from '../support/environment.ts';
import { writePictures } from '../support/pictures.ts';
import { inflate, open } from './click.ts';

const REAL = 300;
const PHOTOS = 10_000;
const MARKS = 20;

export async function benchPage(): Promise<void> {
  if (!browserPath) {
    console.log('  skipped, because no Chromium was found (install it, or name it in LIKENESS_CHROMIUM)');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'likeness-page-'));
  const [pictures, libraryPath] = [join(folder, 'pictures'), join(folder, 'library')];
  mkdirSync(pictures);
  try {
    await writePictures(pictures, REAL);
    const first = await open(libraryPath);
    await first.indexOnce([pictures]);
    await first.close();
    inflate(libraryPath, PHOTOS);
    const engine = await open(libraryPath);
    const server = await startPageServer({ engine }, loadPageFiles(), 0);
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(server.address);
    const tiles = page.getByRole('listbox').getByRole('option');
    await tiles.nth(3).click();
    await page
      .getByRole('option', { name: /percent alike/ })
      .first()
      .waitFor();
    const times: number[] = [];
    for (let i = 0; i < MARKS; i++) {
      await page.getByRole('listbox').focus();
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await page.waitForTimeout(300);
      // The tick comes with the new answer; painted is the frame after it.
      const took = await page.evaluate(
        () =>
          new Promise<number>((done) => {
            const marks = (): string => document.querySelector('header .marks')?.textContent ?? '';
            const ticks = (): string =>
              [...document.querySelectorAll('[role=option]')].map((tile) => tile.ariaLabel).join();
            const [before, order, start] = [marks(), ticks(), performance.now()];
            document
              .querySelector('[role=listbox]')!
              .dispatchEvent(new KeyboardEvent('keydown', { key: 'm', bubbles: true, cancelable: true }));
            const look = (): void => {
              if (marks() !== before && ticks() !== order) requestAnimationFrame(() => done(performance.now() - start));
              else requestAnimationFrame(look);
            };
            look();
          }),
      );
      times.push(took);
    }
    times.sort((a, b) => a - b);
    console.log(
      `  ${PHOTOS} photos, ${MARKS} marks: from the key to the new order painted, median ${times[MARKS >> 1].toFixed(0)} ms, slowest ${times.at(-1)!.toFixed(0)} ms (to stay within 100)`,
    );
    await browser.close();
    await server.close();
    await engine.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
