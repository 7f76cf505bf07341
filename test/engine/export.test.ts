import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { makePicture, settle, temporaryFolder, writePictures } from '../support/pictures.ts';
import { openEngine, photoAt } from '../support/engines.ts';

async function library() {
  const folder = temporaryFolder();
  const paths = await writePictures(folder, 3);
  const large = join(folder, 'large.png');
  await sharp(await makePicture(9, 800, 600))
    .png()
    .toFile(large);
  settle(large, new Date(2020, 1, 2));
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  return { engine, folder, paths, large };
}

describe('Exporting photos', () => {
  it('copies files byte for byte with their dates, and never over what is there', async () => {
    const { engine, paths, large } = await library();
    const target = temporaryFolder();
    writeFileSync(join(target, '0.jpg'), 'not ours');
    const photoIds = [paths[0], paths[1], large].map((path) => photoAt(engine, path));
    expect(await engine.methods.exportPhotos({ photoIds, folder: target, side: null })).toEqual({
      written: 3,
      failed: [],
    });
    expect(readdirSync(target).sort()).toEqual(['0 (2).jpg', '0.jpg', '1.jpg', 'large.png']);
    expect(readFileSync(join(target, '0.jpg'), 'utf8')).toBe('not ours');
    expect(readFileSync(join(target, '0 (2).jpg'))).toEqual(readFileSync(paths[0]));
    expect(statSync(join(target, 'large.png')).mtime).toEqual(new Date(2020, 1, 2));
    await engine.methods.exportPhotos({ photoIds: [photoIds[0]], folder: target, side: null });
    expect(existsSync(join(target, '0 (3).jpg'))).toBe(true);
  });

  it('makes JPEGs of a size, and none larger than the photo is', async () => {
    const { engine, paths, large } = await library();
    const target = temporaryFolder();
    const photoIds = [large, paths[0]].map((path) => photoAt(engine, path));
    await engine.methods.exportPhotos({ photoIds, folder: target, side: 400 });
    expect(await sharp(join(target, 'large.jpg')).metadata()).toMatchObject({
      format: 'jpeg',
      width: 400,
      height: 300,
    });
    expect(await sharp(join(target, '0.jpg')).metadata()).toMatchObject({ width: 160, height: 120 });
  });

  it('says which photos could not be copied and why, and copies the others', async () => {
    const { engine, paths } = await library();
    const target = temporaryFolder();
    const photoIds = [...paths.map((path) => photoAt(engine, path)), 99_999];
    rmSync(paths[1]);
    const { written, failed } = await engine.methods.exportPhotos({ photoIds, folder: target, side: null });
    expect(written).toBe(2);
    expect(failed.map(({ path }) => path)).toEqual([paths[1], 'Photo 99999']);
    expect(failed[1].reason).toBe('It is not in the library any more');
    expect(readdirSync(target).sort()).toEqual(['0.jpg', '2.jpg']);
  });

  it('writes into no photo folder, by whatever way it is reached, and into nothing that is no folder', async () => {
    const { engine, folder, paths } = await library();
    const photoIds = [photoAt(engine, paths[0])];
    const inside = join(folder, 'Exported');
    mkdirSync(inside);
    const link = join(temporaryFolder(), 'link');
    symlinkSync(inside, link);
    for (const target of [folder, inside, link])
      await expect(engine.methods.exportPhotos({ photoIds, folder: target, side: null })).rejects.toThrow(
        'is one of your photo folders. Likeness writes nothing there. Choose another folder.',
      );
    expect(readdirSync(inside)).toEqual([]);
    await expect(engine.methods.exportPhotos({ photoIds, folder: paths[0], side: null })).rejects.toThrow(
      'is not a folder',
    );
    await expect(
      engine.methods.exportPhotos({ photoIds, folder: join(folder, 'missing'), side: null }),
    ).rejects.toThrow('cannot be used: it is not there');
  });
});
