import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../electron/engine/engine.ts';
import { openEngine, pathsOf, photoAt, until } from '../../support/engines.ts';
import { settle, temporaryFolder, writePicture, writePictures } from '../../support/pictures.ts';
import { packet, type SaidByOthers } from '../../support/xmp.ts';

function say(path: string, said: SaidByOthers): void {
  writeFileSync(path, packet(said));
}

function saidOf(engine: Engine, path: string): { stars: number; tags: string[]; caption: string | null } {
  const photoIds = [photoAt(engine, path)];
  const { told } = engine.methods.getPhoto({ photoId: photoIds[0] });
  const [{ stars }] = engine.library.annotations.ofPhotos(photoIds);
  return {
    stars,
    tags: engine.library.annotations.tagsAmong(photoIds).map(({ name }) => name),
    caption: told!.caption,
  };
}

async function withPhoto(
  said?: SaidByOthers,
): Promise<{ engine: Engine; photo: string; xmp: string; libraryPath: string }> {
  const folder = temporaryFolder();
  const [photo] = await writePictures(folder, 2);
  const xmp = join(folder, '0.xmp');
  if (said) say(xmp, said);
  const libraryPath = temporaryFolder();
  const engine = await openEngine({ libraryPath });
  engine.start();
  await engine.methods.addFolder({ path: folder });
  await until(
    () => pathsOf(engine),
    (paths) => paths.length === 2,
  );
  return { engine, photo, xmp, libraryPath };
}

const becomes = (engine: Engine, photo: string, what: Partial<ReturnType<typeof saidOf>>): Promise<unknown> =>
  until(
    () => saidOf(engine, photo),
    (said) =>
      Object.entries(what).every(([key, value]) => JSON.stringify(said[key as 'stars']) === JSON.stringify(value)),
  );

describe('An XMP file beside a photo', () => {
  it('is followed when another program changes it: stars, tags, caption and date', async () => {
    const { engine, photo, xmp } = await withPhoto({ stars: 2, tags: ['lake'], caption: 'At the lake' });
    await becomes(engine, photo, { stars: 2, tags: ['lake'], caption: 'At the lake' });
    say(xmp, { stars: 4, tags: ['mountain', 'snow'], caption: 'In the mountains', date: '2011-05-06T07:08:09' });
    await becomes(engine, photo, { stars: 4, tags: ['mountain', 'snow'], caption: 'In the mountains' });
    expect(engine.library.words.photoIds(['mountains'], [], 5)).toEqual([photoAt(engine, photo)]);
    expect(engine.library.words.photoIds(['lake'], [], 5)).toEqual([]);
    expect(engine.library.photos.tile(photoAt(engine, photo))).toMatchObject({
      takenAt: Date.UTC(2011, 4, 6, 7, 8, 9),
    });
    expect(pathsOf(engine).at(-1)).toBe(photo);
    expect(engine.methods.getStatus()).toMatchObject({ indexed: 2, waiting: 0 });
  });

  it('is followed when it comes, and when it goes', async () => {
    const { engine, photo, xmp } = await withPhoto();
    await becomes(engine, photo, { stars: 0, tags: [], caption: null });
    say(xmp, { stars: 3, tags: ['sea'], caption: 'Waves' });
    await becomes(engine, photo, { stars: 3, tags: ['sea'], caption: 'Waves' });
    rmSync(xmp);
    await becomes(engine, photo, { stars: 0, tags: [], caption: null });
  });

  it('does not overrule what the person said since', async () => {
    const { engine, photo, xmp } = await withPhoto({ stars: 2, tags: ['lake'] });
    await becomes(engine, photo, { stars: 2, tags: ['lake'] });
    const photoIds = [photoAt(engine, photo)];
    engine.methods.setStars({ photoIds, stars: 5 });
    engine.methods.setTags({ photoIds, add: ['mine'], remove: ['lake'] });
    say(xmp, { stars: 1, tags: ['lake', 'theirs'] });
    await becomes(engine, photo, { tags: ['mine', 'theirs'], stars: 5 });
  });

  it('that changed while the program did not run is read at the next look, by a command too', async () => {
    const { engine, photo, xmp, libraryPath } = await withPhoto({ stars: 2 });
    await becomes(engine, photo, { stars: 2 });
    await engine.close();
    say(xmp, { stars: 5, caption: 'Since then' });
    const next = await openEngine({ libraryPath, watching: false });
    await next.indexOnce([join(photo, '..')]);
    expect(saidOf(next, photo)).toMatchObject({ stars: 5, caption: 'Since then' });
    expect(next.library.beside.due('', 5)).toEqual([]);
  });

  it('moves with its folder, and is not read again for that', async () => {
    const { engine, photo, libraryPath } = await withPhoto({ stars: 2 });
    await becomes(engine, photo, { stars: 2 });
    const [{ folderId, path }] = engine.methods.getStatus().folders;
    await engine.close();
    const moved = join(temporaryFolder(), 'moved');
    renameSync(path, moved);
    const next = await openEngine({ libraryPath, watching: false });
    await next.methods.relocateFolder({ folderId, path: moved });
    await next.indexOnce([moved]);
    expect(saidOf(next, join(moved, '0.jpg'))).toMatchObject({ stars: 2 });
    expect(next.library.beside.photosOf(join(moved, '0.xmp')).map(({ path: at }) => at)).toEqual([
      join(moved, '0.jpg'),
    ]);
  });

  it('of ours says what the person says, and is not taken for the word of another', async () => {
    const { engine, photo } = await withPhoto();
    const [{ folderId }] = engine.methods.getStatus().folders;
    engine.methods.setSidecars({ folderId, on: true });
    const photoIds = [photoAt(engine, photo)];
    for (const stars of [1, 3, 5, 0, 4]) {
      engine.methods.setStars({ photoIds, stars });
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(saidOf(engine, photo).stars).toBe(stars);
    }
    const { contentId } = engine.library.photos.tile(photoIds[0])!;
    await until(
      () => engine.library.contents.told(contentId)!.stars,
      (stars) => stars === 4,
    );
  });
});

describe('JSON of Google Takeout beside a photo', () => {
  it.each([
    ['photo.jpg', 'photo.jpg.json'],
    ['photo.jpg', 'photo.jpg.supplemental-metadata.json'],
    ['photo of a long summer day.jpg', `${'photo of a long summer day.jpg.supplemental-metadata'.slice(0, 46)}.json`],
    [`${'x'.repeat(60)}.jpg`, `${'x'.repeat(46)}.json`],
  ])('is followed: %s and %s', async (name, json) => {
    const folder = temporaryFolder();
    const photo = join(folder, name);
    await writePicture(photo, 1);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    expect(saidOf(engine, photo).caption).toBeNull();
    writeFileSync(join(folder, json), JSON.stringify({ description: 'From the export' }));
    settle(join(folder, json));
    await engine.indexOnce([folder]);
    expect(saidOf(engine, photo).caption).toBe('From the export');
  });

  it('is not looked for where there are no photos', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 1);
    for (const name of ['package.json', 'notes.xmp', '1.json']) writeFileSync(join(folder, name), '{}');
    const engine = await openEngine({ watching: false });
    const counts = await engine.indexOnce([folder]);
    expect(counts).toMatchObject({ new: 1, ignored: 3 });
  });
});
