import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Drives } from '../../../electron/engine/indexing/drives.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import type { Volume } from '../../../electron/library/files/volumes.ts';
import { Library } from '../../../electron/library/library.ts';
import type { FolderRow } from '../../../electron/library/rows/folder-rows.ts';
import { missingMounts } from '../../support/environment.ts';
import { openEngine, pathsOf, photoAt, ready, until } from '../../support/engines.ts';
import { mountedDisk, moveMount, unmount } from '../../support/mounts.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';

/** A library of a folder on a drive, with a favourite, an album by that folder and a folder that is hidden. */
async function libraryOf(folder: string, volumes: Volume[]): Promise<string> {
  await writePictures(join(folder, 'a b'), 4);
  const libraryPath = temporaryFolder();
  const engine = await openEngine({
    libraryPath,
    watching: false,
    places: { listVolumes: () => Promise.resolve(volumes) },
  });
  await engine.indexOnce([folder]);
  engine.methods.setFavourite({ photoIds: [photoAt(engine, join(folder, 'a b/1.jpg'))], favourite: true });
  engine.methods.addAlbum({
    name: 'There',
    query: { positives: [], negatives: [], filter: { folders: [join(folder, 'a b')] }, sort: 'likeness' },
  });
  engine.methods.setFolderHidden({ path: join(folder, 'private'), hidden: true });
  await engine.close();
  return libraryPath;
}

async function expectWhole(engine: Engine, folder: string): Promise<void> {
  await until(
    () => engine.methods.getStatus().folders[0],
    ({ path, available }) => path === folder && available,
  );
  await ready(engine);
  expect(engine.photosIndexed).toBe(0);
  expect(pathsOf(engine).sort()).toEqual([0, 1, 2, 3].map((i) => join(folder, 'a b', `${i}.jpg`)));
  const photoId = photoAt(engine, join(folder, 'a b/1.jpg'));
  expect(engine.methods.describePhotos({ photoIds: [photoId] }).favourites).toBe(1);
  expect(await engine.methods.listAlbums()).toMatchObject([{ name: 'There', photos: 4 }]);
  expect(engine.library.hiding.folders()).toEqual([join(folder, 'private')]);
}

describe.skipIf(missingMounts())('A drive', () => {
  it('that comes back under another mount point is itself, with nothing read again', { timeout: 60_000 }, async () => {
    const disk = mountedDisk('size=8m');
    const drive = (mountPoint: string): Volume => ({ id: 'AB12', name: 'Holidays', mountPoint });
    const folder = join(disk, 'photos');
    const libraryPath = await libraryOf(folder, [drive(disk)]);
    const elsewhere = moveMount(disk);
    const engine = await openEngine({
      libraryPath,
      places: { listVolumes: () => Promise.resolve([drive(elsewhere)]) },
    });
    engine.start();
    await expectWhole(engine, join(elsewhere, 'photos'));
  });

  it('that is away keeps its photos, is named, and is followed when it comes back', { timeout: 90_000 }, async () => {
    const disk = mountedDisk('size=8m');
    const volumes: Volume[] = [{ id: 'AB12', name: 'Holidays', mountPoint: disk }];
    const libraryPath = await libraryOf(join(disk, 'photos'), volumes);
    const elsewhere = moveMount(disk);
    volumes.length = 0;
    const engine = await openEngine({ libraryPath, places: { listVolumes: () => Promise.resolve([...volumes]) } });
    engine.start();
    await until(
      () => engine.methods.getStatus().folders[0],
      ({ available }) => !available,
    );
    expect(engine.methods.getStatus().folders[0].notice).toMatchObject({
      text: 'Its drive {0} is not connected; its photos stay known and come back with it.',
      values: ['Holidays'],
    });
    expect(pathsOf(engine)).toHaveLength(4);
    volumes.push({ id: 'AB12', name: 'Holidays', mountPoint: elsewhere });
    await expectWhole(engine, join(elsewhere, 'photos'));
  });

  it(
    'in whose place another is connected is away, and one that was copied is itself',
    { timeout: 60_000 },
    async () => {
      const disk = mountedDisk('size=8m');
      const folder = join(disk, 'photos');
      const libraryPath = await libraryOf(folder, [{ id: 'AB12', name: 'Holidays', mountPoint: disk }]);
      const copy = await openEngine({
        libraryPath,
        watching: false,
        places: { listVolumes: () => Promise.resolve([{ id: 'CD34', name: 'Copy', mountPoint: disk }]) },
      });
      await copy.indexOnce([folder]);
      expect(copy.methods.getStatus().folders[0]).toMatchObject({ available: true, photos: 4 });
      await copy.close();
      unmount(disk);
      const other = mountedDisk('size=8m', disk);
      await writePictures(join(other, 'photos/other'), 2, 30);
      const engine = await openEngine({
        libraryPath,
        watching: false,
        places: { listVolumes: () => Promise.resolve([{ id: 'EF56', name: 'Other', mountPoint: other }]) },
      });
      await engine.indexOnce([]);
      engine.start();
      await until(
        () => engine.methods.getStatus().folders[0],
        ({ available }) => !available,
      );
      expect(pathsOf(engine)).toHaveLength(4);
    },
  );
});

describe('Looking for a drive that is away', () => {
  it('asks a system that answers slowly more seldom', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const library = Library.open(temporaryFolder());
    let asked = 0;
    const drives = new Drives(library, async () => {
      asked++;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return [];
    });
    const row = { volume: 'AB12', volumePath: 'photos', path: '/away/photos' } as FolderRow;
    const look = async (): Promise<void> => {
      const looking = drives.placeNow(row);
      await vi.advanceTimersByTimeAsync(1000);
      expect(await looking).toBeUndefined();
    };
    // Once in half a minute, where an answer takes a second.
    for (let i = 0; i < 28; i++) await look();
    expect(asked).toBe(1);
    for (let i = 0; i < 5; i++) await look();
    expect(asked).toBe(2);
    library.close();
  });
});

describe('A folder', () => {
  it('is pointed at its new place with nothing read again, and not at one that holds other photos', async () => {
    const folder = join(temporaryFolder(), 'photos');
    const libraryPath = await libraryOf(folder, []);
    const moved = join(temporaryFolder(), 'elsewhere');
    const engine = await openEngine({ libraryPath, places: { listVolumes: () => Promise.resolve([]) } });
    const [{ folderId }] = engine.methods.getStatus().folders;
    const other = temporaryFolder();
    await writePictures(other, 4, 50);
    renameSync(folder, moved);
    await expect(engine.methods.relocateFolder({ folderId, path: other })).rejects.toThrow(
      /does not hold the photos of .* Choose the folder in which they lie now/,
    );
    await engine.methods.relocateFolder({ folderId, path: moved });
    engine.start();
    await expectWhole(engine, moved);
  });

  it('is let go of by a program that is closed while the drives are still listed', async () => {
    const folder = join(temporaryFolder(), 'photos');
    const libraryPath = await libraryOf(folder, []);
    const listed = Promise.withResolvers<Volume[]>();
    const engine = await openEngine({ libraryPath, places: { listVolumes: () => listed.promise } });
    engine.start();
    const closed = engine.close();
    setTimeout(() => listed.resolve([]), 300);
    // Nothing asks the catalogue once it is closed: that would be an error that nobody catches.
    await closed;
    await new Promise((resolve) => setTimeout(resolve, 300));
  });
});
