// A library with copies, edited copies, and shots of one moment.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '../../electron/numeric/random.ts';
import { openEngine } from './engines.ts';
import { makePicture, settle, temporaryFolder } from './pictures.ts';

/** A picture of its own: many shapes at random. */
export async function drawScene(seed: number): Promise<Buffer> {
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

/** Thirty pictures, of which one is copied, and one edited in five ways; beside them are three shots of one scene, two within a second. */
export async function withDuplicates(): Promise<{ folder: string; libraryPath: string }> {
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
    'later.jpg': sharp(await makePicture(129, 640, 480)).withExif(at(9)),
  };
  for (const [name, picture] of Object.entries({ ...edits, ...shots })) {
    await picture.toFile(join(folder, name));
    settle(join(folder, name));
  }
  const engine = await openEngine({ libraryPath, watching: false });
  await engine.indexOnce([folder]);
  await engine.close();
  return { folder, libraryPath };
}
