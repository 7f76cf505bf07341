// Pictures of plain colours, for the small models of transformers-models.ts.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { seededRandom } from '../../electron/numeric/random.ts';
import { settle } from './pictures.ts';

export type Colour = [number, number, number];

/** Pictures of one colour each, with a little noise; and their colours. */
export async function writeColours(folder: string, count: number): Promise<Map<string, Colour>> {
  mkdirSync(folder, { recursive: true });
  const random = seededRandom(17);
  const colours = new Map<string, Colour>();
  for (let i = 0; i < count; i++) {
    const colour: Colour = [random.below(256), random.below(256), random.below(256)];
    const noisy = Uint8Array.from({ length: 64 * 48 * 3 }, (_, at) =>
      Math.max(0, Math.min(255, colour[at % 3] + random.below(30) - 15)),
    );
    const file = join(folder, `picture ${i}.png`);
    await sharp(noisy, { raw: { width: 64, height: 48, channels: 3 } })
      .png()
      .toFile(file);
    settle(file);
    colours.set(file, colour);
  }
  return colours;
}
