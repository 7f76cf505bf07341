import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { PixelRequest } from '../../../electron/contract/pixels.ts';
import { decodePhoto, renderPreview } from '../../../electron/library/decode/decode.ts';
import { MagickFormat, writeAs, writeTogether } from '../../support/magick-files.ts';
import { makeXcf } from '../../support/xcf-file.ts';

const request: PixelRequest = { width: 32, height: 32, fit: 'cover', resizeShortSide: 32 };
const decode = (bytes: Uint8Array) => decodePhoto(bytes, request, Date.UTC(2026, 0));

/** Left half red, right half blue. */
async function twoHalves(width: number, height: number): Promise<Buffer> {
  const blue = { create: { width: width / 2, height, channels: 3 as const, background: '#00f' } };
  return sharp({ create: { width, height, channels: 3, background: '#f00' } })
    .composite([{ input: blue, left: width / 2, top: 0 }])
    .png()
    .toBuffer();
}

const plain = (colour: string, width = 64, height = 48): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 4, background: colour } })
    .png()
    .toBuffer();

async function colourAt(jpeg: Uint8Array, x: number, y: number): Promise<string> {
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
  const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
  return r > 200 && g < 60 && b < 60 ? 'red' : b > 200 && r < 60 && g < 60 ? 'blue' : `${r} ${g} ${b}`;
}

describe('A picture of a kind that few programs write', () => {
  it.each([
    ['jxl', MagickFormat.Jxl],
    ['jp2', MagickFormat.Jp2],
    ['jp2', MagickFormat.J2c],
    ['psd', MagickFormat.Psd],
    ['psd', MagickFormat.Psb],
    ['bmp', MagickFormat.Bmp],
    ['bmp', MagickFormat.Bmp2],
    ['tga', MagickFormat.Tga],
    ['pcx', MagickFormat.Pcx],
    ['hdr', MagickFormat.Hdr],
    ['exr', MagickFormat.Exr],
    ['dds', MagickFormat.Dds],
    ['sgi', MagickFormat.Sgi],
    ['ras', MagickFormat.Ras],
    ['pnm', MagickFormat.Ppm],
    ['pam', MagickFormat.Pam],
  ])('is seen as it is: %s (%s)', async (format, written) => {
    const bytes = await writeAs(written, await twoHalves(640, 480));
    const photo = await decode(bytes);
    expect(photo).toMatchObject({ width: 640, height: 480, format, warning: null });
    const preview = await renderPreview(bytes, 4000);
    expect(await sharp(preview).metadata()).toMatchObject({ width: 640, height: 480 });
    for (const picture of [photo.thumbnail, preview])
      expect([await colourAt(picture, 0.2, 0.5), await colourAt(picture, 0.8, 0.5)]).toEqual(['red', 'blue']);
  });

  it('is put upright as it says', async () => {
    const bytes = await writeAs(MagickFormat.Jxl, await twoHalves(640, 480), (image) => {
      image.orientation = 6;
    });
    const photo = await decode(bytes);
    expect(photo).toMatchObject({ width: 480, height: 640 });
    // Turned clockwise by a quarter, the left is above.
    expect([await colourAt(photo.thumbnail, 0.5, 0.2), await colourAt(photo.thumbnail, 0.5, 0.8)]).toEqual([
      'red',
      'blue',
    ]);
  });

  it('shows white where it is see-through', async () => {
    const photo = await decode(await writeAs(MagickFormat.Psd, await plain('#ff000000')));
    expect(photo.colour).toBe(0xffffff);
  });

  it('of light that is linear has the brightness that was meant', async () => {
    const grey = await plain('#808080');
    for (const format of [MagickFormat.Hdr, MagickFormat.Exr]) {
      const { colour } = await decode(await writeAs(format, grey));
      expect(Math.abs((colour & 255) - 128)).toBeLessThanOrEqual(2);
    }
  });

  it('with several sizes of one icon is seen as the largest', async () => {
    const sizes = [await plain('#00ff00', 16, 16), await plain('#ff0000', 64, 64), await plain('#0000ff', 32, 32)];
    const photo = await decode(await writeTogether(MagickFormat.Ico, sizes));
    expect(photo).toMatchObject({ width: 64, height: 64, format: 'ico' });
    expect(await colourAt(photo.thumbnail, 0.5, 0.5)).toBe('red');
  });

  it('with layers is seen as all of them together: XCF', async () => {
    const layers = [
      { colour: 0x0000ff, x: 32, width: 32 },
      { colour: 0xff0000, x: 0, width: 64 },
    ];
    const photo = await decode(makeXcf(64, 48, layers));
    expect(photo).toMatchObject({ width: 64, height: 48, format: 'xcf' });
    expect([await colourAt(photo.thumbnail, 0.2, 0.5), await colourAt(photo.thumbnail, 0.8, 0.5)]).toEqual([
      'red',
      'blue',
    ]);
  });

  it('that says it is too large is not opened', async () => {
    const bytes = await writeAs(MagickFormat.Psd, await plain('#ff0000'));
    // Height and width (Adobe Photoshop file formats specification, file header section).
    bytes.writeInt32BE(20_000, 14);
    bytes.writeInt32BE(20_000, 18);
    await expect(decode(bytes)).rejects.toThrow(/400 megapixels.*at most 50 megapixels/);
  });

  it.each([MagickFormat.Jxl, MagickFormat.Jp2, MagickFormat.Psd, MagickFormat.Bmp, MagickFormat.Exr, MagickFormat.Dds])(
    'cut short at any place is read as far as it goes, or said to be damaged: %s',
    async (format) => {
      const whole = await writeAs(format, await twoHalves(64, 48));
      for (let share = 0.05; share < 1; share += 0.1) {
        const cut = whole.subarray(0, Math.floor(whole.length * share));
        const seen = await decode(cut).catch((error: unknown) => error as Error);
        if (seen instanceof Error) expect(seen).toMatchObject({ name: 'LikenessError', code: 'unreadable' });
        else expect([seen.width, seen.height]).toEqual([64, 48]);
      }
    },
  );

  it('is seen as its own preview where it is a drawing: EPS, and Illustrator files', async () => {
    const halves = await twoHalves(640, 480);
    const tiff = await sharp(halves).tiff().toBuffer();
    const postscript = Buffer.from('%!PS-Adobe-3.0 EPSF-3.0\n%%EOF\n');
    const header = Buffer.alloc(30);
    header.writeUInt32BE(0xc5d0d3c6, 0);
    header.writeUInt32LE(30, 4);
    header.writeUInt32LE(postscript.length, 8);
    header.writeUInt32LE(30 + postscript.length, 20);
    header.writeUInt32LE(tiff.length, 24);
    const jpeg = await sharp(halves).jpeg().toBuffer();
    const lines = jpeg.toString('base64').replace(/.{76}/g, '$&&#xA;');
    const xmp = `<xmpGImg:format>JPEG</xmpGImg:format><xmpGImg:image>${lines}</xmpGImg:image>`;
    for (const bytes of [
      Buffer.concat([header, postscript, tiff]),
      Buffer.from(`%!PS-Adobe-3.0 EPSF-3.0\n${xmp}\n%%EOF`),
      Buffer.from(`%PDF-1.5\n1 0 obj\n${xmp}\nendobj`),
    ]) {
      const photo = await decode(bytes);
      expect(photo).toMatchObject({ width: 640, height: 480, format: 'eps' });
      expect(await colourAt(photo.thumbnail, 0.2, 0.5)).toBe('red');
    }
    await expect(decode(postscript)).rejects.toThrow('The drawing holds no preview that can be shown');
  });

  it.each([
    ['a script', 'push graphic-context\nviewbox 0 0 10 10\nimage over 0,0 0,0 "/etc/passwd"\npop graphic-context'],
    ['a list of commands', '<?xml version="1.0"?><image><read filename="/etc/passwd"/></image>'],
    ['words', 'id=ImageMagick version=1.0\nclass=DirectClass'],
  ])('is not taken for one that ImageMagick would run: %s', async (_, text) => {
    await expect(decode(Buffer.from(text))).rejects.toThrow('does not hold one that can be read');
  });
});
