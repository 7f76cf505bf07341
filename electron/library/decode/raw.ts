// RAW files: the camera's own picture in them, which is what the photographer saw; where there is none, or it is small, LibRaw develops one.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import load, { type LibRaw } from 'libraw-wasm/dist/libraw.js';
import sharp, { type Sharp } from 'sharp';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import type { OpenOptions, Source } from './decode.ts';
import { believableTime, deviceName } from './fact-values.ts';
import { withEdits } from './raw-edits.ts';

/** Pixels of the longer side that the camera's picture must have to be shown, unless it is half as large as the photo. */
const LARGE_ENOUGH = 1024;
/** Pixels beyond which a photo is developed at half its size: what is worked with is smaller. */
const DEVELOP_WHOLE = 6e6;
/** Angles by which the camera was held, clockwise, by LibRaw's `flip` (its documentation of libraw_image_sizes_t). */
const ANGLES: Readonly<Record<number, number>> = { 0: 0, 3: 180, 5: 270, 6: 90 };
/** Of types that file-type tells; other RAW files look like TIFF or like nothing that is known. */
const TYPE = /^image\/x-(canon-cr[23]|nikon-nef|sony-arw|adobe-dng|olympus-orf|panasonic-rw2|fujifilm-raf)$/;

/** What LibRaw complains of over damaged files goes on without end, and would be held in memory. */
const quiet = (): void => undefined;

let loaded: ReturnType<typeof load> | undefined;

/** Whether the first bytes may be those of a RAW file. LibRaw tells one of 72 MB from an ordinary TIFF in 15 ms, a quarter of its decoding. @param type as pictureTypeOf tells it */
export function mayBeRaw(type: string | undefined, head: Uint8Array): boolean {
  if (type === undefined) return isTiffLike(head);
  return TYPE.test(type) || type === 'image/tiff';
}

/** The kind as file names have it. */
export function rawFormat(type: string | undefined): string {
  return TYPE.exec(type ?? '')?.[1]?.split('-')[1] ?? 'raw';
}

/**
 * @param bytes a whole file
 * @returns undefined where LibRaw does not know it
 * @throws LikenessError 'unreadable' where it does, and there is no picture to be had
 */
export async function openRaw(
  bytes: Uint8Array,
  format: string,
  { now, edits }: Required<OpenOptions>,
): Promise<Source | undefined> {
  loaded ??= readFile(createRequire(import.meta.url).resolve('libraw-wasm/dist/libraw.wasm')).then((wasmBinary) =>
    load({ wasmBinary, print: quiet, printErr: quiet }),
  );
  const module = await loaded;
  const raw = new module.LibRaw();
  try {
    if (!succeeds(() => raw.open(bytes, SETTINGS))) return undefined;
    const about = raw.metadata(true);
    const { width, height } = about;
    const facts: Source['facts'] = {
      takenAt: believableTime(about.timestamp > 0 ? about.timestamp * 1000 : NaN, now),
      camera: deviceName(about.camera_make, about.camera_model),
      lens: deviceName(about.lens?.LensMake, about.lens?.Lens),
    };
    const preview = await previewOf(raw, Math.max(width, height), about);
    const open = preview ?? develop(raw, bytes, width * height);
    const source: Source = { format, width, height, facts, open };
    return edits ? await withEdits(source, ANGLES[about.flip] ?? 0, edits) : source;
  } finally {
    raw.delete();
  }
}

const SETTINGS = { useCameraWb: true, outputBps: 8 } as const;

async function previewOf(
  raw: LibRaw,
  longSide: number,
  { raw_width, raw_height, flip }: { raw_width: number; raw_height: number; flip: number },
): Promise<(() => Sharp) | undefined> {
  let thumbnail: ReturnType<LibRaw['thumbnailData']>;
  if (!succeeds(() => (thumbnail = raw.thumbnailData())) || thumbnail?.format !== 'jpeg') return undefined;
  // Its own memory: LibRaw's is given back.
  const jpeg = Buffer.from(thumbnail.data);
  const size = await sharp(jpeg, { failOn: 'none' })
    .metadata()
    .catch(() => undefined);
  if (!size || Math.max(size.width, size.height) < Math.min(LARGE_ENOUGH, longSide / 2)) return undefined;
  const angle = ANGLES[flip] ?? 0;
  // Some cameras turn their picture themselves: one that stands while the sensor lies is upright already.
  const isTurned = angle % 180 !== 0 && size.width > size.height !== raw_width > raw_height;
  return () => sharp(jpeg, { failOn: 'none', sequentialRead: angle === 0 }).rotate(isTurned ? 0 : angle);
}

function develop(raw: LibRaw, bytes: Uint8Array, pixels: number): () => Sharp {
  let image: ReturnType<LibRaw['imageData']>;
  const isDeveloped = succeeds(() => {
    if (pixels > DEVELOP_WHOLE) raw.open(bytes, { ...SETTINGS, halfSize: true });
    image = raw.imageData();
  });
  if (!isDeveloped || !image)
    throw new LikenessError('unreadable', say`The RAW file is damaged, or is of a variety that cannot be read yet`);
  const { width, height, colors } = image;
  const data = Buffer.from(image.data as Uint8Array);
  return () => sharp(data, { raw: { width, height, channels: colors as 1 | 3 | 4 } });
}

/** LibRaw throws objects that are no errors, and tell nothing, where a file is not as it should be. */
function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError || error instanceof TypeError) throw error;
    return false;
  }
}

/** The byte orders that TIFF begins with, and the few that camera makers put in their place. */
function isTiffLike(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, 16)).toString('latin1');
  return /^(II[*RU]|MM\0[*]|IIRO|IIRS|FOVb|\0MRM|HEAPCCDR|.{4}HEAPCCDR|FUJIFILMCCD-RAW)/s.test(start);
}
