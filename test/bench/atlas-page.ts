// The map in Chromium: frames a second while one comes nearer and goes away again, beside a bare plot of as many points in the same page.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startPageServer } from '../../electron/faces/browser/http-server.ts';
import { loadPageFiles } from '../../electron/faces/page-files.ts';
import { cataloguePath } from '../../electron/library/catalogue.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { launchBrowser } from '../support/browser.ts';
import { browserPath } from '../support/environment.ts';
import { writePictures } from '../support/pictures.ts';
import { inflate, open } from './click.ts';
import { withThumbnails } from './page.ts';

const REAL = 300;
const FRAMES = 120;
const CLUSTERS = 80;

export async function benchAtlasPage(sizes: readonly number[]): Promise<void> {
  if (!browserPath) {
    console.log('  skipped, because no Chromium was found (install it, or name it in LIKENESS_CHROMIUM)');
    return;
  }
  for (const photos of sizes) await benchSize(photos);
}

async function benchSize(photos: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-atlas-'));
  const [pictures, libraryPath] = [join(folder, 'pictures'), join(folder, 'library')];
  mkdirSync(pictures);
  try {
    await writePictures(pictures, REAL);
    const first = await open(libraryPath);
    await first.indexOnce([pictures]);
    await first.close();
    inflate(libraryPath, photos);
    placeAll(libraryPath);
    const engine = withThumbnails(await open(libraryPath), REAL);
    const server = await startPageServer({ engine }, loadPageFiles(), 0);
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(server.address);
    const start = performance.now();
    await page.getByRole('button', { name: 'Atlas' }).click();
    await page.locator('.region').first().waitFor({ timeout: 120_000 });
    const shown = (performance.now() - start) / 1000;
    const ours = await page.evaluate(zoomInAndOut, FRAMES);
    const bare = await page.evaluate(plotBare, { points: photos, frames: FRAMES });
    console.log(
      `  ${photos} points: ${ours.toFixed(0)} frames a second while zooming, ${(ours / bare).toFixed(2)} of a bare plot (${bare.toFixed(0)}); shown after ${shown.toFixed(1)} s`,
    );
    await browser.close();
    await server.close();
    await engine.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Puts all contents on a map, in clusters at random. */
function placeAll(libraryPath: string): void {
  const db = new Database(cataloguePath(libraryPath));
  const random = seededRandom(3);
  const centres = Array.from({ length: CLUSTERS }, () => [0.1 + 0.8 * random.uniform(), 0.1 + 0.8 * random.uniform()]);
  const near = (value: number): number => Math.min(1, Math.max(0, value + 0.02 * random.normal()));
  db.transaction(() => {
    db.exec(`INSERT INTO setting (key, value) VALUES ('map', 'on')`);
    const { n } = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM content').get()!;
    db.prepare('INSERT INTO map (id, embedder_id, drawn_from) SELECT 1, id, ? FROM embedder').run(n);
    const place = db.prepare('INSERT INTO map_place (content_id, map_id, x, y, rarity) VALUES (?, 1, ?, ?, 0.5)');
    for (const id of db.prepare<[], number>('SELECT id FROM content').pluck().all()) {
      const [x, y] = centres[id % CLUSTERS];
      place.run(id, near(x), near(y));
    }
  })();
  db.close();
}

/** In the page: one step of the wheel a frame, nearer and away again. @returns frames a second */
async function zoomInAndOut(frames: number): Promise<number> {
  const canvas = document.querySelector('.frame canvas')!;
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
  await frame();
  const start = performance.now();
  for (let i = 0; i < frames; i++) {
    canvas.dispatchEvent(
      new WheelEvent('wheel', {
        deltaY: i < frames / 2 ? -40 : 40,
        clientX: left + width / 2,
        clientY: top + height / 2,
        bubbles: true,
        cancelable: true,
      }),
    );
    await frame();
  }
  return (1000 * frames) / (performance.now() - start);
}

/** In the page: points at random written as pixels of a canvas of the same size, nearer each frame. @returns frames a second */
async function plotBare({ points, frames }: { points: number; frames: number }): Promise<number> {
  const like = document.querySelector('.frame canvas') as HTMLCanvasElement;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [like.width, like.height];
  canvas.style.cssText = `position: fixed; left: 0; top: 0; width: ${like.clientWidth}px; height: ${like.clientHeight}px`;
  document.body.append(canvas);
  const context = canvas.getContext('2d')!;
  const image = new ImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const [xs, ys] = [new Float32Array(points), new Float32Array(points)].map((column) =>
    column.map(() => Math.random()),
  );
  const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
  await frame();
  const start = performance.now();
  for (let i = 0; i < frames; i++) {
    pixels.fill(0);
    const scale = canvas.height * (1 + (i < frames / 2 ? i : frames - i) / 20);
    for (let p = 0; p < points; p++) {
      const [x, y] = [Math.floor(xs[p] * scale), Math.floor(ys[p] * scale)];
      if (x < canvas.width - 1 && y < canvas.height - 1) {
        const at = y * canvas.width + x;
        pixels[at] = pixels[at + 1] = pixels[at + canvas.width] = pixels[at + canvas.width + 1] = 0xff808080;
      }
    }
    context.putImageData(image, 0, 0);
    await frame();
  }
  canvas.remove();
  return (1000 * frames) / (performance.now() - start);
}
