// Damaged picture files: one file of every kind that can be made here, and what can happen to it.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { LikenessError } from '../../electron/contract/errors.ts';
import type { PixelRequest } from '../../electron/contract/pixels.ts';
import { ReaderPool } from '../../electron/library/decode/reader-pool.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { MagickFormat, writeAs } from './magick-files.ts';
import { makePicture } from './pictures.ts';
import { makeDng } from './raw-files.ts';
import { makeXcf } from './xcf-file.ts';
import { packet } from './xmp.ts';

const BY_MAGICK = [
  'Jxl',
  'Jp2',
  'Psd',
  'Bmp',
  'Tga',
  'Pcx',
  'Hdr',
  'Exr',
  'Dds',
  'Sgi',
  'Ras',
  'Ppm',
  'Pam',
  'Ico',
] as const;
const REQUEST: PixelRequest = { width: 64, height: 64, fit: 'cover', resizeShortSide: 64 };

/** Files by their kind. @param others a folder of files of kinds that cannot be made here, by their endings; none where it is missing */
export async function filesOfEveryKind(others: string): Promise<Map<string, Buffer>> {
  const picture = await makePicture(3);
  const read = sharp(picture);
  const files = new Map<string, Buffer>([
    [
      'jpeg',
      await read
        .clone()
        .withExif({ IFD0: { Make: 'Canon' } })
        .withXmp(packet({ caption: 'a', stars: 2 }))
        .jpeg()
        .toBuffer(),
    ],
    ['progressive jpeg', await read.clone().jpeg({ progressive: true }).toBuffer()],
    ['png', await read.clone().png().toBuffer()],
    ['webp', await read.clone().webp().toBuffer()],
    ['gif', await read.clone().gif().toBuffer()],
    ['avif', await read.clone().avif({ effort: 0 }).toBuffer()],
    ['tiff', await read.clone().tiff().toBuffer()],
    [
      'svg',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60"><circle r="9" fill="#f00"/></svg>'),
    ],
    ['dng', makeDng({ width: 320, height: 240 })],
    ['dng with a preview', makeDng({ width: 320, height: 240, preview: picture })],
    ['xcf', makeXcf(64, 48, [{ colour: 0xff, x: 0, width: 64 }])],
  ]);
  for (const kind of BY_MAGICK)
    files.set(kind.toLowerCase(), await writeAs(MagickFormat[kind], picture, (image) => image.resize(64, 48)));
  if (existsSync(others))
    for (const name of readdirSync(others))
      if (/\.heic$/i.test(name)) files.set('heic', readFileSync(join(others, name)));
  return files;
}

/** What happened to a file: bytes flipped, an end cut off, pieces swapped or written over with others. */
export function damaged(bytes: Buffer, seed: number): Buffer {
  const random = seededRandom(seed);
  const out = Buffer.from(bytes);
  const at = (): number => random.below(out.length);
  // Half of all damage is where the file says what it is.
  const place = (): number => (random.below(2) === 0 ? random.below(Math.min(512, out.length)) : at());
  switch (seed % 4) {
    case 0:
      for (let i = 1 + random.below(16); i > 0; i--) out[place()] = random.below(256);
      return out;
    case 1:
      return out.subarray(0, at());
    case 2: {
      const length = 1 + random.below(Math.max(1, out.length >> 2));
      const [from, to] = [random.below(out.length - length + 1), random.below(out.length - length + 1)];
      const held = Buffer.from(out.subarray(from, from + length));
      out.copyWithin(from, to, to + length);
      held.copy(out, to);
      return out;
    }
    default: {
      // Numbers at the edges of what they can be.
      const edge = [0, 1, 0x7f, 0x80, 0xff][random.below(5)];
      const start = place();
      return out.fill(edge, start, Math.min(out.length, start + 1 + random.below(8)));
    }
  }
}

export interface FuzzReport {
  cases: number;
  read: number;
  refused: number;
  /** Of the refused, those at which a reader was stopped because it took too long or too much memory. */
  givenUp: number;
  /** What did not end as it should, with its kind and seed. */
  faults: string[];
  /** Milliseconds. */
  slowest: number;
  /** MiB of the largest reader, where the system tells. */
  largest: number;
}

/** Milliseconds and MiB that a damaged file may take; readers are stopped after 30 s, and at 1 GiB, for which it is looked ten times a second. */
const MOST_TIME = 31_000;
const MOST_MEMORY = 1100;

/** Reads damaged files in reader processes. @param seeds one case each, by kinds in turn */
export async function fuzzFiles(
  files: ReadonlyMap<string, Buffer>,
  seeds: readonly number[],
  processes: number,
): Promise<FuzzReport> {
  const readers = new ReaderPool(processes);
  const report: FuzzReport = { cases: 0, read: 0, refused: 0, givenUp: 0, faults: [], slowest: 0, largest: 0 };
  const kinds = [...files.keys()];
  const left = [...seeds];
  const work = async (): Promise<void> => {
    for (let seed = left.pop(); seed !== undefined; seed = left.pop()) {
      const kind = kinds[seed % kinds.length];
      const bytes = damaged(files.get(kind)!, seed);
      const start = performance.now();
      try {
        await readers.decodeBytes(bytes, REQUEST);
        report.read++;
      } catch (error) {
        report.refused++;
        const isTold = error instanceof LikenessError && error.code === 'unreadable';
        const words = (error as Error).message;
        if (words.includes('was given up')) report.givenUp++;
        if (!isTold || /crash|failed:/.test(words)) report.faults.push(`${kind}, seed ${seed}: ${words}`);
      }
      const took = performance.now() - start;
      report.slowest = Math.max(report.slowest, took);
      if (took > MOST_TIME) report.faults.push(`${kind}, seed ${seed}: ${Math.round(took)} ms`);
      const memory = largestChild();
      report.largest = Math.max(report.largest, memory);
      if (memory > MOST_MEMORY) report.faults.push(`${kind}, seed ${seed}: ${Math.round(memory)} MiB`);
      report.cases++;
    }
  };
  try {
    await Promise.all(Array.from({ length: processes }, () => work()));
    return report;
  } finally {
    await readers.close();
  }
}

/** MiB that the largest process which this one started has held at once; 0 where the system does not tell. */
function largestChild(): number {
  let largest = 0;
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
    for (const child of children) {
      const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8'))?.[1];
      largest = Math.max(largest, Number(peak ?? 0) / 1024);
    }
  } catch {
    // A child that has just ended, or a system without /proc.
  }
  return largest;
}
