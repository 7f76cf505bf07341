// Videos, written by the browser's own encoder.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type * as Mediabunny from 'mediabunny';

export interface VideoOptions {
  format?: 'mp4' | 'mov' | 'webm' | 'mkv';
  codec?: 'avc' | 'vp8' | 'vp9' | 'av1';
  /** Of each scene. */
  seconds?: number;
  /** As QuickTime files say it. */
  date?: string;
  /** Degrees by which it is to be turned clockwise to be upright. */
  rotation?: 0 | 90 | 180 | 270;
  /** Pixels. */
  width?: number;
  height?: number;
}

const SITE = 'https://videos.test/';
const PAGE = '<script type="module">import * as all from "/mediabunny.mjs"; globalThis.mediabunny = all</script>';

/** A page that has mediabunny, in a window of its own. */
export async function openVideoPage(browser: Browser): Promise<Page> {
  const folder = dirname(createRequire(import.meta.url).resolve('mediabunny'));
  const library = readFileSync(join(folder, 'mediabunny.mjs'), 'utf8');
  const page = await (await browser.newContext()).newPage();
  await page.route(`${SITE}**`, (route) =>
    route.request().url().endsWith('.mjs')
      ? route.fulfill({ contentType: 'text/javascript', body: library })
      : route.fulfill({ contentType: 'text/html', body: PAGE }),
  );
  await page.goto(SITE);
  await page.waitForFunction(() => 'mediabunny' in globalThis);
  return page;
}

/** A video of ten frames a second, of 320 by 240 pixels unless said, that shows one picture after the other. @param scenes JPEGs */
export async function makeVideo(
  browser: Browser,
  scenes: readonly Buffer[],
  options: VideoOptions = {},
): Promise<Buffer> {
  const page = await openVideoPage(browser);
  try {
    const pictures = scenes.map((scene) => `data:image/jpeg;base64,${scene.toString('base64')}`);
    const base64 = await page.evaluate(
      async ({
        pictures,
        format = 'mp4',
        codec = 'avc',
        seconds = 4,
        date,
        rotation = 0,
        width = 320,
        height = 240,
      }) => {
        const m = (globalThis as unknown as { mediabunny: typeof Mediabunny }).mediabunny;
        const Format = {
          mp4: m.Mp4OutputFormat,
          mov: m.MovOutputFormat,
          webm: m.WebMOutputFormat,
          mkv: m.MkvOutputFormat,
        };
        const canvas = new OffscreenCanvas(width, height);
        const target = new m.BufferTarget();
        const output = new m.Output({ format: new Format[format](), target });
        const source = new m.CanvasSource(canvas, { codec, quality: new m.Quality('medium') });
        output.addVideoTrack(source, { frameRate: 10, rotation });
        if (date !== undefined) output.setMetadataTags({ raw: { '©day': date, DATE: date } });
        await output.start();
        let frame = 0;
        for (const picture of pictures) {
          const bitmap = await createImageBitmap(await (await fetch(picture)).blob());
          canvas.getContext('2d')!.drawImage(bitmap, 0, 0, width, height);
          for (let i = 0; i < seconds * 10; i++) await source.add(frame++ / 10, 0.1);
        }
        await output.finalize();
        const bytes = new Uint8Array(target.buffer!);
        let text = '';
        for (const byte of bytes) text += String.fromCharCode(byte);
        return btoa(text);
      },
      { pictures, ...options },
    );
    return Buffer.from(base64, 'base64');
  } finally {
    await page.context().close();
  }
}
