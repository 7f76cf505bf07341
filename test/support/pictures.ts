// Pictures made for tests: no two alike unless asked, of a few kinds that a descriptor can tell apart.
import { mkdirSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, onTestFinished } from 'vitest';
import { seededRandom } from '../../electron/numeric/random.ts';

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'likeness-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** One for all tests of a file, made outside of them. */
export function lastingFolder(): string {
  const path = mkdtempSync(join(tmpdir(), 'likeness-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const KINDS = 6;

/** A picture of a kind: stripes of one direction in one pair of colours, with its own noise of shapes. */
export async function makePicture(seed: number, width = 160, height = 120): Promise<Buffer> {
  const random = seededRandom(seed + 1);
  const kind = seed % KINDS;
  const hue = (kind * 360) / KINDS;
  const stripes = Array.from(
    { length: 9 },
    (_, i) => `<rect x="${i * 40 - 60}" y="-100" width="20" height="400" fill="hsl(${hue + 40} 70% 45%)"/>`,
  ).join('');
  const dots = Array.from(
    { length: 6 },
    () =>
      `<circle cx="${random.below(width)}" cy="${random.below(height)}" r="${4 + random.below(12)}" fill="hsl(${random.below(360)} 60% 60%)"/>`,
  ).join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="hsl(${hue} 50% 30%)"/><g transform="rotate(${kind * 30} 80 60)">${stripes}</g>${dots}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer();
}

export const kindOf = (seed: number): number => seed % KINDS;

/** Writes a picture, dated an hour ago, or as is said, so that it counts as settled. */
export async function writePicture(path: string, seed: number, date?: Date): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await sharp(await makePicture(seed)).toFile(path);
  settle(path, date);
}

export function settle(path: string, date = new Date(Date.now() - 3_600_000)): void {
  utimesSync(path, date, date);
}

/** So many pictures, named by their seed. */
export async function writePictures(folder: string, count: number, first = 0): Promise<string[]> {
  const paths: string[] = [];
  for (let seed = first; seed < first + count; seed++) {
    const path = join(folder, `${seed}.jpg`);
    await writePicture(path, seed);
    paths.push(path);
  }
  return paths;
}
