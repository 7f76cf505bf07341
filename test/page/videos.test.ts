import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine, pathsOf, photoAt, searchBy, until } from '../support/engines.ts';
import { missingBrowser } from '../support/environment.ts';
import { expectAccessible, launchBrowser, openPage, shoot } from '../support/browser.ts';
import { makePicture, settle, temporaryFolder, writePictures } from '../support/pictures.ts';
import { makeVideo } from '../support/videos.ts';
import type { Engine } from '../../electron/engine/engine.ts';

let browser: Browser;
beforeAll(async () => {
  if (!missingBrowser()) browser = await launchBrowser();
});
afterAll(() => browser?.close());

function put(path: string, bytes: Uint8Array): string {
  writeFileSync(path, bytes);
  settle(path);
  return path;
}

const allRead = (engine: Engine) =>
  until(
    () => engine.methods.getStatus(),
    ({ videosWaiting, waiting }) => videosWaiting === 0 && waiting === 0,
    60,
  );

describe.skipIf(missingBrowser())('Videos', () => {
  it('are found by a photo at the moment that shows the same, played from there, and find photos', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 24);
    const scenes = [await makePicture(1), await makePicture(3), await makePicture(5)];
    const path = put(
      join(folder, 'holiday.mp4'),
      await makeVideo(browser, scenes, { date: '2024-05-06T07:08:09+0200' }),
    );
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    expect(engine.methods.getStatus()).toMatchObject({ photos: 25, indexed: 24, videosWaiting: 1 });
    const page = await openPage(browser, engine);
    await allRead(engine);
    const photoId = photoAt(engine, path);
    const video = engine.methods.getPhoto({ photoId });
    expect(video).toMatchObject({
      format: 'mp4',
      width: 320,
      height: 240,
      takenAt: Date.UTC(2024, 4, 6, 7, 8, 9),
      dateFrom: 'camera',
    });
    expect(video.duration).toBeCloseTo(12, 1);

    for (const [seed, from, to] of [
      [1, 0, 4],
      [3, 4, 8],
      [5, 8, 12],
    ] as const) {
      const asked = { photoId: photoAt(engine, join(folder, `${seed}.jpg`)) };
      const { results } = await engine.methods.searchPhotos(searchBy(asked, 25));
      const result = results.find((one) => one.photoId === photoId)!;
      expect(result.hit.time).toBeGreaterThanOrEqual(from);
      expect(result.hit.time).toBeLessThan(to);
    }

    // By a click on the photo of the third scene.
    await page.getByRole('option', { name: /^5\.jpg/ }).click();
    const tile = page.getByRole('option', { name: /holiday\.mp4/ });
    await expect.poll(() => tile.getAttribute('aria-label')).toMatch(/Video, 0:(08|09|10|11) \/ 0:12|Video, 0:12/);
    await tile.locator('img').evaluate((image: HTMLImageElement) => image.decode());
    await shoot(page, 'video-result');
    await tile.dblclick();
    const player = page.locator('video');
    await expect.poll(() => player.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(7.9);
    await expect.poll(() => player.evaluate((element: HTMLVideoElement) => element.readyState)).toBeGreaterThan(2);
    await shoot(page, 'video-viewer');
    await expectAccessible(page);
    expect(await page.getByRole('button', { name: 'Search a part' }).count()).toBe(0);
    await page.keyboard.press('Enter');
    await page.getByRole('listbox').getByRole('option').first().waitFor();
    const { results } = await engine.methods.searchPhotos(searchBy({ photoId }, 8));
    expect(results.map(({ name }) => name)).not.toContain('holiday.mp4');
    expect(results).toHaveLength(8);
  });

  it('of every kind that the browser knows are read, upright, and others are problems with a reason', async () => {
    const folder = temporaryFolder();
    const pictures = [await makePicture(1), await makePicture(2)];
    const made = {
      'a.mp4': await makeVideo(browser, pictures, { codec: 'av1' }),
      'b.mov': await makeVideo(browser, pictures, { format: 'mov', rotation: 90 }),
      'c.webm': await makeVideo(browser, pictures, { format: 'webm', codec: 'vp8' }),
      'd.mkv': await makeVideo(browser, pictures, { format: 'mkv', codec: 'vp9' }),
    };
    for (const [name, bytes] of Object.entries(made)) put(join(folder, name), bytes);
    put(join(folder, 'broken.mp4'), Buffer.from('no video at all'));
    put(join(folder, 'cut.mp4'), made['a.mp4'].subarray(0, 200));
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    await openPage(browser, engine);
    await allRead(engine);
    const at = (name: string) => engine.methods.getPhoto({ photoId: photoAt(engine, join(folder, name)) });
    expect(Object.keys(made).map((name) => [at(name).format, at(name).width, at(name).height])).toEqual([
      ['mp4', 320, 240],
      ['mov', 240, 320],
      ['webm', 320, 240],
      ['mkv', 320, 240],
    ]);
    // MP4 and MOV say when they were made; the others are dated by their files.
    expect(Object.keys(made).map((name) => at(name).dateFrom)).toEqual(['camera', 'camera', 'file', 'file']);
    const { problems } = engine.methods.listProblems({ start: 0, count: 10 });
    expect(problems.map(({ path, reason }) => [path, reason.text])).toEqual(
      ['broken.mp4', 'cut.mp4'].map((name) => [
        join(folder, name),
        'The video is damaged, or is of a variety that cannot be read yet',
      ]),
    );
  });

  it('that come while the page is open are read, those that move are known again, and copies are not read twice', async () => {
    const folder = temporaryFolder();
    const bytes = await makeVideo(browser, [await makePicture(1), await makePicture(2)]);
    const engine = await openEngine();
    engine.start();
    await engine.methods.addFolder({ path: folder });
    await openPage(browser, engine);
    put(join(folder, 'one.mp4'), bytes);
    await until(
      () => pathsOf(engine),
      (paths) => paths.length === 1,
      60,
    );
    const { contentId } = engine.methods.getPhoto({ photoId: photoAt(engine, join(folder, 'one.mp4')) });
    put(join(folder, 'two.mp4'), bytes);
    await until(
      () => pathsOf(engine),
      (paths) => paths.length === 2,
      60,
    );
    expect(engine.methods.getPhoto({ photoId: photoAt(engine, join(folder, 'two.mp4')) })).toMatchObject({
      contentId,
      copies: [join(folder, 'one.mp4')],
    });
  });
});
