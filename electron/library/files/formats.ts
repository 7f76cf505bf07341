// Which files claim to be pictures: by their name, or, where the name says nothing, by their first bytes.
import { extname } from 'node:path';
import { fileTypeFromBuffer } from 'file-type';

/** Bytes of a file that suffice to tell its kind. */
export const SNIFF_BYTES = 4100;

/** Of what cameras' sensors saw. */
const RAW_EXTENSIONS =
  'cr2 cr3 crw nef nrw arw srf sr2 dng orf rw2 raf pef srw x3f erf kdc dcr mrw 3fr fff iiq mef mos rwl';
const RAW = new Set(RAW_EXTENSIONS.split(' '));

/** Extensions of raster pictures, decodable here or not: what is listed here and cannot be read is a problem to tell. */
const PICTURE_EXTENSIONS = new Set(
  (
    'jpg jpeg jpe jfif mpo png apng webp gif avif avifs heic heif heics hif tif tiff svg bmp dib ' +
    'jp2 j2k jpf jpx jxl jxr hdp psd psb xcf tga dds ico cur icns pcx sgi rgb rgba bw ras ppm pgm pbm pnm pam p7 ' +
    'fli flc blp msp exr hdr spider eps ai ' +
    RAW_EXTENSIONS
  ).split(' '),
);

/** Videos, which a page takes apart as far as it knows them. */
const VIDEO_TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  mkv: 'video/x-matroska',
  webm: 'video/webm',
  '3gp': 'video/3gpp',
  mts: 'video/mp2t',
  m2ts: 'video/mp2t',
  avi: 'video/x-msvideo',
  mpg: 'video/mpeg',
  mpeg: 'video/mpeg',
  wmv: 'video/x-ms-wmv',
};

/** Extensions of what lies beside pictures everywhere and need not be opened to know that it is none. */
const OTHER_EXTENSIONS = new Set(
  (
    'txt md json xml xmp aae html htm css js ts pdf doc docx xls xlsx ppt pptx odt ods csv ini log db sqlite lrcat ' +
    'mp3 m4a aac flac wav ogg opus zip gz tar 7z rar dmg iso exe dll ' +
    'gpl ttf otf woff woff2'
  ).split(' '),
);

/** Whether a file is named as what a camera's sensor saw. */
export const isRawName = (path: string): boolean => RAW.has(extname(path).slice(1).toLowerCase());

/** The MIME type of a video by its name. */
export const videoType = (path: string): string | undefined => VIDEO_TYPES[extname(path).slice(1).toLowerCase()];

/** What a name alone tells. */
export function claimByName(path: string): 'picture' | 'video' | 'other' | 'unknown' {
  const extension = extname(path).slice(1).toLowerCase();
  if (Object.hasOwn(VIDEO_TYPES, extension)) return 'video';
  if (PICTURE_EXTENSIONS.has(extension)) return 'picture';
  return OTHER_EXTENSIONS.has(extension) ? 'other' : 'unknown';
}

/**
 * The kind of picture that the first bytes tell, as a MIME type, or undefined where they tell none.
 * @param head the first SNIFF_BYTES of a file, or all of it
 */
export async function pictureTypeOf(head: Uint8Array): Promise<string | undefined> {
  const type = await fileTypeFromBuffer(head);
  if (type && type.mime !== 'application/xml') return type.mime.startsWith('image/') ? type.mime : undefined;
  const text = Buffer.from(head.subarray(0, 1024)).toString('latin1');
  if (/^(?:\uFEFF|\u00EF\u00BB\u00BF)?\s*(?:<\?xml[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE svg[^>]*>|\s)*<svg[\s>]/.test(text))
    return 'image/svg+xml';
  // SGI: magic number 474, then storage (0 or 1) and bytes a channel (1 or 2).
  if (head[0] === 0x01 && head[1] === 0xda && head[2]! <= 1 && (head[3] === 1 || head[3] === 2)) return 'image/sgi';
  return undefined;
}
