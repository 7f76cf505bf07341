import type { PixelRequest } from '../../../electron/contract/pixels.ts';
import sharp, { type Sharp } from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePhoto, renderPreview, THUMBNAIL_SIDE } from '../../../electron/library/decode/decode.ts';
import { tenGigapixelPng } from '../../support/gigapixel-png.ts';
import { makePicture } from '../../support/pictures.ts';
import { inEnglish } from '../../../electron/contract/sentence.ts';

const request: PixelRequest = { width: 32, height: 32, fit: 'cover', resizeShortSide: 36 };
const now = Date.UTC(2026, 0);
const decode = (bytes: Uint8Array) => decodePhoto(bytes, request, now);

/** Left half red, right half blue. */
const twoHalves = (): Sharp =>
  sharp({ create: { width: 200, height: 100, channels: 3, background: '#f00' } }).composite([
    { input: { create: { width: 100, height: 100, channels: 3, background: '#00f' } }, left: 100, top: 0 },
  ]);

describe('Decoding', () => {
  it('turns each of the eight orientations upright', async () => {
    const upright = await twoHalves().png().toBuffer();
    const reference = await decode(upright);
    // How a camera held that way would have stored the upright picture.
    const stored: Record<number, (image: Sharp) => Sharp> = {
      1: (image) => image,
      2: (image) => image.flop(),
      3: (image) => image.rotate(180),
      4: (image) => image.flip(),
      6: (image) => image.rotate(270),
      8: (image) => image.rotate(90),
    };
    for (const [orientation, store] of Object.entries(stored)) {
      const bytes = await store(sharp(upright))
        .withMetadata({ orientation: Number(orientation) })
        .png()
        .toBuffer();
      const photo = await decode(bytes);
      expect([photo.width, photo.height]).toEqual([200, 100]);
      expect(photo.pixels).toEqual(reference.pixels);
    }
  });

  it('gives the embedder the size it asked for, cropped or squeezed, and a thumbnail never larger than the photo', async () => {
    const small = await decode(await makePicture(1, 90, 40));
    expect(small.pixels).toHaveLength(32 * 32 * 3);
    expect((await sharp(small.thumbnail).metadata()).width).toBe(90);
    const large = await decodePhoto(await makePicture(2, 1600, 900), { ...request, fit: 'fill' }, now);
    expect(large.pixels).toHaveLength(32 * 32 * 3);
    expect((await sharp(large.thumbnail).metadata()).width).toBe(THUMBNAIL_SIDE);
  });

  it('shows what is see-through as white, and greys and CMYK as sRGB', async () => {
    const clear = await sharp({
      create: { width: 20, height: 20, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .png()
      .toBuffer();
    expect((await decode(clear)).colour).toBe(0xffffff);
    const grey = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#808080' } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await decode(grey)).colour).toBe(0x808080);
    const cmyk = await sharp({ create: { width: 20, height: 20, channels: 3, background: '#ff0000' } })
      .toColourspace('cmyk')
      .jpeg()
      .toBuffer();
    expect((await decode(cmyk)).colour >> 16).toBeGreaterThan(200);
  });

  it('reads a truncated picture and says what was wrong with it', async () => {
    const whole = await makePicture(3, 640, 480);
    const photo = await decode(whole.subarray(0, Math.floor(whole.length * 0.6)));
    expect(inEnglish(photo.warning!)).toMatch(/./);
    expect((await decode(whole)).warning).toBeNull();
  });

  it('says in a sentence why a file cannot be read', async () => {
    await expect(decode(Buffer.from('this is text, named .jpg'))).rejects.toThrow(
      'It is named like a picture but does not hold one that can be read',
    );
    await expect(decode(new Uint8Array(0))).rejects.toThrow('The file is empty');
    await expect(decode(Buffer.from('icns'.padEnd(64, '\0'), 'latin1'))).rejects.toThrow(
      'kind icns cannot be read yet',
    );
    await expect(decode(Buffer.from('8BPS\0\x01'.padEnd(64, '\0'), 'latin1'))).rejects.toThrow(
      'The picture (psd) is damaged',
    );
  });

  it('refuses a header of ten gigapixels before it makes room for them', async () => {
    await expect(decode(tenGigapixelPng())).rejects.toThrow(
      /100000 x 100000 pixels \(10,000 megapixels\); at most 300 megapixels/,
    );
  });

  it('renders a large preview', async () => {
    const { width, height } = await sharp(await renderPreview(await makePicture(4, 900, 600), 300)).metadata();
    expect([width, height]).toEqual([300, 200]);
  });
});
