import { describe, expect, it } from 'vitest';
import { differenceMap, type Pixels } from '../../../renderer/duplicates/difference.ts';

const [WIDTH, HEIGHT] = [40, 30];

/** Grey by place. */
function picture(light: (x: number, y: number) => number): Pixels {
  const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
  for (let i = 0; i < WIDTH * HEIGHT; i++) {
    data.fill(light(i % WIDTH, Math.floor(i / WIDTH)), i * 4, i * 4 + 3);
    data[i * 4 + 3] = 255;
  }
  return { width: WIDTH, height: HEIGHT, data };
}

const slope = (x: number, y: number): number => 40 + 2 * x + 2 * y;
const isInSpot = (x: number, y: number): boolean => x >= 10 && x < 20 && y >= 10 && y < 20;

/** Whether the map is warm at a place: more red than blue. */
const warmth = (map: Uint8ClampedArray, x: number, y: number): number => {
  const at = (y * WIDTH + x) * 4;
  return map[at] - map[at + 2];
};

describe('Where two pictures differ', () => {
  it('is warm where one holds something that the other does not, and grey elsewhere', () => {
    const map = differenceMap(
      picture(slope),
      picture((x, y) => (isInSpot(x, y) ? 250 : slope(x, y))),
    );
    expect(warmth(map, 15, 15)).toBeGreaterThan(100);
    expect(warmth(map, 35, 25)).toBe(0);
  });

  it('is nowhere where one is only brighter', () => {
    const map = differenceMap(
      picture(slope),
      picture((x, y) => 30 + 1.2 * slope(x, y)),
    );
    for (let y = 0; y < HEIGHT; y += 5) for (let x = 0; x < WIDTH; x += 5) expect(warmth(map, x, y)).toBe(0);
  });

  it('is not asked of pictures of two sizes', () => {
    expect(() => differenceMap(picture(slope), { width: 1, height: 1, data: new Uint8ClampedArray(4) })).toThrow(
      RangeError,
    );
  });
});
