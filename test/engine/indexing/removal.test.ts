import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ContentRemoval } from '../../../electron/engine/indexing/content-removal.ts';
import { settle, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { openEngine, photoAt, searchBy } from '../../support/engines.ts';

describe('Removing a folder', () => {
  it("leaves other folders' photos, and what they lost within the day", async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    await writePictures(one, 4);
    cpSync(join(one, '0.jpg'), join(two, 'copy of 0.jpg'));
    settle(join(two, 'copy of 0.jpg'));
    await writePictures(two, 3, 10);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([one, two]);
    const { library } = engine;
    const contentOf = (path: string): number => engine.methods.getPhoto({ photoId: photoAt(engine, path) }).contentId;
    const [shared, lost, its] = [join(one, '0.jpg'), join(one, '3.jpg'), join(two, '11.jpg')].map(contentOf);
    rmSync(join(one, '3.jpg'));
    await engine.indexOnce([one]);
    const { folderId } = engine.methods.getStatus().folders.find(({ path }) => path === two)!;
    await engine.methods.removeFolder({ folderId });
    expect(engine.methods.getStatus()).toMatchObject({ photos: 3, folders: [{ path: one, photos: 3 }] });
    expect([shared, lost, its].map((id) => library.contents.thumbnail(id) !== undefined)).toEqual([true, true, false]);
    expect(library.features.regionIds(1)).toHaveLength(4);
    // A file that comes back within the day is not read again.
    await writePictures(one, 1, 3);
    await engine.indexOnce([one]);
    expect(contentOf(join(one, '3.jpg'))).toBe(lost);
  });

  it('answers searches meanwhile, without what is gone already', async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    const [query] = await writePictures(one, 20);
    await writePictures(two, 200, 100);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([one, two]);
    const { folderId } = engine.methods.getStatus().folders.find(({ path }) => path === two)!;
    const search = () => engine.methods.searchPhotos(searchBy({ photoId: photoAt(engine, query) }, 300));
    // The first search compares pictures pixel by pixel, which may take as long as the whole removal.
    const counts = [(await search()).results.length];
    let removed = false;
    const removing = engine.methods.removeFolder({ folderId }).then(() => (removed = true));
    while (!removed) {
      const { results } = await search();
      counts.push(results.length);
      for (const { photoId } of results) expect(engine.library.photos.path(photoId)).toBeDefined();
    }
    await removing;
    // One search at least was answered between two batches.
    expect(counts.some((count) => count > 20 && count < 220)).toBe(true);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(engine.methods.getTimeline().months.reduce((sum, { count }) => sum + count, 0)).toBe(20);
    const active = engine.methods.getStatus().model!;
    const coded = [...engine.library.codes.segments(active.modelId)].flatMap(({ regions }) => [...regions]);
    expect(coded.filter((id) => id !== 0)).toHaveLength(20);
  });

  it('goes on at the next start when it was broken off', async () => {
    const [one, two, libraryPath] = [temporaryFolder(), temporaryFolder(), temporaryFolder()];
    await writePictures(one, 3);
    await writePictures(two, 5, 100);
    const first = await openEngine({ libraryPath, watching: false });
    await first.indexOnce([one, two]);
    const { folderId } = first.methods.getStatus().folders.find(({ path }) => path === two)!;
    first.library.folders.markRemoved(folderId, Date.now());
    await first.close();
    const second = await openEngine({ libraryPath, watching: false });
    expect(second.methods.getStatus().folders.map(({ path }) => path)).toEqual([one]);
    second.start();
    while (second.library.folders.beingRemoved().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(second.methods.getStatus()).toMatchObject({ photos: 3 });
    expect(second.library.features.regionIds(1)).toHaveLength(3);
    // Added again, it is read again.
    await second.indexOnce([two]);
    expect(second.methods.getStatus()).toMatchObject({ photos: 8, indexed: 8 });
  });

  it('deletes a few photos at a time', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 150);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const [{ folderId }] = engine.methods.getStatus().folders;
    engine.library.folders.markRemoved(folderId, 1);
    const batches: number[] = [];
    const removal = new ContentRemoval(engine.library, {
      forget: () => () => undefined,
      onPhotosRemoved: (ids) => void batches.push(ids.length),
    });
    await removal.removeFolder(folderId);
    expect(batches).toEqual([64, 64, 22]);
  });
});
