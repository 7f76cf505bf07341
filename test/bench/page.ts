// What a person waits for in Chromium: from a mark on a result to the new order painted, from an arrow in the viewer to the next photo, and
// what page-grid.ts measures, among 10,000 photos and many.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Engine } from '../../electron/engine/engine.ts';
import { startPageServer } from '../../electron/faces/browser/http-server.ts';
import { loadPageFiles } from '../../electron/faces/page-files.ts';
import { launchBrowser } from '../support/browser.ts';
import { browserPath } from '../support/environment.ts';
import { makePicture, settle, writePictures } from '../support/pictures.ts';
import { inflate, open } from './click.ts';
import { benchGrid } from './page-grid.ts';

const REAL = 300;
const PHOTOS = 10_000;
const MARKS = 20;
/** Photos of 12 megapixels, which come first in the timeline. */
const LARGE = 24;
/** Milliseconds that a person looks at a photo before the next arrow. */
const LOOK = 700;

/** @param many photos of a large library */
export async function benchPage(many: number): Promise<void> {
  if (!browserPath) {
    console.log('  skipped, because no Chromium was found (install it, or name it in LIKENESS_CHROMIUM)');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'likeness-page-'));
  const [pictures, libraryPath] = [join(folder, 'pictures'), join(folder, 'library')];
  mkdirSync(pictures);
  try {
    await writePictures(pictures, REAL);
    for (let i = 0; i < LARGE; i++) {
      const path = join(pictures, `large ${i}.jpg`);
      writeFileSync(path, await makePicture(i, 4000, 3000));
      settle(path);
    }
    const first = await open(libraryPath);
    await first.indexOnce([pictures]);
    await first.close();
    inflate(libraryPath, PHOTOS);
    const engine = withThumbnails(await open(libraryPath), REAL + LARGE);
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
    await benchArrows(page, server.address);
    await benchGrid(page, server.address, engine);
    await browser.close();
    await server.close();
    await engine.close();
    await benchMany(join(folder, 'many'), join(folder, 'few'), many);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchMany(libraryPath: string, pictures: string, many: number): Promise<void> {
  mkdirSync(pictures);
  await writePictures(pictures, REAL);
  const first = await open(libraryPath);
  await first.indexOnce([pictures]);
  await first.close();
  inflate(libraryPath, many);
  const engine = withThumbnails(await open(libraryPath), REAL);
  const server = await startPageServer({ engine }, loadPageFiles(), 0);
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await benchGrid(page, server.address, engine);
  await browser.close();
  await server.close();
  await engine.close();
}

/** Photos that were made from others have no thumbnails, which would take gigabytes: those of the others are served. */
export function withThumbnails(engine: Engine, real: number): Engine {
  const getMedia = engine.getMedia.bind(engine);
  engine.getMedia = ({ kind, id }) => getMedia({ kind, id: kind === 'thumbnail' ? 1 + ((id - 1) % real) : id });
  return engine;
}

/** Arrows through large photos: until the small picture of the next one is there, and until the one made for the window is painted. */
async function benchArrows(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.getByRole('listbox').getByRole('option').first().waitFor();
  await page.getByRole('listbox').focus();
  await page.keyboard.press(' ');
  const times: { small: number; large: number }[] = [];
  for (let i = 1; i < LARGE; i++) {
    await page.waitForTimeout(LOOK);
    const took = await page.evaluate(
      () =>
        new Promise<{ small: number; large: number }>((done) => {
          const name = (): string => document.querySelector('dialog strong')?.textContent ?? '';
          const [before, start] = [name(), performance.now()];
          let small: number | undefined;
          window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', cancelable: true }));
          const look = (): void => {
            const [under, large] = document.querySelectorAll<HTMLImageElement>('dialog .turned img');
            if (name() !== before && under?.complete) small ??= performance.now() - start;
            const smallAfter = small;
            if (smallAfter !== undefined && large?.complete && large.naturalWidth > 0)
              requestAnimationFrame(() => done({ small: smallAfter, large: performance.now() - start }));
            else requestAnimationFrame(look);
          };
          requestAnimationFrame(look);
        }),
    );
    times.push(took);
  }
  const at = (of: 'small' | 'large', share: number): string =>
    times
      .map((one) => one[of])
      .sort((a, b) => a - b)
      [Math.floor(share * times.length)].toFixed(0);
  console.log(
    `  ${times.length} arrows in the viewer, photos of 12 megapixels: the small picture of the next one after ${at('small', 0.5)} ms (95th percentile ${at('small', 0.95)}), the large one painted after ${at('large', 0.5)} ms (${at('large', 0.95)}; to stay within 50)`,
  );
}
