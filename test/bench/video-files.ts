// Reading videos, which a page takes apart: videos a second, beside the bare decoder in the same browser and the bare embedder, in one run.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type * as Mediabunny from 'mediabunny';
import type { Page } from 'playwright-core';
import { Engine } from '../../electron/engine/engine.ts';
import { startPageServer } from '../../electron/faces/browser/http-server.ts';
import { loadPageFiles } from '../../electron/faces/page-files.ts';
import { cataloguePath } from '../../electron/library/catalogue.ts';
import { lookTimes } from '../../renderer/videos/choose-frames.ts';
import { launchBrowser } from '../support/browser.ts';
import { until } from '../support/engines.ts';
import { browserPath } from '../support/environment.ts';
import { makePicture } from '../support/pictures.ts';
import { makeVideo, openVideoPage } from '../support/videos.ts';
import { writeSettled } from './files.ts';
import { seconds } from './indexing.ts';

const VIDEOS = 10;
const SCENES = 3;
const SECONDS = 4;
const SIZE = { width: 1280, height: 720 };
/** Pixels of the longer side of a frame that is kept. */
const KEPT_SIDE = 640;
/** Seconds. */
const PATIENCE = 600;

/** @param perPicture seconds that the embedder takes for one */
export async function benchVideos(perPicture: number): Promise<void> {
  if (!browserPath) {
    console.log('  video: skipped, because no Chromium was found (install it, or name it in LIKENESS_CHROMIUM)');
    return;
  }
  const root = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
  const folder = join(root, 'videos');
  mkdirSync(folder);
  const browser = await launchBrowser();
  try {
    const videos: Buffer[] = [];
    for (let i = 0; i < VIDEOS; i++) {
      const scenes = await Promise.all(
        Array.from({ length: SCENES }, (_, scene) => makePicture(i * SCENES + scene, SIZE.width, SIZE.height)),
      );
      videos.push(await makeVideo(browser, scenes, { ...SIZE, seconds: SECONDS }));
      writeSettled(join(folder, `${i}.mp4`), videos[i]);
    }
    const bare = await decodeAlone(await openVideoPage(browser), videos);
    const engine = await Engine.open({ libraryPath: join(root, 'library'), watching: false, trainWhileReading: false });
    await engine.indexOnce([folder]);
    const server = await startPageServer({ engine }, loadPageFiles(), 0);
    const page = await browser.newPage();
    const whole = await seconds(async () => {
      await page.goto(server.address);
      await until(
        () => engine.methods.getStatus(),
        ({ videosWaiting, waiting }) => videosWaiting + waiting === 0,
        PATIENCE,
      );
    });
    const { indexed } = engine.methods.getStatus();
    await page.close();
    await server.close();
    await engine.close();
    // The one that stands for the video is no region of kind frame.
    const frames = VIDEOS + framesIn(join(root, 'library'));
    if (indexed !== VIDEOS) throw new Error(`${indexed} of ${VIDEOS} videos were read`);
    const least = bare + perPicture * frames;
    console.log(
      `  MP4 (H.264), ${SIZE.width} by ${SIZE.height}, ${SCENES * SECONDS} s: ${(VIDEOS / whole).toFixed(1)} a second with the start of the page; ` +
        `${(frames / VIDEOS).toFixed(1)} frames of each; bare decoder ${((bare / VIDEOS) * 1000).toFixed(0)} ms; ${(whole / least).toFixed(2)} times both alone`,
    );
  } finally {
    await browser.close();
    rmSync(root, { recursive: true });
  }
}

function framesIn(libraryPath: string): number {
  const db = new Database(cataloguePath(libraryPath), { readonly: true });
  try {
    return db.prepare<[], number>(`SELECT count(*) FROM region WHERE kind = 'frame'`).pluck().get()!;
  } finally {
    db.close();
  }
}

/** Seconds for the frames that are looked at in all videos, scaled to the size that is kept, and a JPEG of each scene. */
async function decodeAlone(page: Page, videos: readonly Buffer[]): Promise<number> {
  const [times, jpegs] = [lookTimes(SCENES * SECONDS), SCENES];
  const scale = KEPT_SIDE / SIZE.width;
  const size = { width: KEPT_SIDE, height: Math.round(SIZE.height * scale) };
  let taken = 0;
  for (const video of videos)
    taken += await page.evaluate(
      async ({ base64, times, jpegs, size }) => {
        const m = (globalThis as unknown as { mediabunny: typeof Mediabunny }).mediabunny;
        const bytes = await (await fetch(`data:video/mp4;base64,${base64}`)).blob();
        const start = performance.now();
        const input = new m.Input({ formats: m.ALL_FORMATS, source: new m.BlobSource(bytes) });
        const sink = new m.CanvasSink((await input.getPrimaryVideoTrack())!, { ...size, fit: 'fill' });
        const canvases: OffscreenCanvas[] = [];
        for await (const frame of sink.canvasesAtTimestamps(times)) canvases.push(frame!.canvas as OffscreenCanvas);
        for (const canvas of canvases.slice(0, jpegs)) await toJpeg(canvas);
        input.dispose();
        return performance.now() - start;

        function toJpeg(canvas: OffscreenCanvas | HTMLCanvasElement): Promise<unknown> {
          if (canvas instanceof OffscreenCanvas) return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.85 });
          return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85));
        }
      },
      { base64: video.toString('base64'), times, jpegs, size },
    );
  await page.context().close();
  return taken / 1000;
}
