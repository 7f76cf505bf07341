// Duplicates found among photos with edited copies and strangers beside them: precision and recall by edit, of bursts, and of perceptual
// hashes in the same run; and how long it takes.
// Half of the edited photos is for choosing; what is printed as judged is the other half.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp, { type Matrix3x3, type Sharp } from 'sharp';
import { Engine } from '../../electron/engine/engine.ts';
import { listDuplicates } from '../../electron/engine/reading/duplicates.ts';
import { openDataset } from '../../electron/evaluation/dataset.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { drawLookalikes } from './lookalikes.ts';
import { edits as simpleEdits } from './near-duplicates.ts';
import { groupsByHash, hashAll, hashers } from './perceptual-hashes.ts';

const EDITED = 100;
/** Of a picture's sides, by which shots of one scene are apart. */
const SHIFT = 0.02;
/** Bits of 64 in which hashes of one picture may differ, at most. */
const MOST_BITS = 14;
/** Of the files in groups, the share that belongs there: below it, no more bits are tried. */
const LEAST_PRECISION = 0.9;
/** Of each kind of pictures that look alike, and the seed that judges: choices were made with another. */
const LOOKALIKES = 24;
const JUDGING_SEED = 77;
/** Pictures of others beside them, evenly of all their classes. */
const STRANGERS = 10_000;
const CLASSES = 200;
const GREY = { r: 40, g: 40, b: 40 };

/** From red, green and blue. */
const SEPIA: Matrix3x3 = [
  [0.393, 0.769, 0.189],
  [0.349, 0.686, 0.168],
  [0.272, 0.534, 0.131],
];
const WARMER: Matrix3x3 = [
  [1.12, 0, 0],
  [0, 1, 0],
  [0, 0, 0.82],
];

type Edit = (picture: Sharp, size: { width: number; height: number }) => Sharp;

const border: Edit = (picture, { width }) => {
  const wide = Math.round(width / 16);
  return picture.extend({ top: wide, bottom: wide, left: wide, right: wide, background: '#fff' }).jpeg({ quality: 90 });
};

const caption: Edit = (picture, { width, height }) => {
  const high = Math.round(height / 8);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${high}"><rect width="100%" height="100%" fill="#000"/><text x="8" y="${high * 0.7}" font-size="${high * 0.6}" fill="#fff">at the lake, 2019</text></svg>`;
  return picture.composite([{ input: Buffer.from(svg), left: 0, top: height - high }]).jpeg({ quality: 90 });
};

/** As a phone shows it: bars above and below. */
const screenshot: Edit = (picture, { height }) =>
  picture
    .extend({ top: Math.round(height / 6), bottom: Math.round(height / 6), background: '#111' })
    .jpeg({ quality: 90 });

const edits: Record<string, Edit> = {
  ...simpleEdits,
  border,
  caption,
  screenshot,
  'black and white': (picture) => picture.greyscale().jpeg({ quality: 90 }),
  sepia: (picture) => picture.recomb(SEPIA).jpeg({ quality: 90 }),
  warmer: (picture) => picture.recomb(WARMER).jpeg({ quality: 90 }),
  'stronger colours': (picture) => picture.modulate({ saturation: 1.5 }).jpeg({ quality: 90 }),
  'turned by 3 degrees': (picture) => picture.rotate(3, { background: GREY }).jpeg({ quality: 90 }),
  'turned by 90 degrees': (picture) => picture.rotate(90).jpeg({ quality: 90 }),
};

/** Of the edited photos those for choosing, and those that judge. */
type Half = 'chosen' | 'judged';

interface Judgement {
  /** Of the files in groups, the share that belongs there. */
  precision: Record<Half, number>;
  /** By edit, the share that is found with its original. */
  found: Map<string, Record<Half, number>>;
  recall: Record<Half, number>;
}

/** The original and edits of one photo have one number; other photos have none. */
type NumberOf = (path: string) => { number: number; edit: string | undefined } | undefined;

function judge(groups: readonly (readonly string[])[], numberOf: NumberOf): Judgement {
  const half = (number: number): Half => (number < EDITED ? 'chosen' : 'judged');
  const counts = { right: { chosen: 0, judged: 0 }, wrong: { chosen: 0, judged: 0 } };
  const found = new Map(Object.keys(edits).map((name) => [name, { chosen: 0, judged: 0 }]));
  for (const paths of groups) {
    const known = paths.map(numberOf);
    const first = known.find((one) => one !== undefined);
    // Photos that were no originals may be copies of one another in truth: groups of those alone are not counted.
    if (!first) continue;
    const isWhole = known.some((one) => one?.number === first.number && one.edit === undefined);
    for (const one of known) {
      const isRight = one?.number === first.number;
      counts[isRight ? 'right' : 'wrong'][half(first.number)]++;
      if (isRight && isWhole && one.edit !== undefined) found.get(one.edit)![half(first.number)] += 1 / EDITED;
    }
  }
  const of = (which: Half) => ({
    precision: counts.right[which] / Math.max(1, counts.right[which] + counts.wrong[which]),
    recall: [...found.values()].reduce((sum, shares) => sum + shares[which], 0) / found.size,
  });
  const [chosen, judged] = [of('chosen'), of('judged')];
  return {
    precision: { chosen: chosen.precision, judged: judged.precision },
    recall: { chosen: chosen.recall, judged: judged.recall },
    found,
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** @param strangers a zip of pictures as Tiny-ImageNet has them; undefined where there is none */
export async function benchReview(photos: string, strangers: string | undefined): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
  const libraryPath = join(place, 'library');
  const folders = ['copies', 'shots', 'others', 'lookalikes'].map((name) => join(place, name));
  const [copies, shots, others, lookalikes] = folders as [string, string, string, string];
  for (const folder of folders) mkdirSync(folder);
  try {
    const engine = await Engine.open({ libraryPath, watching: false, trainWhileReading: false });
    await engine.indexOnce([photos]);
    const all = [...engine.library.photos.timelineRows()].map(({ photoId }) => photoId).sort((a, b) => a - b);
    const paths = seededRandom(31)
      .shuffle(all)
      .map((photoId) => engine.methods.getPhoto({ photoId }).path);
    const originals = new Map<string, number>();
    for (const [at, path] of paths.slice(0, 2 * EDITED).entries()) {
      originals.set(path, at);
      const { upright, width, height } = await open(path);
      for (const [name, edit] of Object.entries(edits)) {
        const bytes = await edit(sharp(upright), { width, height }).toBuffer();
        writeFileSync(join(copies, `${at}-${name}.jpg`), bytes);
      }
    }
    await writeShots(paths.slice(2 * EDITED, 4 * EDITED), shots);
    if (strangers) await writeStrangers(strangers, others);
    else console.log('  without strangers: their zip was not found (--third-set FILE)');
    for (const [name, bytes] of await drawLookalikes(LOOKALIKES, JUDGING_SEED))
      writeFileSync(join(lookalikes, name), bytes);
    await engine.indexOnce(folders);
    await engine.close();
    const start = performance.now();
    const groups = await listDuplicates(libraryPath, ['same', 'bursts']);
    const seconds = (performance.now() - start) / 1000;
    const numberOf: NumberOf = (path) => {
      const original = originals.get(path);
      if (original !== undefined) return { number: original, edit: undefined };
      const [, number, edit] = /^(\d+)-(.*)\.jpg$/.exec(basename(path)) ?? [];
      return path.startsWith(copies) && edit !== undefined ? { number: Number(number), edit } : undefined;
    };
    const filesOf = (kind: string): string[][] =>
      groups.filter((group) => group.kind === kind).map(({ files }) => files.map(({ path }) => path));
    const ours = judge(filesOf('same'), numberOf);
    console.log(
      `  ${all.length} photos, ${originals.size * ours.found.size} edited copies of ${originals.size}, ${3 * EDITED} shots and ${readdirSync(others).length} strangers: ${seconds.toFixed(1)} s; ` +
        `of the files in groups ${percent(ours.precision.judged)} belong there (to reach 99%; ${percent(ours.precision.chosen)} of those for choosing)`,
    );
    for (const [name, { chosen, judged }] of ours.found)
      console.log(`    ${name}: ${percent(judged)} with their original (${percent(chosen)} of those for choosing)`);
    console.log(
      `    all: ${percent(ours.recall.judged)} (${percent(ours.recall.chosen)} of those for choosing; to reach 95%)`,
    );
    const alike = filesOf('same').filter((paths) => paths.some((path) => path.startsWith(lookalikes)));
    console.log(
      `    pages, forms, slides and messages with other words and drawings in other colours, taken for the same picture: ${alike.flat().length} of ${readdirSync(lookalikes).length}`,
    );
    const among = filesOf('same').filter((paths) => paths.every((path) => path.startsWith(others)));
    console.log(`    strangers in groups of their own, rightly or not: ${among.flat().length}`);
    reportShots([...filesOf('same'), ...filesOf('bursts')], shots);
    const filesIn = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));
    const asked = [...originals.keys(), ...filesIn(copies)];
    const rest = [...paths.filter((path) => !originals.has(path)), ...filesIn(others)];
    await reportHashes([...asked, ...rest], asked.length, numberOf);
  } finally {
    rmSync(place, { recursive: true });
  }
}

async function open(path: string): Promise<{ upright: Buffer; width: number; height: number }> {
  const upright = await sharp(readFileSync(path)).autoOrient().removeAlpha().toColourspace('srgb').png().toBuffer();
  const { width, height } = await sharp(upright).metadata();
  return { upright, width, height };
}

async function writeStrangers(zip: string, folder: string): Promise<void> {
  const dataset = await openDataset(zip, STRANGERS / CLASSES);
  for (const [at, item] of dataset.items.entries()) writeFileSync(join(folder, `${at}.webp`), await item.read());
  dataset.close();
}

/** Of each of the first half two shots within a second, a little apart; and in the same second one of another scene. */
async function writeShots(paths: readonly string[], folder: string): Promise<void> {
  for (let i = 0; i < EDITED; i++) {
    const scenes = [paths[i], paths[i], paths[EDITED + i]];
    for (const [shot, path] of scenes.entries()) {
      const { upright, width, height } = await open(path);
      const [across, down] = [Math.round(width * SHIFT), Math.round(height * SHIFT)];
      const second = String(shot === 1 ? 1 : 0).padStart(2, '0');
      const taken = `2020:01:${String(1 + Math.floor(i / 24)).padStart(2, '0')} ${String(i % 24).padStart(2, '0')}:00:${second}`;
      const bytes = await sharp(upright)
        .extract({ left: shot * across, top: shot * down, width: width - 2 * across, height: height - 2 * down })
        .jpeg({ quality: 92 })
        .withExif({ IFD2: { DateTimeOriginal: taken } })
        .toBuffer();
      writeFileSync(join(folder, `${i}-${'ab'[shot] ?? 'other'}.jpg`), bytes);
    }
  }
}

function reportShots(groups: readonly (readonly string[])[], folder: string): void {
  const [pairs, strangers] = [new Set<number>(), new Set<number>()];
  for (const paths of groups) {
    const names = new Set(paths.filter((path) => path.startsWith(folder)).map((path) => basename(path, '.jpg')));
    for (let i = 0; i < EDITED; i++) {
      if (names.has(`${i}-a`) && names.has(`${i}-b`)) pairs.add(i);
      if (names.has(`${i}-other`) && (names.has(`${i}-a`) || names.has(`${i}-b`))) strangers.add(i);
    }
  }
  console.log(
    `    shots of one scene within a second: ${percent(pairs.size / EDITED)} together (to reach 95%); of another scene in that second ${percent(strangers.size / EDITED)} with them (at most 1%)`,
  );
}

/** Each hash at the number of bits that finds most of those for choosing, with 99% of the files in groups belonging there. */
async function reportHashes(paths: readonly string[], asked: number, numberOf: NumberOf): Promise<void> {
  for (const [name, hasher] of Object.entries(hashers)) {
    const hashes = await hashAll(paths, hasher);
    const byBits: Judgement[] = [];
    for (const groups of groupsByHash(paths, hashes, MOST_BITS, asked)) {
      byBits.push(judge(groups, numberOf));
      // With more bits no more will belong there.
      if (byBits.at(-1)!.precision.chosen < LEAST_PRECISION) break;
    }
    const allowed = byBits.filter(({ precision }) => precision.chosen >= 0.99);
    const best = (allowed.length > 0 ? allowed : byBits).reduce((a, b) => (b.recall.chosen > a.recall.chosen ? b : a));
    console.log(
      `    ${name}, at most ${byBits.indexOf(best)} of 64 bits apart: ${percent(best.recall.judged)} with their original, ${percent(best.precision.judged)} of the files in groups belong there`,
    );
  }
}
