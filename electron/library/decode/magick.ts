// Kinds of pictures that sharp does not know, by ImageMagick as WebAssembly. It is told the kind: left to find out itself, it
// would also run scripts (MSL, MVG).
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  AlphaAction,
  ColorSpace,
  ImageMagick,
  initializeImageMagick,
  MagickColors,
  MagickFormat,
  MagickImageInfo,
  MagickReadSettings,
  ResourceLimits,
  type IMagickImage,
} from '@imagemagick/magick-wasm';
import sharp from 'sharp';
import { LikenessError } from '../../contract/errors.ts';
import { checkPixels } from './check-pixels.ts';
import type { Source } from './decode.ts';

/** A picture is held whole, several times over while it is decoded: so many keep the process below 1 GiB. */
const MAX_PIXELS = 32e6;
/** Of kinds that are decoded with less. */
const MAX_PIXELS_OF: Readonly<Record<string, number>> = { psd: 50e6, jxl: 50e6 };
/** Bytes that ImageMagick may hold of pixels. */
const MEMORY = 700n * 2n ** 20n;
/** Pixels that are copied out at once. */
const STRIP = 2 ** 20;

interface Kind {
  name: string;
  format: MagickFormat;
}

interface Pixels {
  width: number;
  height: number;
  /** uint8, (height, width, 3), RGB. */
  data: Buffer;
}

const BY_TYPE: Readonly<Record<string, Kind>> = {
  'image/jxl': { name: 'jxl', format: MagickFormat.Jxl },
  'image/jp2': { name: 'jp2', format: MagickFormat.Jp2 },
  'image/jpx': { name: 'jp2', format: MagickFormat.Jp2 },
  'image/jpm': { name: 'jp2', format: MagickFormat.Jp2 },
  'image/j2c': { name: 'jp2', format: MagickFormat.J2c },
  'image/vnd.adobe.photoshop': { name: 'psd', format: MagickFormat.Psd },
  'image/x-xcf': { name: 'xcf', format: MagickFormat.Xcf },
  'image/bmp': { name: 'bmp', format: MagickFormat.Bmp },
  'image/x-icon': { name: 'ico', format: MagickFormat.Ico },
  'image/sgi': { name: 'sgi', format: MagickFormat.Sgi },
};

/** Of kinds that file-type does not tell, by the first bytes. */
const BY_BEGINNING: readonly (Kind & { beginning: RegExp })[] = [
  { name: 'dds', format: MagickFormat.Dds, beginning: /^DDS \x7c\0\0\0/ },
  { name: 'exr', format: MagickFormat.Exr, beginning: /^\x76\x2f\x31\x01/ },
  { name: 'hdr', format: MagickFormat.Hdr, beginning: /^#\?(?:RADIANCE|RGBE)\n/ },
  { name: 'pnm', format: MagickFormat.Pnm, beginning: /^P[1-6][\s#]/ },
  { name: 'pam', format: MagickFormat.Pam, beginning: /^P7\n/ },
  { name: 'ras', format: MagickFormat.Ras, beginning: /^\x59\xa6\x6a\x95/ },
  // Version, run lengths or none, bits a pixel and plane.
  { name: 'pcx', format: MagickFormat.Pcx, beginning: /^\x0a[\0\x02-\x05][\0\x01][\x01\x02\x04\x08]/ },
  // No signature: no name of any length may follow, a colour map or none, a kind of picture, and no map where there is none.
  { name: 'tga', format: MagickFormat.Tga, beginning: /^[^](?:\x01[\x01\x09]|\0[\x02\x03\x0a\x0b]\0\0\0\0\0)/ },
];

/** Names of the kinds that are read here. */
export const MAGICK_KINDS = [...Object.values(BY_TYPE), ...BY_BEGINNING].map(({ name }) => name);

let loaded: Promise<void> | undefined;

/** The kind of a picture that is read here. @param type as pictureTypeOf tells it @param head the first bytes */
export function magickKind(type: string | undefined, head: Uint8Array): Kind | undefined {
  // The beginning of an icon without pictures is that of a TGA file.
  const isTga = type === 'image/x-icon' && head[4] === 0 && head[5] === 0;
  if (type !== undefined && !isTga) return BY_TYPE[type];
  const start = Buffer.from(head.subarray(0, 16)).toString('latin1');
  return BY_BEGINNING.find(({ beginning }) => beginning.test(start));
}

/** @param bytes a whole file @throws Error with the reason where it cannot be read */
export async function openWithMagick(bytes: Uint8Array, { name, format }: Kind): Promise<Source> {
  loaded ??= load();
  await loaded;
  try {
    return openAs(bytes, name, format);
  } catch (error) {
    throw error instanceof LikenessError ? error : inWords(error as Error);
  }
}

function openAs(bytes: Uint8Array, name: string, format: MagickFormat): Source {
  const info = MagickImageInfo.create(bytes, new MagickReadSettings({ format }));
  checkPixels(info.width, info.height, MAX_PIXELS_OF[name] ?? MAX_PIXELS);
  const { width, height, data } = format === MagickFormat.Xcf ? allLayers(bytes) : oneFrame(bytes, format);
  return { format: name, width, height, open: () => sharp(data, { raw: { width, height, channels: 3 } }) };
}

async function load(): Promise<void> {
  await initializeImageMagick(
    await readFile(createRequire(import.meta.url).resolve('@imagemagick/magick-wasm/magick.wasm')),
  );
  ResourceLimits.memory = MEMORY;
  ResourceLimits.maxMemoryRequest = MEMORY;
  ResourceLimits.disk = 0n;
}

/** "InsufficientImageDataInFile `' @ error/bmp.c/ReadBMPImage/1125" becomes "insufficient image data in file". */
function inWords(error: Error): Error {
  const [code = ''] = error.message.split('`');
  const words = code.trim().replace(/([a-z])(?=[A-Z])/g, '$1 ');
  return new Error(words.toLowerCase(), { cause: error });
}

/** Of an icon the largest picture; else the first, which PSD files have for all layers together. */
function oneFrame(bytes: Uint8Array, format: MagickFormat): Pixels {
  const frameIndex = format === MagickFormat.Ico ? largestFrame(bytes, format) : 0;
  return ImageMagick.read(bytes, new MagickReadSettings({ format, frameIndex, frameCount: 1 }), pixelsOf);
}

function allLayers(bytes: Uint8Array): Pixels {
  const settings = new MagickReadSettings({ format: MagickFormat.Xcf });
  return ImageMagick.readCollection(bytes, settings, (layers) => layers.mosaic(pixelsOf));
}

function largestFrame(bytes: Uint8Array, format: MagickFormat): number {
  return ImageMagick.readCollection(bytes, new MagickReadSettings({ format }), (frames) => {
    const areas = frames.map(({ width, height }) => width * height);
    return areas.indexOf(Math.max(...areas));
  });
}

/** sRGB on white, upright. */
function pixelsOf(image: IMagickImage): Pixels {
  image.autoOrient();
  image.colorSpace = ColorSpace.sRGB;
  image.backgroundColor = MagickColors.White;
  image.alpha(AlphaAction.Remove);
  const { width, height } = image;
  const data = Buffer.allocUnsafe(width * height * 3);
  const rows = Math.max(1, Math.floor(STRIP / width));
  image.getPixels((pixels) => {
    for (let y = 0; y < height; y += rows) {
      const strip = pixels.toByteArray(0, y, width, Math.min(rows, height - y), 'RGB')!;
      data.set(strip, y * width * 3);
    }
  });
  return { width, height, data };
}
