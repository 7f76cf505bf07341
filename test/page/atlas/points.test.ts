import { describe, expect, it } from 'vitest';
import type { PhotoMap } from '../../../electron/contract/atlas.ts';
import {
  areaOf,
  fewerCorners,
  idsInside,
  nearestPoint,
  plot,
  pointsIn,
  readPoints,
  withRoom,
} from '../../../renderer/atlas/points.ts';

const base64 = (column: Uint8Array | Uint16Array | Uint32Array): string =>
  Buffer.from(column.buffer).toString('base64');

/** Photos 1, 2, 3, … at places in shares of the map. */
function mapOf(places: readonly (readonly [number, number])[], colour = [255, 128, 0]): PhotoMap {
  return {
    mapId: 1,
    least: 30,
    contents: places.length,
    later: 0,
    ids: base64(Uint32Array.from(places, (_, i) => i + 1)),
    contentIds: base64(Uint32Array.from(places, (_, i) => i + 101)),
    xs: base64(Uint16Array.from(places, ([x]) => Math.round(x * 65_535))),
    ys: base64(Uint16Array.from(places, ([, y]) => Math.round(y * 65_535))),
    colours: base64(Uint8Array.from(places.flatMap(() => colour))),
    regions: [],
  };
}

const WHOLE = { scale: 100, x: 0, y: 0 };

describe('The points of a map', () => {
  const points = readPoints(
    mapOf([
      [0.9, 0.9],
      [0.1, 0.1],
      [0.5, 0.5],
      [0.11, 0.1],
    ]),
  );
  const idsOf = (places: readonly number[]): number[] => places.map((i) => points.ids[i]).sort();

  it('keep their photo, content and colour, in whatever order they lie', () => {
    const at = points.ids.indexOf(3);
    expect(points.contentIds[at]).toBe(103);
    expect([points.xs[at], points.ys[at]].map((value) => value.toFixed(3))).toEqual(['0.500', '0.500']);
    expect(points.colours[at].toString(16)).toBe('ff0080ff');
  });

  it('are found in a stretch of the map, or told to be too many', () => {
    expect(idsOf(pointsIn(points, areaOf(WHOLE, 60, 60), 10)!)).toEqual([2, 3, 4]);
    expect(idsOf(pointsIn(points, { left: 2, top: 0, right: 3, bottom: 1 }, 10)!)).toEqual([]);
    expect(pointsIn(points, areaOf(WHOLE, 60, 60), 2)).toBeUndefined();
  });

  it('are found near the pointer, and not where none is near', () => {
    expect(points.ids[nearestPoint(points, WHOLE, { x: 48, y: 51 }, 8)]).toBe(3);
    expect(nearestPoint(points, WHOLE, { x: 70, y: 20 }, 8)).toBe(-1);
    expect(points.ids[nearestPoint(points, { scale: 1000, x: -400, y: -400 }, { x: 98, y: 103 }, 8)]).toBe(3);
  });

  it('are drawn where they lie in the window, cut off at its edges', () => {
    const pixels = new Uint32Array(60 * 60);
    plot(points, WHOLE, pixels, { width: 60, height: 60 }, 3);
    expect(pixels[50 * 60 + 50]).toBe(0xff0080ff);
    expect(pixels[49 * 60 + 51]).toBe(0xff0080ff);
    expect(pixels[30 * 60 + 30]).toBe(0);
    expect(pixels.filter((value) => value > 0).length).toBe(9 + 9 + 3);
  });

  it('that lie outside of the window are not drawn at its edge, and those at the edge as far as they lie inside', () => {
    const pixels = new Uint32Array(100 * 100);
    plot(readPoints(mapOf([[0.5, 0.5]])), { scale: 100, x: -53, y: 0 }, pixels, { width: 100, height: 100 }, 4);
    expect(pixels.some((value) => value > 0)).toBe(false);
    plot(readPoints(mapOf([[0.5, 0.5]])), { scale: 100, x: -51, y: 0 }, pixels, { width: 100, height: 100 }, 4);
    expect(pixels.filter((value) => value > 0)).toHaveLength(4);
  });

  it('show pictures that do not lie on each other, the same ones when the map is moved', () => {
    const all = [...points.ids.keys()];
    const shown = withRoom(points, all, WHOLE, 20);
    expect(shown).toHaveLength(3);
    expect(idsOf(withRoom(points, all, { scale: 100, x: 37, y: -12 }, 20))).toEqual(idsOf(shown));
    expect(withRoom(points, all, { scale: 10_000, x: 0, y: 0 }, 20)).toHaveLength(4);
  });

  it('are found in a polygon of any shape', () => {
    expect(
      idsInside(points, [
        [0, 0],
        [0.6, 0],
        [0.6, 0.6],
        [0, 0.6],
      ]),
    ).toHaveLength(3);
    expect(
      idsInside(points, [
        [0.4, 0.6],
        [0.5, 0.3],
        [0.6, 0.6],
      ]),
    ).toHaveLength(1);
  });

  it('a lasso of many corners becomes one of fewer', () => {
    expect(fewerCorners([...Array(1000).keys()], 200)).toHaveLength(200);
    expect(fewerCorners([1, 2, 3], 200)).toEqual([1, 2, 3]);
  });
});
