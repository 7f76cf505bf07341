// Files that are one photo together, by their names: a RAW file with the camera's JPEG, a photo with its edited copy, a Live Photo
// with its moving part.
import { basename, dirname, extname, join } from 'node:path';
import { isRawName } from './formats.ts';

/** 'raw': what the sensor saw; 'motion': the moving part of a Live Photo; 'picture': what the camera made of it; 'edited': what a person or the phone made of that. */
export type FileRole = 'raw' | 'motion' | 'picture' | 'edited';

/** A file as one of several that are the same photo. */
export interface NamedFile {
  readonly role: FileRole;
  /** Folder and name without what tells the role; the same for all files of a photo. */
  readonly base: string;
}

/** Formats in which cameras and phones write what they made of a photo. */
const CAMERA_PICTURES = new Set(['jpg', 'jpeg', 'jpe', 'heic', 'heif', 'hif']);

/** What Google Takeout adds to the names of edited copies, by the language of the account. */
const EDITED_SUFFIX = /^(.+)-(?:edited|bearbeitet|modifié|modificato|editado|bewerkt|edytowane|編集済み)$/u;
/** An iPhone names the edited copy of IMG_1234 so. */
const IPHONE_EDITED = /^(IMG_)E(\d{4,})$/;
const IPHONE = /^(IMG_)(\d{4,})$/;
/** Pixel phones: PXL_20230102_030405678.RAW-01.COVER.jpg beside ….RAW-02.ORIGINAL.dng; the same with PORTRAIT. */
const PIXEL = /^(PXL_\d+_\d+.*?)\.(RAW|PORTRAIT)-\d\d\.(?:MP\.)?(COVER|ORIGINAL)$/;

/** @returns undefined where a file of such a name is never one of several */
export function namedFile(path: string): NamedFile | undefined {
  const extension = extname(path);
  const folder = dirname(path);
  const stem = basename(path, extension).normalize('NFC');
  const kind = kindOf(path, stem);
  if (kind === undefined) return undefined;
  const named = (role: FileRole, base: string): NamedFile => ({
    role: kind === 'picture' ? role : kind,
    base: join(folder, base),
  });
  const pixel = PIXEL.exec(stem);
  if (pixel) return named(pixel[2] === 'PORTRAIT' && pixel[3] === 'COVER' ? 'edited' : 'picture', pixel[1]!);
  const iphone = IPHONE_EDITED.exec(stem);
  if (iphone) return named('edited', iphone[1]! + iphone[2]!);
  const takeout = EDITED_SUFFIX.exec(stem);
  return takeout ? named('edited', takeout[1]!) : named('picture', stem);
}

function kindOf(path: string, stem: string): 'raw' | 'motion' | 'picture' | undefined {
  const extension = extname(path).slice(1).toLowerCase();
  if (isRawName(path)) return 'raw';
  if (CAMERA_PICTURES.has(extension)) return 'picture';
  // Exports write MP4, but so do other programs of whatever they like.
  return extension === 'mov' || (extension === 'mp4' && /^IMG_E?\d{4}/.test(stem)) ? 'motion' : undefined;
}

const RANK: Record<FileRole, number> = { raw: 0, motion: 0, picture: 1, edited: 2 };

/** Whether a photo is shown by the one file and not by the other. */
export function leads(lead: NamedFile, companion: NamedFile): boolean {
  return lead.base === companion.base && RANK[lead.role] > RANK[companion.role];
}

/** Beginnings of the paths that files of the same photo may have, each ending in '.' or '-'. */
export function pathsOfPhoto({ base }: NamedFile): string[] {
  const iphone = IPHONE.exec(basename(base));
  const edited = iphone ? [join(dirname(base), `${iphone[1]}E${iphone[2]}.`)] : [];
  return [`${base}.`, `${base}-`, ...edited];
}

/** Those that show a photo first: edited before what the camera made, JPEG before other formats. */
export function compareLeads(a: string, b: string): number {
  const [one, other] = [namedFile(a), namedFile(b)];
  const jpegFirst = (path: string): number => (/\.jp/i.test(extname(path)) ? 0 : 1);
  return (other ? RANK[other.role] : 0) - (one ? RANK[one.role] : 0) || jpegFirst(a) - jpegFirst(b) || (a < b ? -1 : 1);
}
