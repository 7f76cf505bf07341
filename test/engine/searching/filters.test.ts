import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import Database from 'better-sqlite3';
import type { Filter } from '../../../electron/contract/query.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { dispatch } from '../../../electron/engine/gateway.ts';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { makePicture, settle, temporaryFolder } from '../../support/pictures.ts';
import { openEngine, photoAt, until } from '../../support/engines.ts';

/** Six photos that differ in what can be narrowed by. */
async function narrowable(): Promise<{ engine: Engine; folder: string; left: (filter: Filter) => Promise<string[]> }> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'Italy/Rome'), { recursive: true });
  mkdirSync(join(folder, 'Italy 2'));
  const write = async (name: string, size: [number, number], exif: Record<string, string>, format: 'jpeg' | 'png') => {
    const seed = name.length;
    await sharp(await makePicture(seed, ...size))
      .toFormat(format)
      .withExif({ IFD0: { Model: exif.Model ?? '' }, IFD2: exif })
      .toFile(join(folder, name));
    settle(join(folder, name), new Date(2020, 0, 15, 12));
  };
  await write(
    'Italy/a.jpg',
    [160, 120],
    { Model: 'One', DateTimeOriginal: '2019:12:24 10:00:00', LensModel: 'Wide' },
    'jpeg',
  );
  await write('Italy/Rome/bb.jpg', [120, 160], { Model: 'One', DateTimeOriginal: '2021:12:24 23:59:59' }, 'jpeg');
  await write('Italy 2/Ünder.png', [160, 160], { Model: 'Two', DateTimeOriginal: '2021:06:01 00:00:00' }, 'png');
  await write('large.jpg', [1600, 1200], { Model: 'Two', LensModel: 'Long' }, 'jpeg');
  copyFileSync(join(folder, 'large.jpg'), join(folder, 'Italy/copy.jpg'));
  settle(join(folder, 'Italy/copy.jpg'), new Date(2020, 0, 15, 12));
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  const left = async (filter: Filter): Promise<string[]> => {
    const { ids, photos } = (await dispatch(engine.methods, 'filterPhotos', { filter })) as {
      ids: string;
      photos: number;
    };
    const numbers = new Uint32Array(Uint8Array.from(Buffer.from(ids, 'base64')).buffer);
    expect(numbers).toHaveLength(photos);
    return [...numbers].map((photoId) => engine.methods.getPhoto({ photoId }).name).sort();
  };
  return { engine, folder, left };
}

it('A filter narrows by each of its parts, and by all of them together', async () => {
  const { engine, folder, left } = await narrowable();
  const all = ['a.jpg', 'bb.jpg', 'copy.jpg', 'large.jpg', 'Ünder.png'];
  expect(await left({})).toEqual(all);
  // A folder with the folders inside it, and none whose name only begins alike.
  expect(await left({ folders: [join(folder, 'Italy')] })).toEqual(['a.jpg', 'bb.jpg', 'copy.jpg']);
  expect(await left({ folders: [join(folder, 'Italy/Rome'), join(folder, 'Italy 2')] })).toEqual([
    'bb.jpg',
    'Ünder.png',
  ]);
  // From a day on, and before another.
  expect(await left({ from: '2021-06-01' })).toEqual(['bb.jpg', 'Ünder.png']);
  expect(await left({ from: '2021-06-01', to: '2021-12-23' })).toEqual(['Ünder.png']);
  // Both days are in it, to the last second.
  expect(await left({ from: '2021-12-24', to: '2021-12-24' })).toEqual(['bb.jpg']);
  expect(await left({ monthDay: '12-24' })).toEqual(['a.jpg', 'bb.jpg']);
  expect(await left({ cameras: ['One'] })).toEqual(['a.jpg', 'bb.jpg']);
  expect(await left({ lenses: ['Wide', 'Long'] })).toEqual(['a.jpg', 'copy.jpg', 'large.jpg']);
  expect(await left({ formats: ['png'] })).toEqual(['Ünder.png']);
  expect(await left({ orientation: 'portrait' })).toEqual(['bb.jpg']);
  expect(await left({ orientation: 'square' })).toEqual(['Ünder.png']);
  expect(await left({ minPixels: 1e6 })).toEqual(['copy.jpg', 'large.jpg']);
  expect(await left({ maxPixels: 20_000 })).toEqual(['a.jpg', 'bb.jpg']);
  // Upper and lower case are one in every script, and only the file's own name counts.
  expect(await left({ name: 'üND' })).toEqual(['Ünder.png']);
  expect(await left({ name: 'italy' })).toEqual([]);
  expect(await left({ copies: true })).toEqual(['copy.jpg', 'large.jpg']);
  engine.methods.markResult({
    queryPhotoId: photoAt(engine, join(folder, 'Italy/a.jpg')),
    resultPhotoId: photoAt(engine, join(folder, 'large.jpg')),
    relevant: true,
  });
  expect(await left({ marked: true })).toEqual(['copy.jpg', 'large.jpg']);
  expect(await left({ folders: [join(folder, 'Italy')], cameras: ['One'], orientation: 'landscape' })).toEqual([
    'a.jpg',
  ]);

  expect(engine.methods.getFilterChoices()).toEqual({
    tags: [],
    cameras: [
      { value: 'One', photos: 2 },
      { value: 'Two', photos: 2 },
    ],
    lenses: [
      { value: 'Long', photos: 1 },
      { value: 'Wide', photos: 1 },
    ],
    formats: [
      { value: 'jpeg', photos: 3 },
      { value: 'png', photos: 1 },
    ],
  });
  // Folders whose names begin alike are two.
  expect(engine.methods.listInsideFolder({ path: folder }).map(({ name, photos }) => [name, photos])).toEqual([
    ['Italy', 3],
    ['Italy 2', 1],
  ]);
  // A photo that is gone is counted no more, though what it held is kept for a day.
  rmSync(join(folder, 'Italy 2/Ünder.png'));
  await engine.indexOnce([folder]);
  expect(engine.methods.getFilterChoices().formats).toEqual([{ value: 'jpeg', photos: 3 }]);
  const inside = engine.methods.listInsideFolder({ path: folder });
  expect(inside.map(({ name, photos }) => [name, photos])).toEqual([['Italy', 3]]);
  expect(engine.methods.listInsideFolder({ path: join(folder, 'Italy') })).toEqual([
    { path: join(folder, 'Italy/Rome'), name: 'Rome', photos: 1 },
  ]);
});

it('A filter that is no filter is refused in words', async () => {
  const { left } = await narrowable();
  await expect(left({ from: '2024-01-02', to: '2024-01-01' })).rejects.toThrow(/dates contradict each other/);
  await expect(left({ minPixels: 2, maxPixels: 1 })).rejects.toThrow(/sizes contradict each other/);
  await expect(left({ from: '2024-02-30' })).rejects.toThrow(/expected a day, as 2024-12-24/);
  await expect(left({ monthDay: '13-40' })).rejects.toThrow(/expected a month and a day/);
  await expect(left({ folders: [] })).rejects.toThrow(/wrong shape/);
});

it('A filter follows what changes in the library between two queries', async () => {
  const { engine, folder } = await narrowable();
  const ask = async (): Promise<string[]> => {
    const query = {
      positives: [{ photoId: photoAt(engine, join(folder, 'Italy/a.jpg')) }],
      negatives: [],
      filter: { cameras: ['Two'] },
      sort: 'likeness' as const,
    };
    return (await engine.methods.searchPhotos({ query, k: 10, codesOnly: false })).results
      .map(({ name }) => name)
      .sort();
  };
  expect(await ask()).toEqual(['copy.jpg', 'large.jpg', 'Ünder.png']);
  // Longer than a bitmap may serve that took a moment to make.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await sharp(await makePicture(77))
    .withExif({ IFD0: { Model: 'Two' } })
    .jpeg()
    .toFile(join(folder, 'new.jpg'));
  settle(join(folder, 'new.jpg'));
  await engine.indexOnce([folder]);
  expect(await ask()).toEqual(['copy.jpg', 'large.jpg', 'new.jpg', 'Ünder.png']);
});

it('A lens that was not asked for when a photo was read is read at rest, without decoding it again', async () => {
  const { engine, folder } = await narrowable();
  const { libraryPath } = engine.methods.getStatus();
  const { contentId } = engine.methods.getPhoto({ photoId: photoAt(engine, join(folder, 'Italy/a.jpg')) });
  await engine.close();
  const db = new Database(cataloguePath(libraryPath));
  db.exec('UPDATE content SET lens = NULL, facts = 0');
  const thumbnails = db.prepare('SELECT content_id, jpeg FROM thumbnail').all();
  db.close();
  const again = await openEngine({ libraryPath });
  again.start();
  await until(
    () => again.methods.getFilterChoices().lenses.map(({ value }) => value),
    (lenses) => lenses.length === 2,
  );
  await until(
    () => again.library.contents.withOldFacts(0, 10),
    (old) => old.length === 0,
  );
  expect(again.methods.getStatus().waiting).toBe(0);
  expect(again.library.contents.thumbnail(contentId)).toEqual(
    (thumbnails as { content_id: number; jpeg: Buffer }[]).find((row) => row.content_id === contentId)!.jpeg,
  );
});
