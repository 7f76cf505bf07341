// Crowded parts of the map: around each place that is more crowded than those beside it, all from which the way to it leads uphill.

export interface Region {
  /** Places of points in the columns, of all that are in it. */
  readonly members: readonly number[];
  /** The point nearest to the middle of the crowd. */
  readonly middle: number;
}

/** Points of a cell of the grid, on average. */
const IN_A_CELL = 1.5;
const [FEWEST_CELLS, MOST_CELLS] = [16, 96];
/** Of all points, those that make a region at least. */
const LEAST_SHARE = 1 / 300;
const LEAST = 4;

/**
 * @param xs in [0, 1]
 * @param ys in [0, 1]
 * @returns the largest first; points in no crowd are in none
 */
export function findRegions(xs: Float32Array, ys: Float32Array): Region[] {
  const n = xs.length;
  if (n === 0) return [];
  const side = Math.round(Math.min(MOST_CELLS, Math.max(FEWEST_CELLS, Math.sqrt(n / IN_A_CELL))));
  const cellOf = (i: number): number => clampTo(side, ys[i]!) * side + clampTo(side, xs[i]!);
  const counts = new Float32Array(side * side);
  for (let i = 0; i < n; i++) counts[cellOf(i)]!++;
  const crowd = blurred(counts, side);
  const peakOf = peaks(crowd, side);
  const members = Map.groupBy(Array.from({ length: n }).keys(), (i) => peakOf[cellOf(i)]!);
  return [...members]
    .filter(([, points]) => points.length >= Math.max(LEAST, n * LEAST_SHARE))
    .map(([peak, points]) => {
      const [x, y] = [((peak % side) + 0.5) / side, (Math.floor(peak / side) + 0.5) / side];
      const middle = points.reduce((best, i) => (squared(i, x, y) < squared(best, x, y) ? i : best));
      return { members: points, middle };
    })
    .sort((a, b) => b.members.length - a.members.length);

  function squared(i: number, x: number, y: number): number {
    return (xs[i]! - x) ** 2 + (ys[i]! - y) ** 2;
  }
}

const clampTo = (side: number, value: number): number => Math.min(side - 1, Math.max(0, Math.floor(value * side)));

/** Twice the mean of each cell and those beside it, near ones more. */
function blurred(cells: Float32Array, side: number): Float32Array {
  let from = cells;
  for (const step of [1, side, 1, side]) {
    const to = new Float32Array(from.length);
    for (let cell = 0; cell < from.length; cell++) {
      const at = step === 1 ? cell % side : Math.floor(cell / side);
      const before = at > 0 ? from[cell - step]! : 0;
      const after = at < side - 1 ? from[cell + step]! : 0;
      to[cell] = (before + 2 * from[cell]! + after) / 4;
    }
    from = to;
  }
  return from;
}

/** The cell that the way uphill from each one ends in. */
function peaks(crowd: Float32Array, side: number): Int32Array {
  const uphill = Int32Array.from(crowd, (own, cell) => {
    let best = cell;
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const [x, y] = [(cell % side) + dx, Math.floor(cell / side) + dy];
        const other = y * side + x;
        if (x < 0 || y < 0 || x >= side || y >= side) continue;
        // Of two that are as crowded, the first: there is no way round in a circle.
        if (crowd[other]! > crowd[best]! || (crowd[other] === crowd[best] && other < best && crowd[best]! >= own))
          best = other;
      }
    }
    return best;
  });
  for (let changed = true; changed;) {
    changed = false;
    for (let cell = 0; cell < uphill.length; cell++) {
      const next = uphill[uphill[cell]!]!;
      if (next !== uphill[cell]) {
        uphill[cell] = next;
        changed = true;
      }
    }
  }
  return uphill;
}
