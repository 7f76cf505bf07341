import { basename, join } from 'node:path';
import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { PhotoMap } from '../../../electron/contract/atlas.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { drawKind, KINDS, withKinds, writeKinds } from '../../support/atlas.ts';
import { drawScene } from '../../support/duplicates.ts';
import { openEngine, until } from '../../support/engines.ts';
import { settle, temporaryFolder, writePictures } from '../../support/pictures.ts';

interface Place {
  photoId: number;
  x: number;
  y: number;
}

function placesOf({ ids, xs, ys }: PhotoMap): Place[] {
  const column = (base64: string): Buffer<ArrayBuffer> => Buffer.from(base64, 'base64');
  const [across, down] = [column(xs), column(ys)];
  const photos = column(ids);
  return Array.from({ length: photos.length / 4 }, (_, i) => ({
    photoId: photos.readUInt32LE(4 * i),
    x: across.readUInt16LE(2 * i),
    y: down.readUInt16LE(2 * i),
  }));
}

const nameOf = (engine: Engine, photoId: number): string => basename(engine.methods.getPhoto({ photoId }).path);
const kindOf = (engine: Engine, photoId: number): string => nameOf(engine, photoId).split('-')[0];

const drawn = (engine: Engine, photos: number): Promise<PhotoMap> =>
  until(
    () => engine.methods.getMap(),
    (map) => placesOf(map).length === photos && engine.methods.getStatus().activity.doing === 'ready',
  );

async function openDrawn(each = 16) {
  const { folder, libraryPath } = await withKinds(each);
  const engine = await openEngine({ libraryPath, watching: false });
  engine.start();
  return { engine, folder, libraryPath, map: await drawn(engine, KINDS.length * each) };
}

describe('The map', () => {
  it('puts what is alike together, and says what lies in its crowded parts', async () => {
    const { engine, map } = await openDrawn();
    const places = placesOf(map);
    for (const own of places) {
      const others = places
        .filter(({ photoId }) => photoId !== own.photoId)
        .sort((a, b) => Math.hypot(a.x - own.x, a.y - own.y) - Math.hypot(b.x - own.x, b.y - own.y));
      const near = others.slice(0, 5).map(({ photoId }) => kindOf(engine, photoId));
      expect(near.filter((kind) => kind === kindOf(engine, own.photoId)).length).toBeGreaterThanOrEqual(4);
    }
    expect(Math.max(...places.flatMap(({ x, y }) => [x, y]))).toBeLessThanOrEqual(65_535);
    expect(map.regions.length).toBeGreaterThanOrEqual(3);
    expect(new Set(map.regions.map(({ photoId }) => kindOf(engine, photoId))).size).toBeGreaterThanOrEqual(3);
    expect(map.regions.reduce((sum, { photos }) => sum + photos, 0)).toBeLessThanOrEqual(64);
  });

  it('stands still when photos come, which are put among those like them, and forgets photos that are gone', async () => {
    const { engine, folder, map } = await openDrawn();
    const before = new Map(placesOf(map).map((place) => [place.photoId, place]));
    writeFileSync(join(folder, 'night-99.jpg'), await drawKind('night', 99));
    settle(join(folder, 'night-99.jpg'));
    await engine.indexOnce([folder]);
    const after = await drawn(engine, 65);
    expect(after.mapId).toBe(map.mapId);
    expect(after.later).toBe(1);
    const [fresh] = placesOf(after).filter(({ photoId }) => !before.has(photoId));
    for (const place of placesOf(after))
      if (place.photoId !== fresh.photoId) expect(place).toEqual(before.get(place.photoId));
    const nearest = [...before.values()].sort(
      (a, b) => Math.hypot(a.x - fresh.x, a.y - fresh.y) - Math.hypot(b.x - fresh.x, b.y - fresh.y),
    )[0];
    expect(kindOf(engine, nearest.photoId)).toBe('night');
    rmSync(join(folder, 'sky-3.jpg'));
    await engine.indexOnce([folder]);
    expect(placesOf(await drawn(engine, 64))).toHaveLength(64);
  });

  it('is drawn anew when somebody wants that, under another number', async () => {
    const { engine, map } = await openDrawn();
    engine.methods.redrawMap();
    const anew = await drawn(engine, 64);
    expect(anew.mapId).not.toBe(map.mapId);
    expect(anew.later).toBe(0);
  });

  it('narrows to a part of it, and to nothing by a part of a map that is not there any more', async () => {
    const { engine, map } = await openDrawn();
    const skies = placesOf(map).filter(({ photoId }) => kindOf(engine, photoId) === 'sky');
    const [across, down] = [skies.map(({ x }) => x / 65_535), skies.map(({ y }) => y / 65_535)];
    const [left, right, top, bottom] = [Math.min(...across), Math.max(...across), Math.min(...down), Math.max(...down)];
    const corners = [
      [left - 0.001, top - 0.001],
      [right + 0.001, top - 0.001],
      [right + 0.001, bottom + 0.001],
      [left - 0.001, bottom + 0.001],
    ] as [number, number][];
    const inside = placesOf(map).filter(
      ({ x, y }) => x / 65_535 >= left && x / 65_535 <= right && y / 65_535 >= top && y / 65_535 <= bottom,
    );
    const filter = (mapId: number) => engine.methods.filterPhotos({ filter: { place: { mapId, corners } } });
    expect(filter(map.mapId!).photos).toBe(inside.length);
    expect(filter(map.mapId! + 1).photos).toBe(0);
  });

  it('is not drawn of a handful of photos, and says how many it needs', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 8);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    expect(engine.methods.getMap()).toMatchObject({ mapId: null, contents: 8, regions: [] });
    expect(engine.methods.getMap().least).toBeGreaterThan(8);
  });

  it('names a part by the tag that most of it has', async () => {
    const { engine, map } = await openDrawn();
    const bricks = placesOf(map)
      .map(({ photoId }) => photoId)
      .filter((photoId) => kindOf(engine, photoId) === 'bricks');
    engine.methods.setTags({ photoIds: bricks, add: ['Wall'], remove: [] });
    const named = engine.methods.getMap().regions.filter(({ tag }) => tag !== null);
    expect(named.length).toBeGreaterThan(0);
    for (const { tag, photoId } of named) expect([tag, kindOf(engine, photoId)]).toEqual(['Wall', 'bricks']);
  });
});

describe('The atlas', () => {
  it('lists first what is far from everything', async () => {
    const { folder, libraryPath } = await withKinds();
    writeFileSync(join(folder, 'odd-0.jpg'), await drawScene(3));
    settle(join(folder, 'odd-0.jpg'));
    const engine = await openEngine({ libraryPath, watching: false });
    engine.start();
    await engine.indexOnce([folder]);
    await drawn(engine, 65);
    expect(engine.methods.listRarest({ count: 3 }).photos.map(({ photoId }) => kindOf(engine, photoId))[0]).toBe('odd');
  });

  it('lists what nobody looked at, from parts first that were looked at least', async () => {
    const { engine, map } = await openDrawn();
    const all = placesOf(map).map(({ photoId }) => photoId);
    for (const photoId of all)
      if (kindOf(engine, photoId) !== 'grass' || nameOf(engine, photoId) === 'grass-1.jpg')
        engine.methods.noteLook({ photoId });
    const { photos } = engine.methods.listForgotten({ count: 200 });
    expect(photos.length).toBeGreaterThan(8);
    for (const { photoId } of photos) {
      expect(kindOf(engine, photoId)).toBe('grass');
      expect(nameOf(engine, photoId)).not.toBe('grass-1.jpg');
    }
  });

  it('says what each year was about', async () => {
    const { engine } = await openDrawn();
    const { years } = engine.methods.listYears();
    expect(years.map(({ year, photos }) => [year, photos])).toEqual([
      [2023, 48],
      [2019, 16],
    ]);
    expect(years[1].themes.length).toBeGreaterThan(0);
    for (const { photoId } of years[1].themes) expect(kindOf(engine, photoId)).toBe('night');
    for (const { photoId } of years[0].themes) expect(kindOf(engine, photoId)).not.toBe('night');
  });

  it('shows what each number of a code stands for, and which photos have it', async () => {
    const { engine } = await openDrawn();
    const { modelId, photos, subspaces } = await engine.methods.getCodebook();
    expect(photos).toBe(64);
    expect(subspaces.length).toBeGreaterThan(1);
    for (const { used, of, centroids } of subspaces) {
      expect(of).toBe(256);
      expect(centroids).toHaveLength(used);
      expect(centroids.reduce((sum, one) => sum + one.photos, 0)).toBe(64);
    }
    const withNumber = (modelId: number, subspace: number, centroid: number): number[] => [
      ...engine.library.filters.photoIds({ code: { modelId, subspace, centroid } }),
    ];
    for (const [subspace, { centroids }] of subspaces.entries()) {
      for (const { centroid, photos: many, nearest } of centroids) {
        const found = withNumber(modelId!, subspace, centroid);
        expect(found).toHaveLength(many);
        expect(found).toEqual(expect.arrayContaining(nearest.map(({ photoId }) => photoId)));
      }
    }
    // Of another model, and of a subspace that is not there, none.
    const [{ centroid }] = subspaces[0].centroids;
    expect(withNumber(modelId! + 1, 0, centroid)).toEqual([]);
    expect(withNumber(modelId!, subspaces.length, centroid)).toEqual([]);
  });

  it('goes on where it was when it is closed while it draws', async () => {
    const { libraryPath } = await withKinds(10);
    const first = await openEngine({ libraryPath, watching: false });
    first.start();
    first.methods.getMap();
    await until(
      () => first.methods.getStatus().activity.doing,
      (doing) => doing === 'mapping',
    );
    await first.close();
    const second = await openEngine({ libraryPath, watching: false });
    second.start();
    expect(placesOf(await drawn(second, 40))).toHaveLength(40);
  });

  it('reads pictures that come from a drawing in the middle', async () => {
    const { engine, folder } = await openDrawn();
    engine.methods.redrawMap();
    await writeKinds(folder, 2, 50);
    await engine.indexOnce([folder]);
    expect(placesOf(await drawn(engine, 72))).toHaveLength(72);
  });
});
