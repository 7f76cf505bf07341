import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import trash from 'trash';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../electron/engine/engine.ts';
import { openEngine, pathsOf, photoAt, searchBy, until } from '../../support/engines.ts';
import { useOwnTrash } from '../../support/own-trash.ts';
import { makePicture, settle, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { makeDng } from '../../support/raw-files.ts';

const SHOT = '2021:05:06 07:08:09';

/** A JPEG as a camera writes it; a later date in the file system for later ones. */
async function writeJpeg(path: string, seed: number, date: string | undefined, ago = 3_600_000): Promise<void> {
  const picture = sharp(await makePicture(seed)).jpeg();
  const dated = date === undefined ? picture : picture.withExif({ IFD2: { DateTimeOriginal: date } });
  writeFileSync(path, await dated.toBuffer());
  settle(path, new Date(Date.now() - ago));
}

/** The RAW file of the same picture. */
async function writeRaw(path: string, seed: number, date = SHOT, ago = 3_600_000): Promise<void> {
  writeFileSync(path, makeDng({ width: 1600, height: 1200, preview: await makePicture(seed, 1280, 960), date }));
  settle(path, new Date(Date.now() - ago));
}

const desktop = {
  openFile: () => Promise.resolve(),
  showInFolder: () => Promise.resolve(),
  moveToTrash: (path: string) => trash(path, { glob: false }),
};

async function read(folder: string, libraryPath = temporaryFolder()): Promise<Engine> {
  const engine = await openEngine({ libraryPath, watching: false, desktop });
  await engine.indexOnce([folder]);
  return engine;
}

const companionsOf = (engine: Engine, path: string): string[] =>
  engine.methods.getPhoto({ photoId: photoAt(engine, path) }).companions;

describe('A RAW file beside the JPEG of the camera', () => {
  it.each([
    ['newer', 1_000_000],
    ['older', 5_000_000],
  ])('is one photo with it, whichever comes first (%s)', async (_, ago) => {
    const folder = temporaryFolder();
    await writePictures(folder, 4);
    for (let i = 0; i < 12; i++) {
      await writeJpeg(join(folder, `IMG_${i}.JPG`), 10 + i, SHOT);
      await writeRaw(join(folder, `IMG_${i}.DNG`), 10 + i, SHOT, ago + i);
    }
    const engine = await read(folder);
    expect(pathsOf(engine).filter((path) => path.endsWith('.DNG'))).toEqual([]);
    expect(pathsOf(engine)).toHaveLength(16);
    expect(engine.methods.getStatus()).toMatchObject({ photos: 16, indexed: 16, waiting: 0, problems: 0 });
    expect(companionsOf(engine, join(folder, 'IMG_3.JPG'))).toEqual([join(folder, 'IMG_3.DNG')]);
    const photoId = photoAt(engine, join(folder, 'IMG_3.JPG'));
    const { results } = await engine.methods.searchPhotos(searchBy({ photoId }, 50));
    expect(results).toHaveLength(15);
  });

  it('is not counted among the photos of its folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'trip'));
    await writeJpeg(join(folder, 'trip/IMG_1.JPG'), 1, SHOT);
    await writeRaw(join(folder, 'trip/IMG_1.DNG'), 1);
    const engine = await read(folder);
    expect(engine.library.filters.foldersInside(folder)).toMatchObject([{ name: 'trip', photos: 1 }]);
    expect([...engine.library.folders.photoCounts().values()]).toEqual([1]);
  });

  it('is a photo of its own where the clocks of the cameras say so', async () => {
    const folder = temporaryFolder();
    await writeJpeg(join(folder, 'IMG_1.JPG'), 1, '2019:01:01 00:00:00');
    await writeRaw(join(folder, 'IMG_1.DNG'), 1);
    const engine = await read(folder);
    expect(pathsOf(engine)).toHaveLength(2);
    expect(companionsOf(engine, join(folder, 'IMG_1.JPG'))).toEqual([]);
  });

  it('is told by the name alone where one of them has no date', async () => {
    const folder = temporaryFolder();
    await writeJpeg(join(folder, 'IMG_1.JPG'), 1, undefined);
    await writeRaw(join(folder, 'IMG_1.DNG'), 1);
    expect(pathsOf(await read(folder))).toEqual([join(folder, 'IMG_1.JPG')]);
  });

  it('is read itself where the JPEG cannot be', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'IMG_1.JPG'), 'no picture');
    settle(join(folder, 'IMG_1.JPG'));
    await writeRaw(join(folder, 'IMG_1.DNG'), 1);
    const engine = await read(folder);
    expect(pathsOf(engine)).toEqual([join(folder, 'IMG_1.DNG')]);
    expect(engine.methods.getStatus()).toMatchObject({ photos: 2, indexed: 1, problems: 1 });
  });

  it('becomes a photo with all that was said when the JPEG goes, and is shown by it again when it comes back', async () => {
    const folder = temporaryFolder();
    const [jpeg, raw] = [join(folder, 'IMG_1.JPG'), join(folder, 'IMG_1.DNG')];
    await writeJpeg(jpeg, 1, SHOT);
    await writeRaw(raw, 1);
    const engine = await openEngine();
    engine.start();
    await engine.methods.addFolder({ path: folder });
    await until(
      () => engine.methods.getStatus(),
      ({ photos, waiting, indexed }) => photos === 1 && indexed === 1 && waiting === 0,
    );
    expect(pathsOf(engine)).toEqual([jpeg]);
    engine.methods.setStars({ photoIds: [photoAt(engine, jpeg)], stars: 4 });
    rmSync(jpeg);
    await until(
      () => pathsOf(engine),
      (paths) => paths.length === 1 && paths[0] === raw,
    );
    expect(engine.methods.getPhoto({ photoId: photoAt(engine, raw) })).toMatchObject({ stars: 4, companions: [] });
    expect(engine.methods.getStatus().photos).toBe(1);

    engine.methods.setTags({ photoIds: [photoAt(engine, raw)], add: ['boat'], remove: [] });
    // Another export of it, so that nothing of it is known.
    await writeJpeg(jpeg, 2, SHOT);
    await until(
      () => pathsOf(engine),
      (paths) => paths.length === 1 && paths[0] === jpeg,
    );
    expect(engine.methods.getPhoto({ photoId: photoAt(engine, jpeg) })).toMatchObject({
      stars: 4,
      tags: ['boat'],
      companions: [raw],
    });
    expect(engine.methods.getStatus()).toMatchObject({ photos: 1, indexed: 1, waiting: 0 });
  });

  it('is copied with the photo as it is, and not where the photo is made smaller', async () => {
    const folder = temporaryFolder();
    await writeJpeg(join(folder, 'IMG_1.JPG'), 1, SHOT);
    await writeRaw(join(folder, 'IMG_1.DNG'), 1);
    const engine = await read(folder);
    const photoIds = [photoAt(engine, join(folder, 'IMG_1.JPG'))];
    const asTheyAre = temporaryFolder();
    const options = { exportId: 'first', photoIds, zip: false, sidecars: false };
    expect(await engine.methods.exportPhotos({ ...options, folder: asTheyAre, side: null })).toMatchObject({
      written: 1,
    });
    expect(readdirSync(asTheyAre).sort()).toEqual(['IMG_1.DNG', 'IMG_1.JPG']);
    const smaller = temporaryFolder();
    await engine.methods.exportPhotos({ ...options, exportId: 'second', folder: smaller, side: 100 });
    expect(readdirSync(smaller)).toEqual(['IMG_1.jpg']);
  });
});

describe('The edited copy that a phone keeps beside a photo', () => {
  it('shows it, and its RAW file', async () => {
    const folder = temporaryFolder();
    await writeJpeg(join(folder, 'IMG_1234.JPG'), 1, SHOT);
    await writeRaw(join(folder, 'IMG_1234.DNG'), 1);
    const libraryPath = temporaryFolder();
    const first = await read(folder, libraryPath);
    first.methods.setFavourite({ photoIds: [photoAt(first, join(folder, 'IMG_1234.JPG'))], favourite: true });
    await first.close();
    // Made later.
    await writeJpeg(join(folder, 'IMG_E1234.JPG'), 2, SHOT);
    await writePictures(folder, 1);
    const engine = await read(folder, libraryPath);
    const edited = join(folder, 'IMG_E1234.JPG');
    expect(pathsOf(engine).sort()).toEqual([join(folder, '0.jpg'), edited]);
    expect(companionsOf(engine, edited)).toEqual([join(folder, 'IMG_1234.DNG'), join(folder, 'IMG_1234.JPG')]);
    expect(engine.methods.getPhoto({ photoId: photoAt(engine, edited) }).favourite).toBe(true);
  });
});

describe.skipIf(process.platform !== 'linux')('The trash', () => {
  useOwnTrash();

  it('takes all files of a photo, and gives them back as one photo', async () => {
    const folder = temporaryFolder();
    const [jpeg, raw] = [join(folder, 'IMG_1.JPG'), join(folder, 'IMG_1.DNG')];
    await writeJpeg(jpeg, 1, SHOT);
    await writeRaw(raw, 1);
    const engine = await read(folder);
    const photoIds = [photoAt(engine, jpeg)];
    const measured = engine.methods.measurePhotos({ photoIds });
    expect(measured).toMatchObject({ photos: 1, files: 2 });
    expect(measured.bytes).toBeGreaterThan(3_000_000);
    const { trashed, failed, change } = await engine.methods.trashPhotos({ photoIds });
    expect([trashed, failed, pathsOf(engine)]).toEqual([2, [], []]);
    expect([jpeg, raw].map((path) => existsSync(path))).toEqual([false, false]);
    expect(engine.methods.getStatus().photos).toBe(0);

    await engine.methods.undoChange({ changeId: change!.changeId });
    await until(
      () => engine.methods.getStatus(),
      ({ photos, indexed }) => photos === 1 && indexed === 1,
    );
    expect(companionsOf(engine, jpeg)).toEqual([raw]);
  });
});
