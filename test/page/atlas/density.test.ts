import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { densityLines, FIELD, type Line } from '../../../renderer/atlas/density.ts';
import { isInside } from '../../../renderer/atlas/points.ts';

/** So many photos around each centre. */
function crowds(centres: readonly (readonly [number, number])[], each: number) {
  const random = seededRandom(4);
  const places = centres.flatMap(([x, y]) =>
    Array.from({ length: each }, () => [x + 0.02 * random.normal(), y + 0.02 * random.normal()]),
  );
  return { xs: Float32Array.from(places, ([x]) => x), ys: Float32Array.from(places, ([, y]) => y) };
}

const encloses = (line: Line, x: number, y: number): boolean => isInside(line, x * FIELD, y * FIELD);

describe('Lines of density', () => {
  it('lie around crowded parts, the closer the more photos there are, and not around empty ones', () => {
    const lines = densityLines(
      crowds(
        [
          [0.3, 0.3],
          [0.3, 0.3],
          [0.7, 0.6],
        ],
        400,
      ),
    );
    const around = (x: number, y: number): number => lines.filter((line) => encloses(line, x, y)).length;
    expect(around(0.3, 0.3)).toBe(5);
    expect(around(0.7, 0.6)).toBeGreaterThan(1);
    expect(around(0.7, 0.6)).toBeLessThan(5);
    expect(around(0.7, 0.2)).toBe(0);
  });

  it('are closed', () => {
    const lines = densityLines(crowds([[0.5, 0.5]], 400));
    expect(lines.map((line) => line.at(-1))).toEqual(lines.map((line) => line[0]));
  });

  it('are none where each photo would be a hill of its own', () => {
    expect(densityLines(crowds([[0.5, 0.5]], 60))).toEqual([]);
  });
});
