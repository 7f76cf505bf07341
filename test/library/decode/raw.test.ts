import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { PixelRequest } from '../../../electron/contract/pixels.ts';
import { decodePhoto, renderPreview } from '../../../electron/library/decode/decode.ts';
import { makeDng, plainJpeg } from '../../support/raw-files.ts';

const request: PixelRequest = { width: 32, height: 32, fit: 'cover', resizeShortSide: 32 };
const decode = (bytes: Uint8Array) => decodePhoto(bytes, request, Date.UTC(2026, 0));

/** Left half red, right half blue, lying. */
async function twoHalves(): Promise<Buffer> {
  const blue = { create: { width: 640, height: 960, channels: 3 as const, background: '#00f' } };
  return sharp({ create: { width: 1280, height: 960, channels: 3, background: '#f00' } })
    .composite([{ input: blue, left: 640, top: 0 }])
    .jpeg()
    .toBuffer();
}

const colourAt = async (jpeg: Uint8Array, x: number, y: number): Promise<string> => {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
  return data[at] > data[at + 2] ? 'red' : 'blue';
};

describe('A RAW file', () => {
  it("is seen as the camera's own picture in it, with what the camera says", async () => {
    const photo = await decode(makeDng({ width: 2048, height: 1536, preview: await plainJpeg(1280, 960, '#20a040') }));
    expect(photo).toMatchObject({
      width: 2048,
      height: 1536,
      format: 'dng',
      camera: 'Likeness Test 1',
      takenAt: Date.UTC(2021, 4, 6, 7, 8, 9),
      warning: null,
    });
    expect((photo.colour >> 8) & 255).toBeGreaterThan(140);
  });

  it.each([
    [1, [1280, 960], ['red', 'blue', 'red', 'blue']],
    [3, [1280, 960], ['blue', 'red', 'blue', 'red']],
    [6, [960, 1280], ['red', 'red', 'blue', 'blue']],
    [8, [960, 1280], ['blue', 'blue', 'red', 'red']],
  ])('held as orientation %i tells is shown upright', async (orientation, [width, height], colours) => {
    const raw = makeDng({ width: 2048, height: 1536, preview: await twoHalves(), orientation });
    const photo = await decode(raw);
    expect(photo.width > photo.height).toBe(width > height);
    const preview = await renderPreview(raw, 4000);
    expect(await sharp(preview).metadata()).toMatchObject({ width, height });
    const places = [
      [0.2, 0.2],
      [0.8, 0.2],
      [0.2, 0.8],
      [0.8, 0.8],
    ];
    expect(await Promise.all(places.map(([x, y]) => colourAt(preview, x, y)))).toEqual(colours);
  });

  it('whose picture the camera has turned already is not turned again', async () => {
    const standing = await sharp(await twoHalves())
      .rotate(90)
      .jpeg()
      .toBuffer();
    const preview = await renderPreview(
      makeDng({ width: 2048, height: 1536, preview: standing, orientation: 6 }),
      4000,
    );
    expect(await sharp(preview).metadata()).toMatchObject({ width: 960, height: 1280 });
  });

  it('without a picture, or with a small one, is developed', async () => {
    for (const preview of [undefined, await plainJpeg(160, 120, '#0000ff')]) {
      const photo = await decode(makeDng({ preview }));
      expect(photo).toMatchObject({ width: 512, height: 384 });
      // Red grows to the right; nothing else is there.
      const { data, info } = await sharp(photo.thumbnail).raw().toBuffer({ resolveWithObject: true });
      const red = (x: number): number => data[(200 * info.width + x) * 3];
      expect(red(480)).toBeGreaterThan(red(30) + 50);
      expect(data[(200 * info.width + 480) * 3 + 2]).toBeLessThan(60);
    }
  });

  it('that is cut short is refused in a sentence, or seen by what is left', async () => {
    const whole = makeDng({ preview: await plainJpeg(160, 120, '#00f') });
    for (let length = 20; length < whole.length; length += Math.floor(whole.length / 40)) {
      const seen = await decode(whole.subarray(0, length)).catch((error: unknown) => error);
      if (seen instanceof Error) expect(seen).toMatchObject({ code: 'unreadable' });
    }
  });

  it('is not what an ordinary TIFF is taken for', async () => {
    const tiff = await sharp(await twoHalves())
      .tiff({ compression: 'lzw' })
      .toBuffer();
    expect(await decode(tiff)).toMatchObject({ format: 'tiff', width: 1280, height: 960 });
  });
});
