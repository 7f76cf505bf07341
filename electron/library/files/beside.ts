// Files that other programs leave beside a photo to say something of it.
import { open } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

export interface Beside {
  /** XMP packets, the one that names the whole file first. */
  xmp: Uint8Array[];
  /** What Google Takeout, ExifTool and osxphotos write, as JSON. */
  json: string | undefined;
}

/** Larger ones are something else. */
const LARGEST = 2 ** 20;
/** Characters that Google Takeout leaves of a name before ".json". */
const TAKEOUT_NAME = 46;

export async function readBeside(path: string): Promise<Beside> {
  const inFolder = (name: string): string => join(dirname(path), name);
  const xmp = await Promise.all(xmpNames(basename(path)).map((name) => readSmall(inFolder(name))));
  return { xmp: xmp.filter((packet) => packet !== undefined), json: await readJson(basename(path), inFolder) };
}

async function readJson(photo: string, inFolder: (name: string) => string): Promise<string | undefined> {
  for (const name of jsonNames(photo)) {
    const bytes = await readSmall(inFolder(name));
    if (bytes) return Buffer.from(bytes).toString('utf8');
  }
  return undefined;
}

/** Names of the files that may say something of a photo, by its name. */
export const besideNames = (photo: string): string[] => [...xmpNames(photo), ...jsonNames(photo)];

function xmpNames(photo: string): string[] {
  const stem = photo.slice(0, photo.length - extname(photo).length);
  return [`${photo}.xmp`, `${photo}.XMP`, `${stem}.xmp`, `${stem}.XMP`];
}

const jsonNames = (photo: string): string[] => [
  ...new Set([`${photo}.supplemental-metadata`, photo].map((long) => `${long.slice(0, TAKEOUT_NAME)}.json`)),
];

/** Whether a file is named like one that says something of a photo. */
export const isNamedAsBeside = (path: string): boolean => /\.(xmp|XMP|json)$/.test(path);

/**
 * Where photos may be known that a file says something of; whether it does, besideNames tells.
 * @returns paths, and ranges of paths without their ends
 */
export function photosBeside(path: string): { paths: string[]; ranges: [after: string, before: string][] } {
  const base = path.slice(0, path.length - extname(path).length);
  if (extname(path) !== '.json') return { paths: [base], ranges: [[`${base}.`, `${base}/`]] };
  // What stands behind the photo's name may be cut short, and so may the name.
  const name = basename(base);
  const cuts = [...name.matchAll(/\./g)].map(({ index }) => base.slice(0, base.length - name.length + index));
  const ranges: [string, string][] = name.length === TAKEOUT_NAME ? [[base, `${base}\u{10ffff}`]] : [];
  return { paths: [base, ...cuts], ranges };
}

/** Undefined where it is not there, is too large or cannot be read: a photo does not depend on what lies beside it. */
async function readSmall(path: string): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(path, 'r');
    try {
      const stats = await handle.stat();
      return stats.isFile() && stats.size <= LARGEST ? await handle.readFile() : undefined;
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
