// How crowded the map is: lines around its crowded parts, as on a map of heights.
import { contourDensity } from 'd3-contour';
import type { Points } from './points.ts';

/** Sides of the field that lines are sought in, and of its cells, in units of which the map is so many wide. */
export const FIELD = 512;
const CELL = 2;
/** Standard deviation of the normal curve that each photo is spread over. */
const BANDWIDTH = 7;
/** Of the greatest density, where lines are: each twice the one before. */
const LEVELS = [1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2];
/** With fewer photos each would be a hill of its own. */
const LEAST = 200;

/** A closed line, in units of the field. */
export type Line = readonly (readonly [number, number])[];

/** The outermost first; none where there are few photos. */
export function densityLines({ xs, ys }: Pick<Points, 'xs' | 'ys'>): Line[] {
  if (xs.length < LEAST) return [];
  const contours = contourDensity<number>()
    .x((i) => xs[i] * FIELD)
    .y((i) => ys[i] * FIELD)
    .size([FIELD, FIELD])
    .cellSize(CELL)
    .bandwidth(BANDWIDTH)
    .thresholds(levelsOf);
  return contours([...xs.keys()]).flatMap(({ coordinates }) => coordinates.flat() as [number, number][][]);
}

/** The values are of cells, and a threshold is of one unit squared. */
function levelsOf(values: ArrayLike<number>): number[] {
  let greatest = 0;
  for (let i = 0; i < values.length; i++) greatest = Math.max(greatest, values[i]);
  return LEVELS.map((level) => (level * greatest) / CELL ** 2);
}
