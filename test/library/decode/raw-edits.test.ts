import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderPreview, decodePhoto } from '../../../electron/library/decode/decode.ts';
import { rawEdits } from '../../../electron/library/decode/raw-edits.ts';
import { openEngine, photoAt } from '../../support/engines.ts';
import { settle, temporaryFolder } from '../../support/pictures.ts';
import { makeDng } from '../../support/raw-files.ts';
import { packet, type SaidByOthers } from '../../support/xmp.ts';

const [WIDTH, HEIGHT] = [1280, 960];

/** What a sensor saw: red tells how far to the right a place is, green how far down. */
function sensorPicture(): Promise<Buffer> {
  const data = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) data.set([(x / WIDTH) * 255, (y / HEIGHT) * 255, 128], (y * WIDTH + x) * 3);
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

interface Seen {
  width: number;
  height: number;
  /** Where on the sensor the corners were, as shares: upper left, upper right, lower right. */
  corners: number[][];
}

async function seen(camera: number, said: SaidByOthers): Promise<Seen> {
  const raw = makeDng({ width: 2048, height: 1536, preview: await sensorPicture(), orientation: camera });
  const edits = rawEdits(raw, { xmp: [Buffer.from(packet(said))], json: undefined });
  const { data, info } = await sharp(await renderPreview(raw, 4000, edits))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): number[] =>
    Array.from(data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 2), (value) => value / 255);
  const [right, bottom] = [info.width - 3, info.height - 3];
  return { width: info.width, height: info.height, corners: [at(2, 2), at(right, 2), at(right, bottom)] };
}

const near = (places: number[][]): unknown =>
  places.map((place) => place.map((share): unknown => expect.closeTo(share, 1)));
const crop = { HasCrop: 'True', CropLeft: 0.25, CropTop: 0.5, CropRight: 0.75, CropBottom: 1 };

describe('A RAW file beside which an XMP file says that it was', () => {
  it.each<[string, number, SaidByOthers, Seen]>([
    [
      'not touched',
      1,
      { orientation: 1 },
      {
        width: 1280,
        height: 960,
        corners: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      },
    ],
    [
      'cropped',
      1,
      { orientation: 1, crop },
      {
        width: 640,
        height: 480,
        corners: [
          [0.25, 0.5],
          [0.75, 0.5],
          [0.75, 1],
        ],
      },
    ],
    [
      'cropped, and held standing',
      6,
      { orientation: 6, crop },
      {
        width: 480,
        height: 640,
        corners: [
          [0.25, 1],
          [0.25, 0.5],
          [0.75, 0.5],
        ],
      },
    ],
    [
      'turned',
      1,
      { orientation: 8 },
      {
        width: 960,
        height: 1280,
        corners: [
          [1, 0],
          [1, 1],
          [0, 1],
        ],
      },
    ],
    [
      'turned upright again',
      6,
      { orientation: 1 },
      {
        width: 1280,
        height: 960,
        corners: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      },
    ],
    [
      'turned and cropped',
      6,
      { orientation: 3, crop },
      {
        width: 640,
        height: 480,
        corners: [
          [0.75, 1],
          [0.25, 1],
          [0.25, 0.5],
        ],
      },
    ],
    [
      'mirrored',
      6,
      { orientation: 2 },
      {
        width: 1280,
        height: 960,
        corners: [
          [1, 0],
          [0, 0],
          [0, 1],
        ],
      },
    ],
    [
      'mirrored and turned',
      1,
      { orientation: 5 },
      {
        width: 960,
        height: 1280,
        corners: [
          [0, 0],
          [0, 1],
          [1, 1],
        ],
      },
    ],
    [
      'cropped when it was saved',
      1,
      { orientation: 1, crop: { ...crop, AlreadyApplied: 'True' } },
      {
        width: 1280,
        height: 960,
        corners: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      },
    ],
    [
      'cropped to what cannot be',
      1,
      { crop: { ...crop, CropLeft: -3 } },
      {
        width: 1280,
        height: 960,
        corners: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      },
    ],
    [
      'cropped to nothing',
      1,
      { crop: { ...crop, CropRight: 0.2501 } },
      {
        width: 1280,
        height: 960,
        corners: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      },
    ],
  ])('%s is shown so', async (_, camera, said, { width, height, corners }) => {
    expect(await seen(camera, said)).toEqual({ width, height, corners: near(corners) });
  });

  it('levelled is turned against the clock by the angle, between the same two corners', async () => {
    const angle = 10;
    const { width, height, corners } = await seen(1, {
      crop: { ...crop, CropTop: 0.3, CropBottom: 0.8, CropAngle: angle },
    });
    const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
    const [right, down] = [0.5 * WIDTH, 0.5 * HEIGHT];
    expect(Math.abs(width - (right * cos + down * sin))).toBeLessThan(3);
    expect(Math.abs(height - (down * cos - right * sin))).toBeLessThan(3);
    const upperRight = [0.25 + (width * cos) / WIDTH, 0.3 + (width * sin) / HEIGHT];
    expect(corners).toEqual(near([[0.25, 0.3], upperRight, [0.75, 0.8]]));
  });

  it('cropped is as large as what is left of the sensor, in its thumbnail and in what an embedder sees', async () => {
    const raw = makeDng({ width: 2048, height: 1536, preview: await sensorPicture() });
    const edits = rawEdits(raw, { xmp: [Buffer.from(packet({ crop }))], json: undefined });
    const request = { width: 32, height: 32, fit: 'cover', resizeShortSide: 32 } as const;
    const photo = await decodePhoto(raw, request, Date.now(), undefined, edits);
    expect(photo).toMatchObject({ width: 1024, height: 768, takenAt: Date.UTC(2021, 4, 6, 7, 8, 9) });
    // Its mean is that of the part.
    expect(photo.colour >> 16).toBeCloseTo(128, -1);
    expect((photo.colour >> 8) & 255).toBeCloseTo(191, -1);
  });

  it('nothing is the same picture as without that file; cropped later, it is shown so, with what was said of it', async () => {
    const folder = temporaryFolder();
    const [plain, edited] = ['plain', 'edited'].map((name) => join(folder, name, 'IMG_1.dng'));
    const raw = makeDng({ width: 2048, height: 1536, preview: await sensorPicture() });
    for (const path of [plain, edited]) {
      mkdirSync(join(path, '..'));
      writeFileSync(path, raw);
      settle(path);
    }
    const xmp = edited.replace('.dng', '.xmp');
    writeFileSync(xmp, packet({ orientation: 1, stars: 2 }));
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    const tileOf = (path: string) => engine.library.photos.tile(photoAt(engine, path))!;
    expect(tileOf(edited).contentId).toBe(tileOf(plain).contentId);
    engine.methods.setStars({ photoIds: [photoAt(engine, edited)], stars: 4 });

    writeFileSync(xmp, packet({ orientation: 1, stars: 2, crop }));
    await engine.indexOnce([folder]);
    expect(tileOf(plain)).toMatchObject({ width: 2048, height: 1536, stars: 4 });
    expect(tileOf(edited)).toMatchObject({ width: 1024, height: 768, stars: 4 });

    writeFileSync(xmp, packet({ orientation: 8, crop }));
    await engine.indexOnce([folder]);
    expect(tileOf(edited)).toMatchObject({ width: 768, height: 1024, stars: 4 });
  });

  it('later is shown so by a command too, however many there are', async () => {
    const folder = temporaryFolder();
    const raw = makeDng({ width: 512, height: 384 });
    const paths = Array.from({ length: 20 }, (_, i) => join(folder, `IMG_${i}.dng`));
    for (const [i, path] of paths.entries()) {
      // Each is a picture of its own.
      writeFileSync(path, Buffer.concat([raw, Buffer.from([i])]));
      settle(path);
    }
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    for (const path of paths)
      writeFileSync(path.replace('.dng', '.xmp'), packet({ orientation: 6, caption: 'Turned' }));
    await engine.indexOnce([folder]);
    const tiles = paths.map((path) => engine.library.photos.tile(photoAt(engine, path))!);
    expect(tiles.filter(({ width, height }) => width > height)).toEqual([]);
    expect(tiles.map(({ contentId }) => engine.library.contents.told(contentId)!.caption)).toEqual(
      paths.map(() => 'Turned'),
    );
    expect(engine.library.beside.due('', 50)).toEqual([]);
  });
});
