// Files that other programs leave beside a photo to say something of it.
import { open } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

export interface Beside {
  /** XMP packets, the one that names the whole file first. */
  xmp: Uint8Array[];
  /** What Google Takeout and Apple's export write, as JSON. */
  json: string | undefined;
}

/** Larger ones are something else. */
const LARGEST = 2 ** 20;
/** Characters that Google Takeout leaves of a name before ".json". */
const TAKEOUT_NAME = 46;

export async function readBeside(path: string): Promise<Beside> {
  const stem = path.slice(0, path.length - extname(path).length);
  const xmp = await Promise.all([`${path}.xmp`, `${path}.XMP`, `${stem}.xmp`, `${stem}.XMP`].map(readSmall));
  return { xmp: xmp.filter((packet) => packet !== undefined), json: await readJson(path) };
}

async function readJson(path: string): Promise<string | undefined> {
  const name = basename(path);
  const names = new Set([`${name}.supplemental-metadata`, name].map((long) => `${long.slice(0, TAKEOUT_NAME)}.json`));
  for (const one of names) {
    const bytes = await readSmall(join(dirname(path), one));
    if (bytes) return Buffer.from(bytes).toString('utf8');
  }
  return undefined;
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
