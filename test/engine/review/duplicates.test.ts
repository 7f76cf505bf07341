import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { listDuplicates, type DuplicateGroup } from '../../../electron/engine/reading/duplicates.ts';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { runLikeness } from '../../support/run-likeness.ts';
import { openEngine } from '../../support/engines.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { makePicture, settle, temporaryFolder } from '../../support/pictures.ts';

const named = (groups: readonly DuplicateGroup[]): unknown[] =>
  groups.map(({ kind, files }) => [kind, ...files.map(({ path }) => basename(path))]);

/** A picture of its own: many shapes at random. */
async function drawScene(seed: number): Promise<Buffer> {
  const random = seededRandom(1000 + seed);
  const shapes = Array.from({ length: 40 }, () => {
    const [x, y, size] = [random.below(640), random.below(480), 20 + random.below(120)];
    const colour = `hsl(${random.below(360)} ${20 + random.below(70)}% ${15 + random.below(70)}%)`;
    return random.below(2) === 0
      ? `<circle cx="${x}" cy="${y}" r="${size / 2}" fill="${colour}"/>`
      : `<rect x="${x}" y="${y}" width="${size}" height="${size * 0.6}" transform="rotate(${random.below(180)} ${x} ${y})" fill="${colour}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="100%" height="100%" fill="#888"/>${shapes.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 90 }).toBuffer();
}

/** Thirty pictures, of which one is copied, and one edited in five ways; beside them three shots of one scene, two within a second. */
async function withDuplicates(): Promise<string> {
  const folder = temporaryFolder();
  const libraryPath = temporaryFolder();
  for (let seed = 0; seed < 30; seed++) {
    await sharp(await drawScene(seed)).toFile(join(folder, `${seed}.jpg`));
    settle(join(folder, `${seed}.jpg`));
  }
  mkdirSync(join(folder, 'more'));
  copyFileSync(join(folder, '3.jpg'), join(folder, 'more', 'copy of 3.jpg'));
  settle(join(folder, 'more', 'copy of 3.jpg'));
  const original = await drawScene(5);
  const edits = {
    'half.jpg': sharp(original).resize(320).jpeg({ quality: 85 }),
    'quality 30.jpg': sharp(original).jpeg({ quality: 30 }),
    'cut.jpg': sharp(original).extract({ left: 64, top: 48, width: 512, height: 384 }).jpeg({ quality: 85 }),
    'brighter.jpg': sharp(original).modulate({ brightness: 1.2 }).jpeg({ quality: 85 }),
    'mirrored.jpg': sharp(original).flop().jpeg({ quality: 85 }),
  };
  const at = (second: number): object => ({ IFD2: { DateTimeOriginal: `2024:07:01 10:00:0${second}` } });
  const shots = {
    'shot 1.jpg': sharp(await makePicture(105, 640, 480)).withExif(at(1)),
    'shot 2.jpg': sharp(await makePicture(111, 640, 480)).withExif(at(2)),
    'later.jpg': sharp(await makePicture(117, 640, 480)).withExif(at(9)),
  };
  for (const [name, picture] of Object.entries({ ...edits, ...shots })) {
    await picture.toFile(join(folder, name));
    settle(join(folder, name));
  }
  const engine = await openEngine({ libraryPath, watching: false });
  await engine.indexOnce([folder]);
  await engine.close();
  return libraryPath;
}

describe('Duplicates', () => {
  it('are the same bytes, the same picture, and one moment, each told as that, and what shows the most comes first', async () => {
    const library = await withDuplicates();
    const shares: number[] = [];
    const groups = await listDuplicates(library, ['copies', 'same', 'bursts'], (share) => shares.push(share));
    expect(shares.at(-1)).toBe(1);
    const [same, ...others] = groups;
    expect(same.kind).toBe('same');
    expect(named([{ ...same, files: same.files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) }])).toEqual([
      ['same', '5.jpg', 'brighter.jpg', 'cut.jpg', 'half.jpg', 'mirrored.jpg', 'quality 30.jpg'],
    ]);
    // The smallest last, and what could go is what all others take.
    expect(basename(same.files.at(-1)!.path)).toBe('half.jpg');
    expect(same.gain).toBe(same.files.slice(1).reduce((sum, { bytes }) => sum + bytes, 0));
    expect(named(others.sort((a, b) => (a.kind < b.kind ? 1 : -1)))).toEqual([
      ['copies', '3.jpg', 'copy of 3.jpg'],
      ['bursts', 'shot 1.jpg', 'shot 2.jpg'],
    ]);
  });

  it('are listed by the command line, which changes nothing', async () => {
    const library = await withDuplicates();
    const before = statSync(cataloguePath(library)).mtimeMs;
    const { code, stdout } = await runLikeness([
      'duplicates',
      '--library',
      library,
      '--kind',
      'copies,bursts',
      '--json',
    ]);
    expect(code).toBe(0);
    const { groups } = JSON.parse(stdout) as { groups: DuplicateGroup[] };
    expect(groups.map(({ kind }) => kind).sort()).toEqual(['bursts', 'copies']);
    const told = await runLikeness(['duplicates', '--library', library, '--kind', 'copies']);
    expect(told.stdout).toMatch(
      /^the same bytes: 2 files, 0\.\d MB beside the first\n {2}640x480 {2}\S+ MB {2}\S+3\.jpg\n.*copy of 3\.jpg\n1 groups, /,
    );
    const wrong = await runLikeness(['duplicates', '--library', library, '--kind', 'all']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Expected some of copies, same, bursts')]);
    expect(statSync(cataloguePath(library)).mtimeMs).toBe(before);
  });

  it('are none in a library without photos', async () => {
    const library = temporaryFolder();
    await (await openEngine({ libraryPath: library, watching: false })).close();
    expect(await listDuplicates(library, ['copies', 'same', 'bursts'])).toEqual([]);
  });
});
