import {
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
  closeSync,
  cpSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { FolderSync, type FolderPlaces } from '../../../electron/engine/indexing/folder-sync.ts';
import { Library } from '../../../electron/library/library.ts';
import { makePicture, settle, temporaryFolder, writePicture, writePictures } from '../../support/pictures.ts';
import { openEngine, pathsOf, photoAt, ready, searchBy, until } from '../../support/engines.ts';

/** Drives have no ids, and nothing is a share. */
const nowhere: FolderPlaces = {
  listVolumes: () => Promise.resolve([]),
  isOnShare: () => Promise.resolve(false),
  placeholders: false,
};

describe('A watched folder', () => {
  it(
    'loses none of many files that come at once, more than the system keeps notice of',
    { timeout: 60_000 },
    async () => {
      const folder = temporaryFolder();
      mkdirSync(join(folder, 'there'));
      const library = Library.open(temporaryFolder());
      const nothing = (): void => undefined;
      const sync = new FolderSync(library, true, nowhere, {
        onWork: nothing,
        onFirstLook: () => Promise.resolve(),
        onPhotosRemoved: nothing,
        onFoldersChanged: nothing,
        onWalkProgress: nothing,
        onError: (error) => expect.unreachable(String(error)),
      });
      await sync.start(await sync.add(folder));
      // Nothing is heard meanwhile, so that the system's queue of some 16,000 notices runs over.
      for (let i = 0; i < 20_000; i++) writeFileSync(join(folder, i % 2 ? 'there' : '', `IMG_${i}.jpg`), '');
      mkdirSync(join(folder, 'new/inside'), { recursive: true });
      for (let i = 0; i < 100; i++) writeFileSync(join(folder, 'new/inside', `IMG_${i}.jpg`), '');
      await until(
        () => library.photos.counts().photos,
        (photos) => photos === 20_100,
      );
      rmSync(join(folder, 'there'), { recursive: true });
      await until(
        () => library.photos.counts().photos,
        (photos) => photos === 10_100,
      );
      await sync.close();
      library.close();
    },
  );

  it('is read though the clock is set back by a year while a photo waits to settle, and without hurry', async () => {
    const folder = temporaryFolder();
    const engine = await openEngine();
    engine.start();
    await engine.methods.addFolder({ path: folder });
    await ready(engine);
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    writeFileSync(join(folder, 'new.jpg'), await makePicture(1));
    await until(
      () => engine.methods.getStatus().waiting,
      (n) => n === 1,
    );
    const clock = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => clock() - 365 * 86_400_000);
    onTestFinished(() => void vi.restoreAllMocks());
    const start = performance.now();
    while (engine.methods.getStatus().indexed === 0 && performance.now() - start < 20_000)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(engine.methods.getStatus().indexed).toBe(1);
    expect(warnings).toEqual([]);
  });

  it('is read to the end, and a photo added, changed, renamed and deleted is followed', async () => {
    const folder = temporaryFolder();
    const [first] = await writePictures(folder, 4);
    const engine = await openEngine();
    engine.start();
    await engine.methods.addFolder({ path: folder });
    await ready(engine);
    await until(
      () => pathsOf(engine).length,
      (n) => n === 4,
    );

    // Added, in a folder that is new too.
    const added = join(folder, 'new/added.jpg');
    mkdirSync(join(folder, 'new'));
    writeFileSync(added, await makePicture(20));
    await until(
      () => pathsOf(engine),
      (paths) => paths.includes(added),
      15,
    );

    // Renamed: the same content, not read again.
    const contents = engine.methods.getPhoto({ photoId: photoAt(engine, first) }).contentId;
    const renamed = join(folder, 'renamed.jpg');
    renameSync(first, renamed);
    await until(
      () => pathsOf(engine),
      (paths) => paths.includes(renamed) && !paths.includes(first),
      15,
    );
    expect(engine.methods.getPhoto({ photoId: photoAt(engine, renamed) }).contentId).toBe(contents);

    // Changed.
    writeFileSync(renamed, await makePicture(33));
    await until(
      () => engine.methods.getPhoto({ photoId: photoAt(engine, renamed) }).contentId,
      (id) => id !== contents,
      15,
    );

    // Deleted, a whole folder of it.
    rmSync(join(folder, 'new'), { recursive: true });
    await until(
      () => pathsOf(engine),
      (paths) => !paths.includes(added) && paths.length === 4,
      15,
    );
  });

  it('is followed at the next start when nothing ran meanwhile', async () => {
    const [folder, libraryPath] = [temporaryFolder(), temporaryFolder()];
    const [a, b, c] = await writePictures(folder, 3);
    const first = await openEngine({ libraryPath });
    await first.indexOnce([folder]);
    const contentOfA = first.methods.getPhoto({ photoId: photoAt(first, a) }).contentId;
    await first.close();

    renameSync(a, join(folder, 'moved.jpg'));
    rmSync(b);
    await writePicture(c, 50);
    await writePicture(join(folder, 'd.jpg'), 51);
    const second = await openEngine({ libraryPath });
    second.start();
    await until(
      () => pathsOf(second).sort(),
      (paths) => JSON.stringify(paths) === JSON.stringify([c, join(folder, 'd.jpg'), join(folder, 'moved.jpg')].sort()),
    );
    await ready(second);
    expect(second.methods.getPhoto({ photoId: photoAt(second, join(folder, 'moved.jpg')) }).contentId).toBe(contentOfA);
    expect(second.photosIndexed).toBe(3);
  });

  it('does not read a file before it has stopped growing', async () => {
    const folder = temporaryFolder();
    const engine = await openEngine();
    engine.start();
    await engine.methods.addFolder({ path: folder });
    await ready(engine);
    const bytes = await makePicture(7, 1200, 900);
    const path = join(folder, 'slow.jpg');
    const file = openSync(path, 'w');
    for (let part = 0; part < 8; part++) {
      writeSync(file, bytes.subarray((bytes.length * part) / 8, (bytes.length * (part + 1)) / 8));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(engine.library.contents.thumbnailBytes()).toBe(0);
    }
    closeSync(file);
    await until(
      () => pathsOf(engine).length,
      (n) => n === 1,
      15,
    );
    expect(engine.methods.getPhoto({ photoId: photoAt(engine, path) }).warning).toBeNull();
  });

  it('shares one content between copies, and counts a folder inside a folder once', async () => {
    const folder = temporaryFolder();
    const [original] = await writePictures(join(folder, 'inner'), 2);
    copyFileSync(original, join(folder, 'copy.jpg'));
    settle(join(folder, 'copy.jpg'));
    const engine = await openEngine();
    await engine.methods.addFolder({ path: join(folder, 'inner') });
    await engine.indexOnce([folder]);
    expect(engine.methods.getStatus()).toMatchObject({ photos: 3, indexed: 3, folders: [{ path: folder, photos: 3 }] });
    const [a, b] = [original, join(folder, 'copy.jpg')].map((path) =>
      engine.methods.getPhoto({ photoId: photoAt(engine, path) }),
    );
    expect(a.contentId).toBe(b.contentId);
    expect(a.copies).toEqual([b.path]);
    expect(engine.library.features.regionIds(1)).toHaveLength(2);
    // Adding the inner one again changes nothing.
    expect((await engine.methods.addFolder({ path: join(folder, 'inner') })).path).toBe(folder);
  });

  it('whose drive is not there keeps its photos, and gets them back', async () => {
    const [place, libraryPath] = [temporaryFolder(), temporaryFolder()];
    const folder = join(place, 'drive');
    const [path] = await writePictures(folder, 3);
    const first = await openEngine({ libraryPath });
    await first.indexOnce([folder]);
    await first.close();
    renameSync(folder, join(place, 'away'));
    const second = await openEngine({ libraryPath });
    second.start();
    await until(
      () => second.methods.getStatus().folders[0].available,
      (available) => !available,
    );
    await ready(second);
    expect(pathsOf(second)).toHaveLength(3);
    const photoId = photoAt(second, path);
    expect(second.methods.getPhoto({ photoId }).available).toBe(false);
    expect((await second.methods.searchPhotos(searchBy({ photoId }, 5, false))).results).toHaveLength(2);
    await expect(second.methods.openPhoto({ photoId })).rejects.toThrow(/drive is not connected/);
    await second.close();
    renameSync(join(place, 'away'), folder);
    const third = await openEngine({ libraryPath });
    third.start();
    await until(
      () => third.methods.getStatus().folders[0].available,
      (available) => available,
    );
    await ready(third);
    expect(third.photosIndexed).toBe(0);
    expect(pathsOf(third)).toHaveLength(3);
  });

  it('is forgotten with all it held when it is removed, and its files are not touched', async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    await writePictures(one, 2);
    cpSync(one, two, { recursive: true });
    await writePictures(two, 2, 10);
    for (const name of ['0.jpg', '1.jpg']) settle(join(two, name));
    const engine = await openEngine();
    await engine.indexOnce([one, two]);
    const { folderId } = engine.methods.getStatus().folders.find(({ path }) => path === two)!;
    await engine.methods.removeFolder({ folderId });
    expect(engine.methods.getStatus()).toMatchObject({ photos: 2 });
    expect(engine.library.features.regionIds(1)).toHaveLength(2);
    expect(engine.methods.getTimeline().months.reduce((sum, { count }) => sum + count, 0)).toBe(2);
  });
});

describe('A folder that cannot be used', () => {
  it('is refused with a sentence', async () => {
    const engine = await openEngine();
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file.txt'), 'x');
    await expect(engine.methods.addFolder({ path: join(folder, 'missing') })).rejects.toThrow(
      /cannot be used: it is not there/,
    );
    await expect(engine.methods.addFolder({ path: join(folder, 'file.txt') })).rejects.toThrow(
      /is a file; a folder was expected/,
    );
    await expect(engine.methods.addFolder({ path: engine.library.path })).rejects.toThrow(/keeps its own files/);
  });
});
