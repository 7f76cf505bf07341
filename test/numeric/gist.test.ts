// GIST on pictures of which it is known what the filters see.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeScene, DIMENSIONS, SIDE } from '../../electron/numeric/gist.ts';
import { makePicture, temporaryFolder } from '../support/pictures.ts';
import { runLikeness } from '../support/run-likeness.ts';

const GRID = 4;
const ORIENTATIONS = 8;

/** Grey by place: waves of so many pixels along a direction. */
function waves(pixels: number, degrees: number, where: (x: number, y: number) => boolean = () => true): Uint8Array {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)];
    return where(x, y) ? 127 + 100 * Math.sin((2 * Math.PI * (x * cos + y * sin)) / pixels) : 127;
  });
}

/** Energy of each scale (finest first) and orientation, over all cells. */
function energies(picture: Uint8Array): number[][] {
  const described = describeScene(picture);
  return Array.from({ length: DIMENSIONS / (ORIENTATIONS * GRID * GRID) }, (_, scale) =>
    Array.from({ length: ORIENTATIONS }, (_, orientation) => {
      const at = (scale * ORIENTATIONS + orientation) * GRID * GRID;
      return described.subarray(at, at + GRID * GRID).reduce((sum, value) => sum + value, 0);
    }),
  );
}

function strongest(all: number[][]): [scale: number, orientation: number] {
  const flat = all.flat();
  const at = flat.indexOf(Math.max(...flat));
  return [Math.floor(at / ORIENTATIONS), at % ORIENTATIONS];
}

describe('GIST', () => {
  it('has 512 numbers of unit length, and zeros of a picture on which there is nothing', () => {
    const described = describeScene(waves(8, 30));
    expect(described).toHaveLength(512);
    expect(Math.hypot(...described)).toBeCloseTo(1, 5);
    expect(Math.max(...describeScene(new Uint8Array(SIDE * SIDE * 3).fill(90)))).toBeLessThan(1e-3);
  });

  it('answers waves by the filter of their direction, an orientation on for each 22.5 degrees', () => {
    const [, level] = strongest(energies(waves(8, 0)));
    for (const steps of [1, 2, 4, 6]) {
      const [, turned] = strongest(energies(waves(8, 22.5 * steps)));
      // Which way round is a convention; both halves of a direction are one.
      expect([steps, ORIENTATIONS - steps]).toContain((turned - level + ORIENTATIONS) % ORIENTATIONS);
    }
  });

  it('answers shorter waves by finer filters', () => {
    const scales = [4, 8, 14, 24].map((pixels) => strongest(energies(waves(pixels, 0)))[0]);
    expect(scales).toEqual(scales.toSorted((a, b) => a - b));
    expect(new Set(scales).size).toBeGreaterThan(2);
  });

  it('says where: waves in one corner give energy in its cells', () => {
    const described = describeScene(waves(6, 0, (x, y) => x < SIDE / 4 && y < SIDE / 4));
    const cells = Array.from({ length: GRID * GRID }, (_, cell) =>
      described.reduce((sum, value, i) => sum + (i % (GRID * GRID) === cell ? value : 0), 0),
    );
    expect(cells.indexOf(Math.max(...cells))).toBe(0);
    expect(cells[0]).toBeGreaterThan(4 * cells[GRID * GRID - 1]);
  });

  it('is an embedder of `likeness eval`', { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    for (let seed = 0; seed < 48; seed++) {
      mkdirSync(join(folder, `${seed % 6}`), { recursive: true });
      writeFileSync(join(folder, `${seed % 6}`, `${seed}.jpg`), await makePicture(seed));
    }
    const args = ['eval', folder, '--methods', 'exact', '--embedder', 'gist', '--json'];
    const { stdout } = await runLikeness(args, { XDG_CACHE_HOME: temporaryFolder() });
    const report = JSON.parse(stdout) as { embedder: object; results: { precisionAt10: number }[] };
    expect(report.embedder).toEqual({ name: 'GIST', dimensions: 512 });
    // Kinds differ by the direction of their stripes; there are seven of each.
    expect(report.results[0].precisionAt10).toBeGreaterThan(0.5);
  });
});
