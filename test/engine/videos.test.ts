import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi, onTestFinished } from 'vitest';
import type { FoundInVideo } from '../../electron/contract/videos.ts';
import type { Engine } from '../../electron/engine/engine.ts';
import { openEngine, pathsOf, photoAt, searchBy, until } from '../support/engines.ts';
import { description, onnxFile } from '../support/onnx-files.ts';
import { makePicture, settle, temporaryFolder, writePicture, writePictures } from '../support/pictures.ts';

/** A file that is named as a video; what is in it is the page's to say. */
function writeVideo(path: string, bytes = `video ${path}`): string {
  writeFileSync(path, bytes);
  settle(path);
  return path;
}

/** What a page would give of a video that shows some pictures, ten seconds each. */
async function framesOf(seeds: readonly number[]): Promise<{ found: FoundInVideo; bytes: Uint8Array<ArrayBuffer> }> {
  const pictures = await Promise.all(seeds.map((seed) => makePicture(seed, 320, 240)));
  const frames = pictures.map(({ length }, i) => ({ time: 10 * i + 5, size: length }));
  const found = { width: 1920, height: 1440, duration: 10 * seeds.length, takenAt: null, frames };
  return { found, bytes: Uint8Array.from(Buffer.concat(pictures)) };
}

async function readVideo(engine: Engine, seeds: readonly number[]): Promise<number> {
  const { photoId } = (await engine.methods.nextVideo())!;
  await engine.methods.addVideo({ photoId, ...(await framesOf(seeds)) });
  return photoId;
}

async function withVideo(): Promise<{ engine: Engine; folder: string; path: string }> {
  const folder = temporaryFolder();
  await writePictures(folder, 12);
  const path = writeVideo(join(folder, 'a.mp4'));
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  return { engine, folder, path };
}

describe('A video', () => {
  it('waits for a page while photos are read to the end, and is a photo once it was taken apart', async () => {
    const { engine, folder, path } = await withVideo();
    expect(engine.methods.getStatus()).toMatchObject({ photos: 13, indexed: 12, waiting: 0, videosWaiting: 1 });
    expect(pathsOf(engine)).not.toContain(path);
    const photoId = await readVideo(engine, [1, 3, 5]);
    expect(photoId).toBe(photoAt(engine, path));
    expect(engine.methods.getStatus()).toMatchObject({ photos: 13, indexed: 13, videosWaiting: 0 });
    expect(pathsOf(engine)).toContain(path);
    expect(engine.methods.getPhoto({ photoId })).toMatchObject({
      format: 'mp4',
      duration: 30,
      width: 1920,
      height: 1440,
    });
    const asked = { photoId: photoAt(engine, join(folder, '3.jpg')) };
    const { results } = await engine.methods.searchPhotos(searchBy(asked, 50));
    const found = results.filter((one) => one.photoId === photoId);
    expect(found).toHaveLength(1);
    expect(found[0].hit).toMatchObject({ kind: 'frame', time: 15 });
    const frame = await engine.getMedia({ kind: 'frame', id: found[0].hit.frameId! });
    expect(Buffer.from(frame.subarray(0, 2)).toString('hex')).toBe('ffd8');
    expect(await engine.methods.nextVideo()).toBeNull();
  });

  it('is given to one page at a time, and to another when the first is gone', async () => {
    const { engine } = await withVideo();
    const first = await engine.methods.nextVideo();
    expect(await engine.methods.nextVideo()).toBeNull();
    const now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now + (first!.patience + 1) * 1000);
    onTestFinished(() => void vi.restoreAllMocks());
    expect(await engine.methods.nextVideo()).toEqual(first);
  });

  it('of which a page says what cannot be is a problem, and one that has changed waits on', async () => {
    const { engine, path } = await withVideo();
    const { found, bytes } = await framesOf([1, 2]);
    const give = async (about: FoundInVideo, all: Uint8Array<ArrayBuffer>) => {
      const { photoId } = (await engine.methods.nextVideo())!;
      await engine.methods.addVideo({ photoId, found: about, bytes: all }).finally(() => {
        expect(engine.methods.getStatus().problems).toBe(1);
        engine.methods.retryProblems({ photoId });
      });
    };
    await expect(give(found, bytes.subarray(1))).rejects.toThrow(/Expected \d+ bytes of frames, got/);
    const noPicture = { ...found, frames: [{ time: 0, size: 4 }] };
    await expect(give(noPicture, Buffer.from('text'))).rejects.toThrow('A frame is not a picture');
    const { photoId } = (await engine.methods.nextVideo())!;
    writeVideo(path, 'something else now');
    await expect(engine.methods.addVideo({ photoId, found, bytes })).rejects.toThrow('changed while it was read');
    await expect(engine.methods.addVideo({ photoId, found, bytes })).rejects.toThrow('is not in hand');
    expect(engine.methods.getStatus()).toMatchObject({ videosWaiting: 1, problems: 0 });
  });

  it('that cannot be taken apart is a problem with its reason, and can be tried again', async () => {
    const { engine } = await withVideo();
    const { photoId } = (await engine.methods.nextVideo())!;
    await engine.methods.failVideo({ photoId, reason: 'codec', codec: 'hevc' });
    expect(engine.methods.listProblems({ start: 0, count: 5 }).problems[0].reason).toMatchObject({
      text: 'Videos of the kind {0} cannot be shown by the browser here',
    });
    engine.methods.retryProblems({ photoId });
    await readVideo(engine, [1]);
    expect(engine.methods.getStatus()).toMatchObject({ problems: 0, videosWaiting: 0 });
  });

  it('whose drive goes while a page looks at it is no problem', async () => {
    const { engine, path } = await withVideo();
    const { photoId } = (await engine.methods.nextVideo())!;
    rmSync(path);
    await expect(engine.methods.failVideo({ photoId, reason: 'damaged' })).rejects.toMatchObject({ code: 'changed' });
    expect(engine.methods.getStatus()).toMatchObject({ problems: 0, videosWaiting: 1 });
  });

  it('on a drive that is away is not waited for', async () => {
    const { engine } = await withVideo();
    const [{ folderId }] = engine.methods.getStatus().folders;
    engine.library.folders.setAvailable(folderId, false);
    expect(engine.methods.getStatus()).toMatchObject({ videosWaiting: 1, activity: { videosWaiting: 0 } });
    expect(await engine.methods.nextVideo()).toBeNull();
  });

  it('is seen by another embedder by its kept frames, without a page and without its file', async () => {
    const { engine, folder, path } = await withVideo();
    const photoId = await readVideo(engine, [1, 3, 5]);
    rmSync(path);
    await engine.methods.addEmbedder({
      name: 'layout.onnx',
      bytes: onnxFile('layout'),
      description: description('Layout'),
    });
    await engine.methods.useEmbedder({ name: 'Layout' });
    await until(
      () => engine.methods.getStatus().embedder,
      ({ name }) => name === 'Layout',
    );
    for (const [seed, time] of [
      [1, 5],
      [3, 15],
      [5, 25],
    ]) {
      const asked = { photoId: photoAt(engine, join(folder, `${seed}.jpg`)) };
      const { results } = await engine.methods.searchPhotos(searchBy(asked, 50));
      expect(results.find((one) => one.photoId === photoId)?.hit.time).toBe(time);
    }
    expect(await engine.methods.nextVideo()).toBeNull();
  });

  it('is copied as it is, at whatever size photos are, and sent from where it lies', async () => {
    const { engine, path } = await withVideo();
    const photoId = await readVideo(engine, [1]);
    const target = temporaryFolder();
    const options = { exportId: 'x', zip: false, sidecars: false, folder: target, side: 100 };
    await engine.methods.exportPhotos({ ...options, photoIds: [photoId, photoAt(engine, join(path, '../1.jpg'))] });
    expect(readFileSync(join(target, 'a.mp4'))).toEqual(readFileSync(path));
    expect(existsSync(join(target, '1.jpg'))).toBe(true);
    expect(await engine.getVideo(photoId)).toMatchObject({ path, type: 'video/mp4' });
    await expect(engine.getVideo(photoAt(engine, join(path, '../1.jpg')))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('The moving part of a Live Photo', () => {
  it('is one photo with it, and needs no page', async () => {
    const folder = temporaryFolder();
    await writePicture(join(folder, 'IMG_0001.JPG'), 1);
    const part = writeVideo(join(folder, 'IMG_0001.MOV'));
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    expect(await engine.methods.nextVideo()).toBeNull();
    expect(engine.methods.getStatus()).toMatchObject({ photos: 1, indexed: 1, videosWaiting: 0 });
    const photoId = photoAt(engine, join(folder, 'IMG_0001.JPG'));
    expect(engine.methods.getPhoto({ photoId }).companions).toEqual([part]);
  });

  it('is no longer than three seconds: a large video of the same name is one of its own', async () => {
    const folder = temporaryFolder();
    await writePicture(join(folder, 'IMG_0001.JPG'), 1);
    const large = writeVideo(join(folder, 'IMG_0001.MOV'));
    truncateSync(large, 40 * 2 ** 20);
    settle(large);
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    await readVideo(engine, [2]);
    await until(
      () => pathsOf(engine).length,
      (n) => n === 2,
    );
  });
});
