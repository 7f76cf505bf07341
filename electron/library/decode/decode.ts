// Pixels of a picture file, upright and in sRGB: its thumbnail, and the square an embedder looks at.
import decodeHeic from 'heic-decode';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { LikenessError } from '../../contract/errors.ts';
import type { PixelRequest } from '../../contract/pixels.ts';
import type { Beside } from '../files/beside.ts';
import { pictureTypeOf, SNIFF_BYTES } from '../files/formats.ts';
import { readFacts, type PhotoFacts } from './metadata.ts';
import { checkPixels } from './check-pixels.ts';
import { drawingPreview, isDrawing } from './drawing-preview.ts';
import { MAGICK_KINDS, magickKind, openWithMagick } from './magick.ts';
import type { RawEdits } from './raw-edits.ts';
import { mayBeRaw, openRaw, rawFormat } from './raw.ts';
import { seePicture, type SeenPicture } from './small-picture.ts';
import { say, type Sentence, verbatim } from '../../contract/sentence.ts';

// One thread a process and no memory of earlier pictures: how many work at once is the engine's to say.
sharp.concurrency(1);
sharp.cache(false);

export interface DecodedPhoto extends PhotoFacts {
  /** Pixels, upright. */
  width: number;
  height: number;
  format: string;
  /** Mean colour, 0xRRGGBB. */
  colour: number;
  /** What the decoder complained about where it could read the picture all the same. */
  warning: Sentence | null;
  /** JPEG of at most THUMBNAIL_SIDE pixels a side. */
  thumbnail: Uint8Array;
  /** What it is compared with others by. */
  seen: SeenPicture;
  /** uint8, (height, width, 3), RGB, of the requested size. */
  pixels: Uint8Array;
}

export const THUMBNAIL_SIDE = 512;
const THUMBNAIL_QUALITY = 80;
const PREVIEW_QUALITY = 88;
export const LARGEST_WORKING_SIDE = 2048;
/** Formats that decode line by line may be larger than those that need the whole frame in memory. */
const MAX_PIXELS_STREAMED = 300e6;
const MAX_PIXELS_WHOLE = 100e6;
const READABLE = new Set([
  'jpeg',
  'png',
  'apng',
  'webp',
  'gif',
  'avif',
  'heic',
  'heif',
  'heic-sequence',
  'heif-sequence',
  'tiff',
  'svg',
  'svg+xml',
  ...MAGICK_KINDS,
]);
const WHITE = { r: 255, g: 255, b: 255 };
const HEIF_TYPES = new Set(['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence']);

/** A picture ready to be scaled: `open` starts a fresh pass over its pixels. */
export interface Source {
  format: string;
  width: number;
  height: number;
  /** What the camera says, where the decoder knows it. */
  facts?: Omit<PhotoFacts, 'told'>;
  open(tolerant: boolean): Sharp;
}

export interface OpenOptions {
  /** Milliseconds since 1970, against which a camera's clock is checked. */
  now?: number;
  /** How another program has turned and cropped a RAW file. */
  edits?: RawEdits | undefined;
}

/**
 * @param bytes a whole file
 * @param now milliseconds since 1970, against which a camera's clock is checked
 * @param beside what lies beside the file
 * @throws LikenessError 'unreadable' with the reason in words
 */
export async function decodePhoto(
  bytes: Uint8Array,
  request: PixelRequest,
  now: number,
  beside?: Beside,
  edits?: RawEdits,
): Promise<DecodedPhoto> {
  const source = await openPicture(bytes, { now, edits });
  const facts = readFacts(bytes, now, beside);
  const size = workingSize(source.width, source.height, request);
  const { working, warning } = await readWorking(source, size);
  const scaled = (): Sharp => sharp(working, { raw: { ...size, channels: 3 } });
  const thumbnail = await scaled()
    .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: THUMBNAIL_QUALITY })
    .toBuffer();
  return {
    width: source.width,
    height: source.height,
    format: source.format,
    colour: meanColour(working),
    ...facts,
    takenAt: facts.takenAt ?? source.facts?.takenAt ?? null,
    camera: facts.camera ?? source.facts?.camera ?? null,
    lens: facts.lens ?? source.facts?.lens ?? null,
    warning,
    thumbnail,
    seen: await seePicture(scaled()),
    pixels: await pixelsFor(scaled(), size, request),
  };
}

/**
 * Only what an embedder looks at, uint8, (height, width, 3).
 * @throws LikenessError 'unreadable' with the reason in words
 */
export async function decodePixels(bytes: Uint8Array, request: PixelRequest, edits?: RawEdits): Promise<Uint8Array> {
  const source = await openPicture(bytes, { edits });
  const size = workingSize(source.width, source.height, request);
  const { working } = await readWorking(source, size);
  return pixelsFor(sharp(working, { raw: { ...size, channels: 3 } }), size, request);
}

/**
 * A large JPEG to look at.
 * @param side pixels its longer side has at most
 * @throws LikenessError 'unreadable' with the reason in words
 */
export async function renderPreview(bytes: Uint8Array, side: number, edits?: RawEdits): Promise<Uint8Array> {
  const source = await openPicture(bytes, { edits });
  try {
    return await upright(source.open(true))
      .resize(side, side, { fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality: PREVIEW_QUALITY })
      .toBuffer();
  } catch (error) {
    throw unreadable(source.format, error);
  }
}

export async function openPicture(bytes: Uint8Array, { now = Date.now(), edits }: OpenOptions = {}): Promise<Source> {
  if (bytes.length === 0) throw new LikenessError('unreadable', say`The file is empty`);
  const head = bytes.subarray(0, SNIFF_BYTES);
  const type = await pictureTypeOf(head);
  const kind = magickKind(type, head);
  try {
    if (type && HEIF_TYPES.has(type)) return await openHeif(bytes, type);
    if (kind) return await openWithMagick(bytes, kind);
    if (type === undefined && isDrawing(head)) {
      const picture = await openWithSharp(drawingPreview(bytes));
      return { ...picture, format: 'eps' };
    }
    const raw = mayBeRaw(type, head) ? await openRaw(bytes, rawFormat(type), { now, edits }) : undefined;
    return raw ?? (await openWithSharp(bytes));
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    throw unreadable(kind?.name ?? type, error);
  }
}

async function openWithSharp(bytes: Uint8Array): Promise<Source> {
  const metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'none' }).metadata();
  const limit = streams(metadata) ? MAX_PIXELS_STREAMED : MAX_PIXELS_WHOLE;
  const height = metadata.pageHeight ?? metadata.height;
  checkPixels(metadata.width, height, limit);
  const sideways = (metadata.orientation ?? 1) >= 5;
  return {
    format: metadata.format === 'heif' ? (metadata.compression === 'av1' ? 'avif' : 'heic') : metadata.format,
    width: sideways ? height : metadata.width,
    height: sideways ? metadata.width : height,
    open: (tolerant) =>
      sharp(bytes, {
        limitInputPixels: limit,
        failOn: tolerant ? 'none' : 'warning',
        sequentialRead: true,
      }).autoOrient(),
  };
}

/** sharp's own build knows the HEIF container but not the HEVC pictures in it, so those come from libheif. */
async function openHeif(bytes: Uint8Array, type: string): Promise<Source> {
  const metadata = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  if (metadata?.compression === 'av1') return openWithSharp(bytes);
  if (metadata) checkPixels(metadata.width, metadata.height, MAX_PIXELS_WHOLE);
  const { width, height, data } = await decodeHeic({ buffer: bytes });
  checkPixels(width, height, MAX_PIXELS_WHOLE);
  return {
    format: type.replace('image/', ''),
    width,
    height,
    open: () => sharp(data, { raw: { width, height, channels: 4 }, limitInputPixels: MAX_PIXELS_WHOLE }),
  };
}

function streams(metadata: Metadata): boolean {
  return ['jpeg', 'png', 'tiff'].includes(metadata.format) && !metadata.isProgressive;
}

/** Large enough for the thumbnail and for the embedder, never larger than the picture. */
export function workingSize(width: number, height: number, request: PixelRequest): { width: number; height: number } {
  const short = Math.min(width, height);
  const long = Math.max(width, height);
  const forEmbedder =
    (request.fit === 'cover' ? request.resizeShortSide : Math.min(request.width, request.height)) / short;
  const scale = Math.min(1, Math.max(THUMBNAIL_SIDE / long, forEmbedder), LARGEST_WORKING_SIDE / long);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

export async function readWorking(
  source: Source,
  size: { width: number; height: number },
): Promise<{ working: Buffer; warning: Sentence | null }> {
  const read = (tolerant: boolean): Promise<Buffer> =>
    upright(source.open(tolerant)).resize(size.width, size.height, { fit: 'fill' }).raw().toBuffer();
  try {
    return { working: await read(false), warning: null };
  } catch (strict) {
    try {
      return { working: await read(true), warning: warningOf(strict as Error) };
    } catch (error) {
      throw unreadable(source.format, error);
    }
  }
}

function warningOf({ message }: Error): Sentence {
  const said = tidy(message);
  return said ? verbatim(said) : say`The decoder warned of damage`;
}

/** sRGB, eight bits, three channels; what is see-through shows white. */
function upright(image: Sharp): Sharp {
  return image.flatten({ background: WHITE }).toColourspace('srgb');
}

export async function pixelsFor(
  image: Sharp,
  size: { width: number; height: number },
  request: PixelRequest,
): Promise<Uint8Array> {
  const scaling = { fit: 'fill', kernel: request.kernel ?? 'lanczos3' } as const;
  if (request.fit === 'fill') return image.resize(request.width, request.height, scaling).raw().toBuffer();
  const scale = request.resizeShortSide / Math.min(size.width, size.height);
  const width = Math.max(request.width, Math.round(size.width * scale));
  const height = Math.max(request.height, Math.round(size.height * scale));
  return image
    .resize(width, height, scaling)
    .extract({
      left: Math.floor((width - request.width) / 2),
      top: Math.floor((height - request.height) / 2),
      width: request.width,
      height: request.height,
    })
    .raw()
    .toBuffer();
}

/** @param rgb uint8, (n, 3) */
function meanColour(rgb: Uint8Array): number {
  let [r, g, b] = [0, 0, 0];
  for (let i = 0; i < rgb.length; i += 3) {
    r += rgb[i]!;
    g += rgb[i + 1]!;
    b += rgb[i + 2]!;
  }
  const mean = (sum: number): number => Math.round(sum / (rgb.length / 3));
  return (mean(r) << 16) | (mean(g) << 8) | mean(b);
}

function unreadable(type: string | undefined, error: unknown): LikenessError {
  const message = tidy((error as Error).message);
  const kind = type?.replace(/^image\/(?:vnd\.)?/, '');
  const because = (reason: Sentence): LikenessError => new LikenessError('unreadable', reason, { cause: error });
  if (!kind) return because(say`It is named like a picture but does not hold one that can be read`);
  if (!READABLE.has(kind)) return because(say`Pictures of the kind ${kind} cannot be read yet`);
  if (/unsupported image format/i.test(message) || message === '') {
    return because(say`The picture (${kind}) is damaged, or is of a variety that cannot be read yet`);
  }
  return because(say`The picture (${kind}) is damaged: ${message}`);
}

/** One line of a decoder's complaint, without its internals' names. */
function tidy(message: string): string {
  const lines = message.split('\n').map((line) =>
    line
      .replace(/^Input (?:buffer|file) (?:has corrupt header:? ?|contains )?/, '')
      .replace(/^\w+: /, '')
      .trim(),
  );
  const line = lines.find((text) => text !== '' && !text.startsWith('Warning treated as error')) ?? '';
  return line.slice(0, 300);
}
