import { describe, expect, it } from 'vitest';
import { turn, type GreyPicture } from '../../electron/numeric/grey-picture.ts';
import { bestMatch, bestMatchTurned, comparable, COPIES } from '../../electron/numeric/picture-correlation.ts';
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

/** With so many pixels of one tone on each side, and above and below. */
function around({ width, height, pixels }: GreyPicture, across: number, down: number, tone: number): GreyPicture {
  const [w, h] = [width + 2 * across, height + 2 * down];
  const out = new Float32Array(w * h).fill(tone);
  for (let y = 0; y < height; y++) out.set(pixels.subarray(y * width, (y + 1) * width), (y + down) * w + across);
  return { width: w, height: h, pixels: out };
}

/** The first scene, turned about its middle. */
function slantedScene(degrees: number): GreyPicture {
  const [large, radians] = [scene(1, 256, 192), (degrees * Math.PI) / 180];
  const pixels = Float32Array.from({ length: 64 * 48 }, (_, i) => {
    const [x, y] = [4 * ((i % 64) - 31.5), 4 * (Math.floor(i / 64) - 23.5)];
    const fromX = Math.round(127.5 + Math.cos(radians) * x - Math.sin(radians) * y);
    const fromY = Math.round(95.5 + Math.sin(radians) * x + Math.cos(radians) * y);
    return large.pixels[fromY * 256 + fromX] ?? 0;
  });
  return { width: 64, height: 48, pixels };
}

const fit = (a: GreyPicture, b: GreyPicture): number => bestMatch(comparable(a), comparable(b)).value;
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

  it('are copies where one has a border, bars or a caption', () => {
    const one = scene(1);
    const framed = around(one, 8, 6, 5);
    expect(fit(one, framed)).toBeGreaterThan(0.9);
    expect(fit(one, around(one, 0, 10, -5))).toBeGreaterThan(0.9);
    const captioned = map(one, (value, i) => (i < 64 * 42 ? value : (i >> 1) % 2 ? -3 : 3));
    expect(fit(one, captioned)).toBeGreaterThan(COPIES);
  });

  it('are copies where one is turned by quarters, if that is asked, or slanted by a few degrees', () => {
    const one = scene(1);
    for (const quarters of [1, 2, 3] as const) {
      expect(fit(turn(one, quarters), one)).toBeLessThan(COPIES);
      expect(bestMatchTurned(comparable(turn(one, quarters)), comparable(one), [1, 2, 3]).value).toBeGreaterThan(0.95);
    }
    const slanted = slantedScene(3);
    expect(bestMatchTurned(comparable(slanted), comparable(one), []).value).toBeGreaterThan(COPIES);
    for (let seed = 2; seed < 12; seed++)
      expect(bestMatchTurned(comparable(scene(1)), comparable(scene(seed)), [1, 2, 3]).value).toBeLessThan(COPIES);
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
