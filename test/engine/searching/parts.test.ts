import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Box } from '../../../electron/contract/query.ts';
import type { SearchAnswer } from '../../../electron/contract/search.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { GRID } from '../../../electron/engine/photo-parts/grid.ts';
import { makePicture, settle, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { openEngine, photoAt, until } from '../../support/engines.ts';

/** What no other picture has: rings on white. */
function emblem(): Promise<Buffer> {
  const rings = [55, 42, 28, 12]
    .map((r, i) => `<circle cx="80" cy="60" r="${r}" fill="${i % 2 ? '#fff' : '#c22'}"/>`)
    .join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120"><rect width="100%" height="100%" fill="#fff"/>${rings}</svg>`;
  return sharp(Buffer.from(svg)).jpeg().toBuffer();
}

const lowerRight: Box = { x: 0.655, y: 0.653, width: 0.34, height: 0.34 };

/** Pictures of all kinds, and two that hold the same other one: in the lower right, and in the upper left. */
async function holding(): Promise<{
  folder: string;
  engine: Engine;
  libraryPath: string;
  hold: (name: string) => number;
}> {
  const [folder, libraryPath] = [temporaryFolder(), temporaryFolder()];
  await writePictures(folder, 18);
  const part = await sharp(await emblem())
    .resize(136, 102)
    .toBuffer();
  for (const [name, left, top, seed] of [
    ['one.jpg', 262, 196, 4],
    ['two.jpg', 10, 6, 2],
  ] as const) {
    const picture = await sharp(await makePicture(seed, 400, 300))
      .composite([{ input: part, left, top }])
      .jpeg()
      .toBuffer();
    await sharp(picture).toFile(join(folder, name));
    settle(join(folder, name));
  }
  const engine = await openEngine({ libraryPath, watching: false });
  await engine.indexOnce([folder]);
  return { folder, libraryPath, engine, hold: (name) => photoAt(engine, join(folder, name)) };
}

const ask = (engine: Engine, photoId: number, box?: Box, folders?: string[]): Promise<SearchAnswer> =>
  engine.methods.searchPhotos({
    query: {
      positives: [{ photoId, ...(box && { box }) }],
      negatives: [],
      sort: 'likeness',
      ...(folders && { filter: { folders } }),
    },
    k: 50,
    codesOnly: false,
  });

const made = (engine: Engine): Promise<unknown> =>
  until(
    () => engine.methods.getParts(),
    ({ done, photos }) => done === photos,
    60,
  );

describe('A part of a photo', () => {
  it('is found in another photo, wherever it lies, and the answer says where', async () => {
    const { engine, hold } = await holding();
    expect(engine.methods.getParts()).toMatchObject({ on: false, done: 0, photos: 20, partsOfAPhoto: 21 });
    // A first box switches the making of parts on; until they are made, photos are compared as wholes.
    const before = await ask(engine, hold('one.jpg'), lowerRight);
    expect(before.results.find(({ name }) => name === 'two.jpg')!.hit).toEqual({
      kind: 'whole',
      box: null,
      time: null,
      frameId: null,
    });
    expect(engine.methods.getParts().on).toBe(true);
    await made(engine);
    const { results } = await ask(engine, hold('one.jpg'), lowerRight);
    expect(results).toHaveLength(19);
    const [first] = results;
    expect(first.name).toBe('two.jpg');
    const whole = before.results.find(({ name }) => name === 'two.jpg')!;
    expect(first.score).toBeGreaterThan(whole.score);
    // The part of the grid that covers most of it.
    const { kind, box } = first.hit;
    expect(kind).toBe('tile');
    expect(GRID).toContainEqual(box);
    expect([box!.x, box!.y]).toEqual([0, 0]);
    // A click looks at wholes alone.
    expect((await ask(engine, hold('one.jpg'))).results.every(({ hit }) => hit.kind === 'whole')).toBe(true);
  });

  it('waits where work is held, as on battery, for photos that come meanwhile, and goes on after', async () => {
    const { engine, folder } = await holding();
    engine.methods.setParts({ on: true });
    await made(engine);
    engine.holdWork(true);
    await writePictures(folder, 2, 100);
    await engine.indexOnce([folder]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { done, photos } = engine.methods.getParts();
    expect(photos - done).toBe(2);
    engine.holdWork(false);
    await made(engine);
  });

  it('goes with its photo, is read again at the next start, and costs what it says', async () => {
    const { engine, folder, libraryPath, hold } = await holding();
    engine.methods.setParts({ on: true });
    await made(engine);
    await ask(engine, hold('one.jpg'), lowerRight);
    const { diskOfAPhoto, memoryOfAPhoto } = engine.methods.getParts();
    // 8 bytes a code; beside it on disk at most 200 bytes a part, and in memory at most 5 more.
    expect(diskOfAPhoto / GRID.length).toBeLessThanOrEqual(208);
    expect(memoryOfAPhoto / GRID.length).toBeLessThanOrEqual(13);
    const db = new Database(cataloguePath(libraryPath), { readonly: true });
    const stored = db
      .prepare<[], { bytes: number }>(
        'SELECT avg(length(codes) + length(vectors)) AS bytes FROM part_code JOIN part_vector USING (model_id, content_id)',
      )
      .get()!;
    db.close();
    expect(stored.bytes).toBe(diskOfAPhoto);
    // Photos that come later get their parts too.
    await writePictures(folder, 1, 60);
    await engine.indexOnce([folder]);
    await made(engine);
    expect(engine.methods.getParts().photos).toBe(21);
    const found = (await ask(engine, hold('one.jpg'), lowerRight)).results;
    await engine.close();

    const again = await openEngine({ libraryPath, watching: false });
    const one = photoAt(again, join(folder, 'one.jpg'));
    const places = (all: SearchAnswer['results']) => all.map(({ name, hit }) => [name, hit.box]);
    expect(places((await ask(again, one, lowerRight)).results)).toEqual(places(found));
    // A filter narrows parts as it narrows wholes.
    expect((await ask(again, one, lowerRight, [join(folder, 'nowhere')])).results).toEqual([]);
    expect((await ask(again, one, lowerRight, [folder])).results).toHaveLength(20);
    // A folder that is removed takes its parts along.
    const [{ folderId }] = again.methods.getStatus().folders;
    await again.methods.removeFolder({ folderId });
    expect(again.methods.getParts()).toMatchObject({ photos: 0, done: 0 });
  });

  it('is taken from the kept thumbnail where the file is away, and from a picture from outside', async () => {
    const { engine, folder, hold } = await holding();
    engine.methods.setParts({ on: true });
    await made(engine);
    const photoId = hold('one.jpg');
    const there = (await ask(engine, photoId, lowerRight)).results;
    rmSync(join(folder, 'one.jpg'));
    // What was in the box is remembered; a box that is new is taken from the thumbnail.
    const again = (await ask(engine, photoId, lowerRight)).results;
    expect(again.map(({ score }) => score)).toEqual(there.map(({ score }) => score));
    const away = (await ask(engine, photoId, { ...lowerRight, x: lowerRight.x - 0.01 })).results;
    expect(away[0].name).toBe(there[0].name);

    const bytes = new Uint8Array(await emblem());
    const { exampleId } = await engine.methods.addExample({ name: 'outside.jpg', bytes });
    const query = {
      positives: [{ exampleId, box: { x: 0, y: 0, width: 1, height: 1 } }],
      negatives: [],
      sort: 'likeness' as const,
    };
    const { results } = await engine.methods.searchPhotos({ query, k: 10, codesOnly: false });
    const names = results.map(({ name }) => name);
    expect(names.indexOf('two.jpg')).toBeLessThan(2);
    expect(results.find(({ name }) => name === 'one.jpg')!.hit.box).toMatchObject({ x: 0.65, y: 0.65 });
  });

  it('can be switched off, and then no more are made', async () => {
    const { engine, folder, hold } = await holding();
    engine.methods.setParts({ on: true });
    await made(engine);
    engine.methods.setParts({ on: false });
    await writePictures(folder, 1, 60);
    await engine.indexOnce([folder]);
    expect(engine.methods.getParts()).toMatchObject({ on: false, photos: 21, done: 20 });
    // A box that is asked about again does not switch it on against what was said.
    await ask(engine, hold('one.jpg'), lowerRight);
    expect(engine.methods.getParts().on).toBe(false);
  });

  it('is not steered by what was marked as right for the whole photo, and can stand beside another part of it', async () => {
    const { engine, folder, hold } = await holding();
    const [queryPhotoId, resultPhotoId] = [hold('one.jpg'), photoAt(engine, join(folder, '3.jpg'))];
    engine.methods.markResult({ queryPhotoId, resultPhotoId, relevant: true });
    const { results } = await ask(engine, queryPhotoId, lowerRight);
    expect(results.some(({ relevant }) => relevant)).toBe(false);
    expect(
      (await ask(engine, queryPhotoId)).results.filter(({ relevant }) => relevant).map(({ name }) => name),
    ).toEqual(['3.jpg']);
    const query = {
      positives: [{ photoId: queryPhotoId, box: lowerRight }],
      negatives: [{ photoId: queryPhotoId, box: { x: 0, y: 0, width: 0.3, height: 0.3 } }],
      sort: 'likeness' as const,
    };
    expect((await engine.methods.searchPhotos({ query, k: 5, codesOnly: false })).results).toHaveLength(5);
    const same = { ...query, negatives: query.positives };
    expect(() => engine.methods.searchPhotos({ query: same, k: 5, codesOnly: false })).toThrow(/both wanted and not/);
  });
});
