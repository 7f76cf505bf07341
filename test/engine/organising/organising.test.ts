import { copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { AnyEvent } from '../../../electron/contract/events.ts';
import type { Filter } from '../../../electron/contract/query.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { dispatch } from '../../../electron/engine/gateway.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { openEngine, pathsOf, photoAt, photoIdsOf, searchBy } from '../../support/engines.ts';
import { settle, temporaryFolder, writePicture, writePictures } from '../../support/pictures.ts';

async function library(count = 8): Promise<{ engine: Engine; folder: string; paths: string[]; ids: number[] }> {
  const folder = temporaryFolder();
  const paths = await writePictures(folder, count);
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  return { engine, folder, paths, ids: paths.map((path) => photoAt(engine, path)) };
}

const call = (engine: Engine, method: string, input: object = {}): Promise<never> =>
  dispatch(engine.methods, method, input) as Promise<never>;
/** Photos that a filter lets through, ascending. */
const passing = (engine: Engine, filter: Filter): number[] => {
  const bytes = Uint8Array.from(Buffer.from(engine.methods.filterPhotos({ filter }).ids, 'base64'));
  return [...new Uint32Array(bytes.buffer)].sort((a, b) => a - b);
};
const found = async (engine: Engine, photoId: number): Promise<number[]> =>
  (await engine.methods.searchPhotos(searchBy({ photoId }, 100))).results.map((result) => result.photoId);
const described = (engine: Engine, photoId: number) => {
  const { favourite, stars, tags, albums, hidden } = engine.methods.getPhoto({ photoId });
  return { favourite, stars, tags, albums: albums.map(({ name }) => name), hidden };
};

describe('What a person says of photos', () => {
  it('is shown with them, narrows all photos and searches, and is told to every page', async () => {
    const { engine, ids } = await library();
    const events: AnyEvent[] = [];
    engine.onEvent((event) => events.push(event));
    engine.methods.setFavourite({ photoIds: ids.slice(0, 3), favourite: true });
    engine.methods.setFavourite({ photoIds: [ids[2]], favourite: false });
    engine.methods.setStars({ photoIds: [ids[0], ids[4]], stars: 4 });
    engine.methods.setStars({ photoIds: [ids[5]], stars: 2 });
    engine.methods.setTags({ photoIds: ids.slice(0, 2), add: ['Lake', 'Été'], remove: [] });
    engine.methods.setTags({ photoIds: ids.slice(1, 3), add: ['lake'], remove: ['été'] });

    expect(described(engine, ids[0])).toMatchObject({ favourite: true, stars: 4, tags: ['Lake', 'Été'] });
    expect(described(engine, ids[1])).toMatchObject({ favourite: true, stars: 0, tags: ['Lake'] });
    expect(engine.methods.getLabels().tags).toEqual([
      { name: 'Lake', photos: 3 },
      { name: 'Été', photos: 1 },
    ]);
    expect(passing(engine, { favourite: true })).toEqual(ids.slice(0, 2));
    expect(passing(engine, { minStars: 3 })).toEqual([ids[0], ids[4]]);
    expect(passing(engine, { tags: ['LAKE'], minStars: 1 })).toEqual([ids[0]]);
    expect(engine.methods.getFilterChoices().tags[0]).toEqual({ value: 'Lake', photos: 3 });
    const { results } = await engine.methods.searchPhotos({
      ...searchBy({ photoId: ids[7] }, 50),
      query: { ...searchBy({ photoId: ids[7] }, 50).query, filter: { favourite: true } },
    });
    expect(results.map(({ photoId }) => photoId).sort((a, b) => a - b)).toEqual(ids.slice(0, 2));
    expect(results.every(({ favourite }) => favourite)).toBe(true);
    expect(engine.methods.describePhotos({ photoIds: ids.slice(0, 3) })).toEqual({
      photos: 3,
      favourites: 2,
      hidden: 0,
      stars: null,
      tags: [
        { name: 'Lake', photos: 3 },
        { name: 'Été', photos: 1 },
      ],
    });
    const { contentId } = engine.methods.listPhotos({ photoIds: [ids[5]] })[0];
    expect(events).toContainEqual({
      name: 'annotationsChanged',
      detail: { photos: [{ contentId, favourite: false, stars: 2 }], hiding: false, albums: false },
    });
  });

  it('stays with what a file holds: copied, moved, forgotten and added again, or changed in its place', async () => {
    const { engine, folder, paths, ids } = await library(3);
    engine.methods.setStars({ photoIds: [ids[0]], stars: 5 });
    engine.methods.setTags({ photoIds: [ids[0]], add: ['kept'], remove: [] });
    await call(engine, 'putIntoAlbum', { photoIds: [ids[0]], album: { name: 'Mine' } });
    const said = { favourite: false, stars: 5, tags: ['kept'], albums: ['Mine'], hidden: false };

    const copy = join(folder, 'copy.jpg');
    copyFileSync(paths[0], copy);
    settle(copy);
    const moved = join(folder, 'inside', 'moved.jpg');
    mkdirSync(dirname(moved));
    renameSync(paths[0], moved);
    await engine.indexOnce([folder]);
    expect(described(engine, photoAt(engine, copy))).toEqual(said);
    expect(described(engine, photoAt(engine, moved))).toEqual(said);

    // Another program writes into it: other bytes, the same photo.
    writeFileSync(moved, Buffer.concat([readFileSync(moved), Buffer.from('trailing')]));
    settle(moved, new Date(Date.now() - 1_800_000));
    await engine.indexOnce([folder]);
    expect(described(engine, photoAt(engine, moved))).toEqual(said);
    // Which is nobody's change, so there is nothing of it to undo.
    expect(await engine.methods.undoChange({})).toMatchObject({ kind: 'into-album' });
    expect(await engine.methods.redoChange()).toMatchObject({ kind: 'into-album' });

    const [{ folderId }] = engine.methods.getStatus().folders;
    await engine.methods.removeFolder({ folderId });
    expect(engine.methods.getLabels().tags).toEqual([]);
    await engine.indexOnce([folder]);
    expect(described(engine, photoAt(engine, moved))).toEqual(said);
  });

  it('is refused in words where it makes no sense', async () => {
    const { engine, ids } = await library(2);
    await expect(call(engine, 'setStars', { photoIds: ids, stars: 6 })).rejects.toThrow(/stars/);
    await expect(call(engine, 'setTags', { photoIds: ids, add: [' '] })).rejects.toThrow(/at least one letter/);
    await expect(call(engine, 'setTags', { photoIds: ids, add: ['a\nb'] })).rejects.toThrow(/can be seen/);
    await call(engine, 'addAlbum', { name: 'Living', query: { positives: [{ photoId: ids[0] }] } });
    const [{ albumId }] = await engine.methods.listAlbums();
    await expect(call(engine, 'putIntoAlbum', { photoIds: ids, album: { albumId } })).rejects.toThrow(/fills itself/);
    await expect(call(engine, 'putIntoAlbum', { photoIds: ids, album: { name: 'Living' } })).rejects.toThrow(
      /There is an album named “Living”/,
    );
    await expect(call(engine, 'putIntoAlbum', { photoIds: ids, album: { albumId: 99 } })).rejects.toThrow(/not there/);
    expect(await engine.methods.undoChange({})).toBe(null);
  });
});

describe('An album filled by hand', () => {
  it('holds what is put into it, in counts and as a filter, and comes back whole when its removal is undone', async () => {
    const { engine, ids } = await library();
    const { albumId } = await call(engine, 'putIntoAlbum', { photoIds: ids.slice(0, 4), album: { name: 'Trip' } });
    await call(engine, 'putIntoAlbum', { photoIds: ids.slice(3, 6), album: { albumId } });
    await call(engine, 'takeOutOfAlbum', { photoIds: [ids[0]], albumId });
    expect(await engine.methods.listAlbums()).toEqual([
      { albumId, name: 'Trip', byHand: true, photos: 5, fresh: 0, unavailable: null },
    ]);
    expect(engine.methods.openAlbum({ albumId }).query.filter).toEqual({ album: albumId });
    expect(passing(engine, { album: albumId })).toEqual(ids.slice(1, 6));
    await call(engine, 'renameAlbum', { albumId, name: 'Journey' });
    await call(engine, 'removeAlbum', { albumId });
    expect(await engine.methods.listAlbums()).toEqual([]);
    await engine.methods.undoChange({});
    expect(await engine.methods.listAlbums()).toMatchObject([{ name: 'Journey', photos: 5 }]);
    await engine.methods.undoChange({});
    expect(await engine.methods.listAlbums()).toMatchObject([{ name: 'Trip', photos: 5 }]);
  });
});

describe('What is hidden', () => {
  it('is in no order and no answer until a switch shows it, and hidden again after it', async () => {
    const { engine, paths, ids } = await library(12);
    const before = pathsOf(engine);
    const answer = await found(engine, ids[1]);
    expect(answer).toContain(ids[7]);
    engine.methods.setHidden({ photoIds: [ids[7]], hidden: true });
    expect(pathsOf(engine)).toEqual(before.filter((path) => path !== paths[7]));
    expect(await found(engine, ids[1])).toEqual(answer.filter((id) => id !== ids[7]));
    expect(passing(engine, { name: '.jpg' })).not.toContain(ids[7]);
    expect(engine.methods.getLabels().hidden).toEqual({ photos: 1, folders: [], shown: false });

    engine.methods.showHidden({ shown: true });
    expect(pathsOf(engine)).toEqual(before);
    expect(await found(engine, ids[1])).toEqual(answer);
    engine.methods.showHidden({ shown: false });
    expect(photoIdsOf(engine)).not.toContain(ids[7]);
    await engine.methods.undoChange({});
    expect(pathsOf(engine)).toEqual(before);
  });

  it('may be a folder, with what comes into it later; a copy outside it is still seen', async () => {
    const { engine, folder, paths, ids } = await library(6);
    const inside = join(folder, 'private');
    mkdirSync(inside);
    const copy = join(inside, 'copy.jpg');
    copyFileSync(paths[0], copy);
    settle(copy);
    engine.methods.setFolderHidden({ path: inside, hidden: true });
    await writePicture(join(inside, 'later.jpg'), 1, new Date(Date.now() - 3_600_000));
    await engine.indexOnce([folder]);
    expect(pathsOf(engine).sort()).toEqual([...paths].sort());
    const answer = await found(engine, ids[3]);
    expect(answer).toContain(ids[0]);
    expect(answer).not.toContain(photoAt(engine, copy));
    expect(answer).not.toContain(photoAt(engine, join(inside, 'later.jpg')));
    expect(engine.methods.getLabels().hidden).toMatchObject({ photos: 2, folders: [inside] });
    engine.methods.setFolderHidden({ path: inside, hidden: false });
    expect(pathsOf(engine)).toHaveLength(8);
    expect(await found(engine, ids[3])).toContain(photoAt(engine, copy));
  });
});

describe('Undoing', () => {
  it('works after a first change that failed, which leaves nothing behind', async () => {
    const { engine, ids } = await library(2);
    vi.spyOn(engine.library.annotations, 'set').mockImplementationOnce(() => {
      throw new Error('The disk is full');
    });
    expect(() => engine.methods.setStars({ photoIds: ids, stars: 5 })).toThrow('The disk is full');
    expect(await engine.methods.undoChange({})).toBe(null);
    const before = described(engine, ids[0]);
    engine.methods.setStars({ photoIds: ids, stars: 3 });
    await engine.methods.undoChange({});
    expect(described(engine, ids[0])).toEqual(before);
  });

  it('takes changes back one by one to the beginning, and does them again to the end, whatever they were', async () => {
    const { engine, ids } = await library(6);
    const draws = seededRandom(4711);
    const random = (): number => draws.uniform();
    const pick = (n: number): number => draws.below(n);
    const some = (): number[] => ids.filter(() => random() < 0.5).concat(ids[pick(ids.length)]);
    const state = async (): Promise<unknown> => [
      ids.map((id) => described(engine, id)),
      (await engine.methods.listAlbums()).map(({ name, photos }) => ({ name, photos })),
      photoIdsOf(engine),
      engine.methods.getLabels().hidden,
    ];
    const states = [await state()];
    for (let i = 0; i < 60; i++) {
      const albums = await engine.methods.listAlbums();
      const album = albums[pick(albums.length)];
      const kinds: (() => unknown)[] = [
        () => engine.methods.setFavourite({ photoIds: some(), favourite: random() < 0.6 }),
        () => engine.methods.setStars({ photoIds: some(), stars: pick(6) }),
        () => engine.methods.setHidden({ photoIds: some(), hidden: random() < 0.4 }),
        () => engine.methods.setTags({ photoIds: some(), add: [`t${pick(3)}`], remove: [`T${pick(3)}`] }),
        () => engine.methods.setFolderHidden({ path: `/f${pick(3)}`, hidden: random() < 0.5 }),
        () =>
          engine.methods.putIntoAlbum({ photoIds: some(), album: album && random() < 0.7 ? album : { name: `a${i}` } }),
        () => album && engine.methods.takeOutOfAlbum({ photoIds: some(), albumId: album.albumId }),
        () => album && engine.methods.renameAlbum({ albumId: album.albumId, name: `renamed ${i}` }),
        () => album && random() < 0.5 && engine.methods.removeAlbum({ albumId: album.albumId }),
      ];
      if (kinds[pick(kinds.length)]()) states.push(await state());
    }
    expect(states.length).toBeGreaterThan(40);
    for (let i = states.length - 2; i >= 0; i--) {
      expect(await engine.methods.undoChange({})).not.toBe(null);
      expect(await state()).toEqual(states[i]);
    }
    expect(await engine.methods.undoChange({})).toBe(null);
    for (let i = 1; i < states.length; i++) {
      expect(await engine.methods.redoChange()).not.toBe(null);
      expect(await state()).toEqual(states[i]);
    }
    expect(await engine.methods.redoChange()).toBe(null);
    expect(engine.library.integrity()).toBe('ok');
  });

  it('takes back only the change that was asked about, and forgets what was undone once something else is changed', async () => {
    const { engine, ids } = await library(2);
    const first = engine.methods.setStars({ photoIds: ids, stars: 3 });
    const second = engine.methods.setFavourite({ photoIds: ids, favourite: true });
    expect(await engine.methods.undoChange({ changeId: first.changeId })).toBe(null);
    expect(await engine.methods.undoChange({ changeId: second.changeId })).toEqual(second);
    engine.methods.setTags({ photoIds: ids, add: ['x'], remove: [] });
    expect(await engine.methods.redoChange()).toBe(null);
    expect(described(engine, ids[0])).toMatchObject({ favourite: false, stars: 3, tags: ['x'] });
  });
});
