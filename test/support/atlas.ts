// A library of pictures of clear kinds, of two years.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { openEngine } from './engines.ts';
import { settle, temporaryFolder } from './pictures.ts';

export const KINDS = ['sky', 'grass', 'night', 'bricks'] as const;
const COLOURS = {
  sky: ['#8fc7ff', '#ffffff'],
  grass: ['#2f8f2f', '#d8e060'],
  night: ['#0a0a20', '#ffe08a'],
  bricks: ['#a3402c', '#e8d8c8'],
};

/** One picture of a kind: its two colours, in a pattern of the kind, a little different each time. */
export async function drawKind(kind: (typeof KINDS)[number], seed: number): Promise<Buffer> {
  const [ground, mark] = COLOURS[kind];
  const shapes = Array.from({ length: 24 }, (_, i) => {
    const [x, y] = [(i * 97 + seed * 31) % 320, (i * 53 + seed * 17) % 240];
    if (kind === 'sky') return `<ellipse cx="${x}" cy="${y / 2}" rx="50" ry="14" fill="${mark}"/>`;
    if (kind === 'grass')
      return `<line x1="${x}" y1="240" x2="${x + 8}" y2="${120 + (y % 90)}" stroke="${mark}" stroke-width="3"/>`;
    if (kind === 'night') return `<circle cx="${x}" cy="${y}" r="3" fill="${mark}"/>`;
    return `<rect x="${(i % 6) * 56 + ((seed * 7) % 53)}" y="${Math.floor(i / 6) * 60 + ((seed * 3) % 29)}" width="50" height="24" fill="${mark}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="240"><rect width="100%" height="100%" fill="${ground}"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer();
}

/** So many pictures of each kind; nights were taken in 2019, all others in 2023. */
export async function writeKinds(folder: string, each: number, from = 0): Promise<void> {
  for (const kind of KINDS) {
    for (let seed = from; seed < from + each; seed++) {
      const year = kind === 'night' ? 2019 : 2023;
      const path = join(folder, `${kind}-${seed}.jpg`);
      const exif = { IFD2: { DateTimeOriginal: `${year}:06:0${1 + (seed % 9)} 10:00:00` } };
      writeFileSync(
        path,
        await sharp(await drawKind(kind, seed))
          .withExif(exif)
          .toBuffer(),
      );
      settle(path);
    }
  }
}

/** A library of such pictures, read to the end. */
export async function withKinds(each = 16): Promise<{ folder: string; libraryPath: string }> {
  const [folder, libraryPath] = [temporaryFolder(), temporaryFolder()];
  await writeKinds(folder, each);
  const engine = await openEngine({ libraryPath, watching: false });
  await engine.indexOnce([folder]);
  await engine.close();
  return { folder, libraryPath };
}
