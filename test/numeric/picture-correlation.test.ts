import { describe, expect, it } from 'vitest';
import { comparable, COPIES, correlation, type GreyPicture } from '../../electron/numeric/picture-correlation.ts';
import { seededRandom } from '../../electron/numeric/random.ts';

/** Blobs of light, as a scene has them. */
function scene(seed: number, width = 64, height = 48): GreyPicture {
  const random = seededRandom(seed);
  const blobs = Array.from({ length: 25 }, () => [
    random.below(64),
    random.below(48),
    2 + random.below(8),
    random.normal(),
  ]);
  const pixels = Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [((i % width) * 64) / width, (Math.floor(i / width) * 48) / height];
    return blobs.reduce(
      (sum, [bx, by, r, light]) => sum + light * Math.exp(-((x - bx) ** 2 + (y - by) ** 2) / r ** 2),
      0,
    );
  });
  return { width, height, pixels };
}

function cut({ width, pixels }: GreyPicture, left: number, top: number, w: number, h: number): GreyPicture {
  const out = Float32Array.from(
    { length: w * h },
    (_, i) => pixels[(top + Math.floor(i / w)) * width + left + (i % w)],
  );
  return { width: w, height: h, pixels: out };
}

const fit = (a: GreyPicture, b: GreyPicture): number => correlation(comparable(a), comparable(b));
const map = (picture: GreyPicture, change: (value: number, i: number) => number): GreyPicture => ({
  ...picture,
  pixels: picture.pixels.map(change),
});

describe('Two pictures', () => {
  it('are copies where one is brighter, smaller, mirrored or cut out of the other', () => {
    const one = scene(1);
    expect(fit(one, one)).toBeCloseTo(1);
    expect(
      fit(
        one,
        map(one, (value) => 3 * value + 40),
      ),
    ).toBeCloseTo(1);
    expect(fit(scene(1, 40, 30), one)).toBeGreaterThan(0.9);
    const mirrored = map(one, (_, i) => one.pixels[i - (i % 64) + 63 - (i % 64)]);
    expect(fit(mirrored, one)).toBeCloseTo(1);
    const part = cut(one, 8, 6, 50, 38);
    expect(fit(part, one)).toBeGreaterThan(COPIES);
    expect(fit(one, part)).toBeGreaterThan(COPIES);
  });

  it('are none where they show different scenes, or nothing at all', () => {
    for (let seed = 2; seed < 12; seed++) expect(fit(scene(1), scene(seed))).toBeLessThan(COPIES);
    const flat = map(scene(1), () => 5);
    expect(fit(flat, scene(1))).toBeLessThan(COPIES);
    expect(fit(flat, flat)).toBeLessThan(COPIES);
    // Light above and dark below, as in many a landscape, is not enough.
    const horizon = (seed: number): GreyPicture =>
      map(scene(seed), (value, i) => value + Math.max(-1, Math.min(1, (24 - i / 64) / 6)));
    expect(fit(horizon(1), horizon(2))).toBeLessThan(COPIES);
  });
});
