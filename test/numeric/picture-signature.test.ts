import { describe, expect, it } from 'vitest';
import { turn, type GreyPicture } from '../../electron/numeric/grey-picture.ts';
import { signatureOf, SIGNATURE_SIZE } from '../../electron/numeric/picture-signature.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { sharpnessOf } from '../../electron/numeric/sharpness.ts';

/** Patches of light at random, smooth enough that it does not matter where exactly a pixel is looked at. */
function scene(seed: number): GreyPicture {
  const random = seededRandom(seed);
  const waves = Array.from({ length: 12 }, () => [
    random.normal(),
    random.normal(),
    6 * random.normal(),
    40 * random.normal(),
  ]);
  const [width, height] = [64, 48];
  const pixels = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [(i % width) / 8, Math.floor(i / width) / 8];
    return waves.reduce((sum, [u, v, phase, light]) => sum + light * Math.cos(u * x + v * y + phase), 128);
  });
  return { width, height, pixels };
}

const distance = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);

const mirrored = ({ width, height, pixels }: GreyPicture): GreyPicture => ({
  width,
  height,
  pixels: pixels.map((_, i) => pixels[i - (i % width) + width - 1 - (i % width)]),
});

describe('The signature of a picture', () => {
  it('stays the same when it is turned by quarters or mirrored, and is another for another picture', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const own = signatureOf(scene(seed));
      expect(own).toHaveLength(SIGNATURE_SIZE);
      expect(Math.hypot(...own)).toBeCloseTo(1, 4);
      for (const same of [turn(scene(seed), 1), turn(scene(seed), 2), turn(scene(seed), 3), mirrored(scene(seed))])
        expect(distance(own, signatureOf(same))).toBeLessThan(0.05);
      expect(distance(own, signatureOf(scene(seed + 100)))).toBeGreaterThan(0.1);
    }
  });

  it('is nothing for a picture of one tone', () => {
    const flat = { width: 8, height: 8, pixels: new Float32Array(64).fill(90) };
    expect([...signatureOf(flat)]).toEqual(Array(SIGNATURE_SIZE).fill(0));
  });
});

describe('Sharpness', () => {
  it('falls when a picture is blurred, and does not change with its contrast', () => {
    const { width, height, pixels } = scene(1);
    const grain = seededRandom(2);
    const sharp = { width, height, pixels: pixels.map((value) => value + 8 * grain.normal()) };
    const blurred = {
      width,
      height,
      pixels: sharp.pixels.map(
        (value, i) => (value + (sharp.pixels[i + 1] ?? value) + (sharp.pixels[i + width] ?? value)) / 3,
      ),
    };
    expect(sharpnessOf(blurred)).toBeLessThan(0.6 * sharpnessOf(sharp));
    const faint = { width, height, pixels: sharp.pixels.map((value) => value / 2) };
    expect(sharpnessOf(faint)).toBeCloseTo(sharpnessOf(sharp), 5);
    expect(sharpnessOf({ width: 2, height: 2, pixels: new Float32Array(4) })).toBe(0);
  });
});
