// The grid in Chromium, beside a bare one in the same run: a click until all results in sight are painted, scrolling, a jump, a lasso,
// and the memory that searches leave.
import type { CDPSession, Page } from 'playwright-core';
import type { Engine } from '../../electron/engine/engine.ts';
import { layOut, columnsOf } from '../../renderer/photos/layout.ts';
import { buildBareGrid, type BareTile } from './bare-grid.ts';

const CLICKS = 30;
const SEARCHES = 200;
/** Frames of scrolling, and pixels of each. */
const FRAMES = 200;
const STEP = 400;
/** Photos that the bare grid has, and the page is scrolled through. */
const BARE = 10_000;
const LASSOED = 5000;
const ROW_HEIGHT = 200;
const GAP = 4;

interface Scrolled {
  framesASecond: number;
  /** Of the places looked at, the share where there was not even a colour. */
  blank: number;
  /** Milliseconds after the last step until every picture in sight was there. */
  settled: number;
}

export async function benchGrid(page: Page, address: string, engine: Engine): Promise<void> {
  await page.goto(address);
  await tilesInSight(page);
  const photos = engine.methods.getStatus().photos;
  const label = `${photos} photos`;

  const clicks: number[] = [];
  const bare: number[] = [];
  for (let i = 0; i < CLICKS; i++) {
    clicks.push(await page.evaluate(clickUntilPainted));
    bare.push(await page.evaluate(searchAndPaintBare));
    await page.keyboard.press('Escape');
    await tilesInSight(page);
    await page.evaluate((place) => document.querySelector('[role=listbox]')!.scrollTo(0, place), i * 900);
    await tilesInSight(page);
  }
  const ratio = median(clicks) / median(bare);
  console.log(
    `  ${label}: a click until all results in sight are painted, median ${median(clicks).toFixed(0)} ms, 95th percentile ${percentile(clicks, 0.95).toFixed(0)} ms; ${ratio.toFixed(2)} times asking and painting without a page around it (${median(bare).toFixed(0)} ms)`,
  );

  await page.evaluate(() => document.querySelector('[role=listbox]')!.scrollTo(0, 0));
  await tilesInSight(page);
  const ours = await page.evaluate(scrollThrough, { frames: FRAMES, step: STEP });
  const jumps: number[] = [];
  for (const share of [0.5, 0.1, 0.9, 0.3, 0.7]) jumps.push(await page.evaluate(jumpTo, share));
  console.log(
    `  ${label}: a jump to a year, until all pictures in sight are there, median ${median(jumps).toFixed(0)} ms, slowest ${Math.max(...jumps).toFixed(0)} ms`,
  );
  const lasso = await page.evaluate(drawLasso, LASSOED);
  console.log(
    `  ${label}: a lasso over ${lasso.selected} photos, each move of the pointer to the frame after it: median ${median(lasso.moves).toFixed(0)} ms, slowest ${Math.max(...lasso.moves).toFixed(0)} ms`,
  );
  await page.keyboard.press('Escape');

  const session = await page.context().newCDPSession(page);
  await search(page, 20);
  const before = await heap(session);
  await search(page, SEARCHES);
  const after = await heap(session);
  console.log(
    `  ${label}: ${SEARCHES} searches leave ${((after - before) / 2 ** 20).toFixed(1)} MiB more in the page's memory (${(before / 2 ** 20).toFixed(0)} MiB before)`,
  );

  await page.goto(address);
  await tilesInSight(page);
  await page.evaluate(buildBareGrid, bareTiles(engine));
  await tilesInSight(page);
  const beside = await page.evaluate(scrollThrough, { frames: FRAMES, step: STEP });
  console.log(
    `  ${label}: scrolling ${STEP} pixels a frame, ${ours.framesASecond.toFixed(0)} frames a second, ${(ours.framesASecond / beside.framesASecond).toFixed(2)} of a bare grid's (to be 0.95); ${(ours.blank * 100).toFixed(1)}% without even a colour (at most 1; bare ${(beside.blank * 100).toFixed(1)}%); all pictures there ${ours.settled.toFixed(0)} ms after stopping (to stay within 100; bare ${beside.settled.toFixed(0)})`,
  );
}

async function tilesInSight(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const tiles = [...document.querySelectorAll('[role=option]')].filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    return tiles.length > 5 && tiles.every((tile) => tile.querySelector('img')?.complete);
  });
}

/** Where the page would show the first photos, without headings. */
function bareTiles(engine: Engine): { tiles: BareTile[]; height: number } {
  const { ids } = engine.methods.getTimeline();
  const photoIds = [...new Uint32Array(Uint8Array.from(Buffer.from(ids, 'base64')).buffer).subarray(0, BARE)];
  const known = new Map<number, { contentId: number; aspect: number }>();
  for (let at = 0; at < photoIds.length; at += 1000)
    for (const { photoId, contentId, width, height } of engine.methods.listPhotos({
      photoIds: photoIds.slice(at, at + 1000),
    }))
      known.set(photoId, { contentId, aspect: width / height });
  const aspects = photoIds.map((id) => known.get(id)!.aspect);
  const layout = layOut({ aspects, headings: [], width: 1246, rowHeight: ROW_HEIGHT, gap: GAP, firstRow: 1 });
  const tiles = layout.rows.flatMap((row) =>
    columnsOf(row, aspects, GAP).map(({ left, width }, i) => ({
      contentId: known.get(photoIds[row.start + i])!.contentId,
      left,
      width,
      top: row.top,
      height: row.height,
    })),
  );
  return { tiles, height: layout.height };
}

async function search(page: Page, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await page.evaluate(clickUntilPainted);
    await page.evaluate((top) => document.querySelector('[role=listbox]')!.scrollTo(0, top), (i % 5) * 300);
  }
}

/** Bytes of the page's own objects, after a collection. */
async function heap(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize;
}

// What follows runs in the browser.

/** Clicks a photo in sight. @returns milliseconds until other photos stand there, all with their pictures, and are painted */
function clickUntilPainted(): Promise<number> {
  return new Promise((done, fail) => {
    const inSight = (): HTMLElement[] =>
      [...document.querySelectorAll<HTMLElement>('[role=option]')].filter((tile) => {
        const { top, bottom } = tile.getBoundingClientRect();
        return bottom > 60 && top < innerHeight;
      });
    const before = document.querySelector('header .name')?.textContent;
    const tiles = inSight();
    if (tiles.length === 0) throw new Error('There is no photo to click');
    const start = performance.now();
    tiles[Math.floor(tiles.length / 2)].click();
    const look = (): void => {
      const name = document.querySelector('header .name')?.textContent;
      const now = inSight();
      const isThere =
        name !== before &&
        now.length > 0 &&
        now.every((tile) => tile.ariaLabel!.includes('percent alike') && tile.querySelector('img')?.complete);
      if (isThere) requestAnimationFrame(() => done(performance.now() - start));
      else if (performance.now() - start > 10_000)
        fail(new Error(`No results after ten seconds: ${now.length} tiles, ${name}`));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** The same query as the page shows now, asked and painted by a few lines. @returns milliseconds */
async function searchAndPaintBare(): Promise<number> {
  const photoId = Number(/like=(\d+)/.exec(location.hash)![1]);
  const start = performance.now();
  const response = await fetch('/api/searchPhotos', {
    method: 'POST',
    body: JSON.stringify({ query: { positives: [{ photoId }] }, k: 200 }),
  });
  const { results } = (await response.json()) as { results: { contentId: number }[] };
  const sheet = document.createElement('div');
  sheet.style.cssText = 'position:fixed;inset:0;z-index:99;overflow:hidden;background:#fff';
  for (const { contentId } of results.slice(0, 24)) {
    const image = document.createElement('img');
    // Another address, so that what the page has fetched is fetched here, too.
    image.src = `/media/thumbnail/${contentId}?bare=${performance.now()}`;
    image.style.cssText = 'width:200px;height:150px;object-fit:cover';
    sheet.append(image);
  }
  document.body.append(sheet);
  await Promise.all([...sheet.querySelectorAll('img')].map((image) => image.decode().catch(() => undefined)));
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  const took = performance.now() - start;
  sheet.remove();
  return took;
}

function scrollThrough({ frames, step }: { frames: number; step: number }): Promise<Scrolled> {
  return new Promise((done) => {
    const list = document.querySelector<HTMLElement>('[role=listbox]')!;
    const box = list.getBoundingClientRect();
    let [frame, looked, blank, start] = [0, 0, 0, 0];
    const places = [0.15, 0.4, 0.6, 0.85];
    const look = (): void => {
      for (const x of places)
        for (const y of places) {
          looked++;
          const at = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
          // A heading, or the end of a row, has no photo to show.
          const isCanvas = at === list || at === list.firstElementChild;
          if (isCanvas && isBetweenRows(box.top + y * box.height)) blank++;
        }
    };
    /** Whether neither a photo nor a heading is at this height, or a gap's width away: nothing has been drawn here. */
    const isBetweenRows = (y: number): boolean =>
      ![...document.querySelectorAll('[role=option], .heading')].some((one) => {
        const { top, bottom } = one.getBoundingClientRect();
        return top <= y + 6 && bottom >= y - 6;
      });
    const settle = (stopped: number): void => {
      const tiles = [...document.querySelectorAll('[role=option]')].filter((tile) => {
        const { top, bottom } = tile.getBoundingClientRect();
        return bottom > box.top && top < box.bottom;
      });
      const isThere = tiles.length > 5 && tiles.every((tile) => tile.querySelector('img')?.complete);
      if (!isThere) requestAnimationFrame(() => settle(stopped));
      else
        done({
          framesASecond: (frames / (stopped - start)) * 1000,
          blank: blank / looked,
          settled: performance.now() - stopped,
        });
    };
    const go = (): void => {
      if (frame === 0) start = performance.now();
      if (frame > 0 && frame % 4 === 0) look();
      if (frame++ < frames) {
        list.scrollTop += step;
        requestAnimationFrame(go);
      } else settle(performance.now());
    };
    requestAnimationFrame(go);
  });
}

/** Presses the strip of dates. @returns milliseconds until every picture in sight is there */
function jumpTo(share: number): Promise<number> {
  return new Promise((done) => {
    const strip = document.querySelector<HTMLElement>('[role=slider][aria-orientation=vertical]')!;
    const { left, top, width, height } = strip.getBoundingClientRect();
    const before = document.querySelector('[role=option]')!.id;
    const start = performance.now();
    strip.setPointerCapture = () => undefined;
    strip.dispatchEvent(
      new PointerEvent('pointerdown', {
        clientX: left + width / 2,
        clientY: top + share * height,
        buttons: 1,
        pointerId: 1,
        bubbles: true,
      }),
    );
    const look = (): void => {
      const tiles = [...document.querySelectorAll('[role=option]')].filter((tile) => {
        const box = tile.getBoundingClientRect();
        return box.bottom > top && box.top < innerHeight;
      });
      const isThere =
        document.getElementById(before) === null &&
        tiles.length > 5 &&
        tiles.every((tile) => tile.querySelector('img')?.complete);
      if (isThere) requestAnimationFrame(() => done(performance.now() - start));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

/** Draws from the top over so many photos. @returns milliseconds of each of the last moves until the frame after it */
async function drawLasso(photos: number): Promise<{ selected: number; moves: number[] }> {
  const list = document.querySelector<HTMLElement>('[role=listbox]')!;
  const frame = (): Promise<number> => new Promise((next) => requestAnimationFrame(next));
  list.scrollTo(0, 0);
  await frame();
  await frame();
  const box = list.getBoundingClientRect();
  const send = (target: EventTarget, type: string, x: number, y: number): boolean =>
    target.dispatchEvent(
      new PointerEvent(type, { clientX: x, clientY: y, button: 0, buttons: 1, bubbles: true, pointerType: 'mouse' }),
    );
  send(list, 'pointerdown', box.left + box.width - 60, box.top + 5);
  const selected = (): number =>
    Number((document.querySelector('.bar strong')?.textContent ?? '0').replace(/\D/g, '')) || 0;
  for (let i = 0; i < 4000 && selected() < photos; i++) {
    list.scrollTop += 1500;
    send(window, 'pointermove', box.left + 5, box.top + box.height / 2 + (i % 2));
    await frame();
  }
  const moves: number[] = [];
  for (let i = 0; i < 40; i++) {
    const start = performance.now();
    send(window, 'pointermove', box.left + 5 + i, box.top + box.height / 2 + (i % 2) * 30);
    await frame();
    moves.push(performance.now() - start);
  }
  const most = selected();
  send(window, 'pointerup', box.left + 5, box.top + 5);
  return { selected: most, moves };
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];
const median = (values: readonly number[]): number => percentile(values, 0.5);
