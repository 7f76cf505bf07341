import {
  copyFileSync,
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
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { XMLParser } from 'fast-xml-parser';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import type { Exported } from '../../electron/contract/export.ts';
import type { Input } from '../../electron/contract/methods.ts';
import type { Engine } from '../../electron/engine/engine.ts';
import { dispatch } from '../../electron/engine/gateway.ts';
import { makePicture, settle, temporaryFolder, writePictures } from '../support/pictures.ts';
import { openEngine, photoAt } from '../support/engines.ts';
import { inEnglish } from '../../electron/contract/sentence.ts';

/** As a face asks, defaults filled in. */
const exportPhotos = (engine: Engine, input: Input<'exportPhotos'>, signal?: AbortSignal): Promise<Exported> =>
  dispatch(engine.methods, 'exportPhotos', input, signal) as Promise<Exported>;

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
    expect(await exportPhotos(engine, { photoIds, folder: target, side: null })).toEqual({
      written: 3,
      failed: [],
      at: target,
    });
    expect(readdirSync(target).sort()).toEqual(['0 (2).jpg', '0.jpg', '1.jpg', 'large.png']);
    expect(readFileSync(join(target, '0.jpg'), 'utf8')).toBe('not ours');
    expect(readFileSync(join(target, '0 (2).jpg'))).toEqual(readFileSync(paths[0]));
    expect(statSync(join(target, 'large.png')).mtime).toEqual(new Date(2020, 1, 2));
    await exportPhotos(engine, { photoIds: [photoIds[0]], folder: target, side: null });
    expect(existsSync(join(target, '0 (3).jpg'))).toBe(true);
  });

  it('makes JPEGs of a size, and none larger than the photo is', async () => {
    const { engine, paths, large } = await library();
    const target = temporaryFolder();
    const photoIds = [large, paths[0]].map((path) => photoAt(engine, path));
    await exportPhotos(engine, { photoIds, folder: target, side: 400 });
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
    const { written, failed } = await exportPhotos(engine, { photoIds, folder: target, side: null });
    expect(written).toBe(2);
    expect(failed.map(({ path }) => path)).toEqual([paths[1], 'Photo 99999']);
    expect(inEnglish(failed[1].reason)).toBe('It is not in the library any more');
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
      await expect(exportPhotos(engine, { photoIds, folder: target, side: null })).rejects.toThrow(
        'is one of your photo folders. Likeness writes nothing there. Choose another folder.',
      );
    expect(readdirSync(inside)).toEqual([]);
    await expect(exportPhotos(engine, { photoIds, folder: paths[0], side: null })).rejects.toThrow('is not a folder');
    await expect(exportPhotos(engine, { photoIds, folder: join(folder, 'missing'), side: null })).rejects.toThrow(
      'cannot be used: it is not there',
    );
  });

  it('puts them into one zip file, byte for byte under names that differ, and leaves nothing when it is broken off', async () => {
    const { engine, folder, paths, large } = await library();
    const twin = join(folder, 'inside', '0.JPG');
    mkdirSync(join(folder, 'inside'));
    copyFileSync(large, twin);
    settle(twin, new Date(2021, 3, 4, 5, 6, 8));
    await engine.indexOnce([folder]);
    const target = temporaryFolder();
    writeFileSync(join(target, 'Photos.zip'), 'not ours');
    const photoIds = [paths[0], twin, large, paths[1]].map((path) => photoAt(engine, path));
    rmSync(paths[1]);
    const { written, failed, at } = await exportPhotos(engine, { photoIds, folder: target, zip: true });
    expect([written, failed.map(({ path }) => path), at]).toEqual([3, [paths[1]], join(target, 'Photos (2).zip')]);
    expect(readdirSync(target).sort()).toEqual(['Photos (2).zip', 'Photos.zip']);
    const entries = await unzipped(at);
    expect(Object.keys(entries)).toEqual(['0.jpg', '0 (2).JPG', 'large.png']);
    expect(entries['0.jpg'].bytes).toEqual(readFileSync(paths[0]));
    expect(entries['0 (2).JPG'].bytes).toEqual(readFileSync(twin));
    expect(entries['0 (2).JPG'].date.getTime()).toBe(statSync(twin).mtimeMs);

    const abort = new AbortController();
    engine.onEvent(({ name }) => name === 'exportProgressed' && abort.abort());
    await expect(exportPhotos(engine, { photoIds, folder: target, zip: true }, abort.signal)).rejects.toThrow(
      /cancelled/,
    );
    expect(readdirSync(target).sort()).toEqual(['Photos (2).zip', 'Photos.zip']);
  });

  it('says in XMP beside the copies what was said of the photos, and beside no other', async () => {
    const { engine, paths } = await library();
    const photoIds = paths.map((path) => photoAt(engine, path));
    engine.methods.setStars({ photoIds: [photoIds[0]], stars: 3 });
    engine.methods.setFavourite({ photoIds: [photoIds[0]], favourite: true });
    engine.methods.setTags({ photoIds: [photoIds[0]], add: ['Lake & <wind>', 'Été'], remove: [] });
    const target = temporaryFolder();
    writeFileSync(join(target, '0.jpg'), 'not ours');
    await exportPhotos(engine, { photoIds, folder: target, sidecars: true });
    expect(readdirSync(target).sort()).toEqual(['0 (2).jpg', '0 (2).jpg.xmp', '0.jpg', '1.jpg', '2.jpg']);
    const xmp = readFileSync(join(target, '0 (2).jpg.xmp'), 'utf8');
    const parser = new XMLParser({ ignoreAttributes: false });
    const said = parser.parse(xmp) as { 'x:xmpmeta': { 'rdf:RDF': { 'rdf:Description': object } } };
    expect(said['x:xmpmeta']['rdf:RDF']['rdf:Description']).toMatchObject({
      'xmp:Rating': 3,
      'likeness:Favourite': 'True',
      'dc:subject': { 'rdf:Bag': { 'rdf:li': ['Lake & <wind>', 'Été'] } },
    });
    await exportPhotos(engine, { photoIds: [photoIds[0]], folder: target });
    expect(readdirSync(target)).toHaveLength(6);
  });
});

/** What a zip file holds, by name. */
async function unzipped(path: string): Promise<Record<string, { bytes: Buffer; date: Date }>> {
  const found: Record<string, { bytes: Buffer; date: Date }> = {};
  const zip = await promisify<string, yauzl.ZipFile>(yauzl.open)(path);
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error) reject(error);
        else void buffer(stream).then((bytes) => (found[entry.fileName] = { bytes, date: entry.getLastModDate() }));
      });
    });
    zip.on('end', () => setTimeout(resolve, 200));
  });
  return found;
}
