// Duplicates found among photos with edited copies beside them: precision and recall of pairs, by edit; and how long it takes.
// Half of the edited photos is for choosing; what is printed as judged is the other half.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { Engine } from '../../electron/engine/engine.ts';
import { listDuplicates } from '../../electron/engine/reading/duplicates.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { edits as simpleEdits } from './near-duplicates.ts';

const EDITED = 100;
const GREY = { r: 40, g: 40, b: 40 };

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
  'turned by 3 degrees': (picture) => picture.rotate(3, { background: GREY }).jpeg({ quality: 90 }),
  'turned by 90 degrees': (picture) => picture.rotate(90).jpeg({ quality: 90 }),
};

export async function benchReview(photos: string): Promise<void> {
  const place = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
  const libraryPath = join(place, 'library');
  const copies = join(place, 'copies');
  mkdirSync(copies);
  try {
    const engine = await Engine.open({ libraryPath, watching: false, trainWhileReading: false });
    await engine.indexOnce([photos]);
    const all = [...engine.library.photos.timelineRows()].map(({ photoId }) => photoId).sort((a, b) => a - b);
    const chosen = seededRandom(31)
      .shuffle(all)
      .slice(0, 2 * EDITED);
    const originals = new Map<string, number>();
    for (const [at, photoId] of chosen.entries()) {
      const { path } = engine.methods.getPhoto({ photoId });
      originals.set(path, at);
      const upright = await sharp(readFileSync(path)).autoOrient().removeAlpha().toColourspace('srgb').png().toBuffer();
      const { width, height } = await sharp(upright).metadata();
      for (const [name, edit] of Object.entries(edits)) {
        const bytes = await edit(sharp(upright), { width, height }).toBuffer();
        writeFileSync(join(copies, `${at}-${name}.jpg`), bytes);
      }
    }
    await engine.indexOnce([copies]);
    await engine.close();
    const start = performance.now();
    const groups = await listDuplicates(libraryPath, ['same']);
    const seconds = (performance.now() - start) / 1000;

    /** Of the original and its edits: the same number; other photos have none. */
    const numberOf = (path: string): number | undefined =>
      path.startsWith(copies) ? Number.parseInt(basename(path), 10) : originals.get(path);
    const found = new Map<string, Set<number>>(Object.keys(edits).map((name) => [name, new Set()]));
    let [right, wrong] = [0, 0];
    for (const { files } of groups) {
      const numbers = files.map(({ path }) => numberOf(path));
      const ofWhich = numbers.find((number) => number !== undefined);
      const original = files.some(({ path }) => originals.get(path) === ofWhich);
      for (const [i, { path }] of files.entries()) {
        const isRight = numbers[i] !== undefined && numbers[i] === ofWhich;
        // Photos of the folder that were no originals may be copies of one another in truth: they are not counted.
        if (numbers[i] === undefined && ofWhich === undefined) continue;
        if (isRight) right++;
        else wrong++;
        const edit = /^\d+-(.*)\.jpg$/.exec(basename(path))?.[1];
        if (isRight && original && edit && path.startsWith(copies)) found.get(edit)!.add(numbers[i]!);
      }
    }
    const judged = (numbers: Set<number>): number => [...numbers].filter((number) => number >= EDITED).length;
    const chosenBy = (numbers: Set<number>): number => [...numbers].filter((number) => number < EDITED).length;
    const total = (of: (numbers: Set<number>) => number): number =>
      [...found.values()].reduce((sum, numbers) => sum + of(numbers), 0) / (EDITED * found.size);
    console.log(
      `  ${all.length} photos and ${chosen.length * found.size} edited copies of ${chosen.length}: ${groups.length} groups in ${seconds.toFixed(1)} s; of their files ${((100 * right) / (right + wrong)).toFixed(1)}% belong there (to reach 99%)`,
    );
    for (const [name, numbers] of found)
      console.log(`    ${name}: ${judged(numbers)}% with their original (${chosenBy(numbers)}% of those for choosing)`);
    console.log(
      `    all: ${(100 * total(judged)).toFixed(1)}% (${(100 * total(chosenBy)).toFixed(1)}% of those for choosing; to reach 95%)`,
    );
  } finally {
    rmSync(place, { recursive: true });
  }
}
