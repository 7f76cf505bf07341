// The points of a map: columns ordered so that those of a stretch of it are found and drawn fast.
import type { PhotoMap } from '../../electron/contract/atlas.ts';

/** How the map lies in the window: pixels across and down are place * scale + x, + y. */
export interface MapView {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Points {
  readonly ids: Uint32Array;
  readonly contentIds: Uint32Array;
  /** In [0, 1]. */
  readonly xs: Float32Array;
  readonly ys: Float32Array;
  /** As pixels of a canvas have them: alpha, blue, green, red from the highest byte down. */
  readonly colours: Uint32Array;
  /** Which pictures are shown first where not all have room. */
  readonly ranks: Uint32Array;
  /** The first point of each cell, row by row, and the number of all at the end. */
  readonly starts: Uint32Array;
}

/** Cells across and down. */
export const CELLS = 64;
const UNITS = 65_535;
/** More than pictures lie beside each other where the map is nearest. */
const MOST_COLUMNS = 1_000_000;

export function readPoints({ ids, contentIds, xs, ys, colours }: PhotoMap): Points {
  const [across, down] = [new Uint16Array(bytesOf(xs).buffer), new Uint16Array(bytesOf(ys).buffer)];
  const [photos, contents, rgb] = [
    new Uint32Array(bytesOf(ids).buffer),
    new Uint32Array(bytesOf(contentIds).buffer),
    bytesOf(colours),
  ];
  const n = photos.length;
  const cellOf = (i: number): number => cell(down[i] / UNITS) * CELLS + cell(across[i] / UNITS);
  const starts = new Uint32Array(CELLS * CELLS + 1);
  for (let i = 0; i < n; i++) starts[cellOf(i) + 1]++;
  for (let c = 0; c < CELLS * CELLS; c++) starts[c + 1] += starts[c];
  const next = starts.slice();
  const points = {
    ids: new Uint32Array(n),
    contentIds: new Uint32Array(n),
    xs: new Float32Array(n),
    ys: new Float32Array(n),
    colours: new Uint32Array(n),
    ranks: new Uint32Array(n),
    starts,
  };
  for (let i = 0; i < n; i++) {
    const at = next[cellOf(i)]++;
    points.ids[at] = photos[i];
    points.contentIds[at] = contents[i];
    points.ranks[at] = rank(photos[i]);
    points.xs[at] = across[i] / UNITS;
    points.ys[at] = down[i] / UNITS;
    points.colours[at] = ((0xff << 24) | (rgb[3 * i + 2] << 16) | (rgb[3 * i + 1] << 8) | rgb[3 * i]) >>> 0;
  }
  return points;
}

const cell = (share: number): number => Math.min(CELLS - 1, Math.max(0, Math.floor(share * CELLS)));

/** A stretch of the map, in shares of it. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Runs of points that may lie in an area: of each row of cells that it touches, one. */
export function* runsIn({ starts }: Points, { left, top, right, bottom }: Area): Generator<[number, number]> {
  if (right < 0 || bottom < 0 || left > 1 || top > 1) return;
  for (let row = cell(top); row <= cell(bottom); row++)
    yield [starts[row * CELLS + cell(left)], starts[row * CELLS + cell(right) + 1]];
}

/** The part of the map that a window shows. */
export const areaOf = ({ scale, x, y }: MapView, width: number, height: number): Area => ({
  left: -x / scale,
  top: -y / scale,
  right: (width - x) / scale,
  bottom: (height - y) / scale,
});

/**
 * Draws all points as squares of their colours.
 * @param pixels (height, width) of the canvas, drawn over; colours as in Points
 * @param dot the side of a square, in pixels of the canvas
 */
export function plot(
  points: Points,
  view: MapView,
  pixels: Uint32Array,
  { width, height }: { width: number; height: number },
  dot: number,
): void {
  const { xs, ys, colours } = points;
  const { scale, x, y } = view;
  const half = dot >> 1;
  for (const [start, end] of runsIn(points, areaOf(view, width, height))) {
    for (let i = start; i < end; i++) {
      const left = Math.floor(xs[i] * scale + x) - half;
      const top = Math.floor(ys[i] * scale + y) - half;
      const right = Math.min(width, left + dot);
      const bottom = Math.min(height, top + dot);
      for (let py = Math.max(0, top); py < bottom; py++) {
        const row = py * width;
        for (let px = Math.max(0, left); px < right; px++) pixels[row + px] = colours[i];
      }
    }
  }
}

/** Points in the area, at most so many; undefined where there are more. */
export function pointsIn(points: Points, area: Area, most: number): number[] | undefined {
  const found: number[] = [];
  for (const [start, end] of runsIn(points, area)) {
    for (let i = start; i < end; i++) {
      const [px, py] = [points.xs[i], points.ys[i]];
      if (px < area.left || px > area.right || py < area.top || py > area.bottom) continue;
      if (found.length === most) return undefined;
      found.push(i);
    }
  }
  return found;
}

/** The point nearest to a place in the window; -1 where none is within some pixels. */
export function nearestPoint(points: Points, view: MapView, at: { x: number; y: number }, within: number): number {
  const [px, py, reach] = [(at.x - view.x) / view.scale, (at.y - view.y) / view.scale, within / view.scale];
  let [best, least] = [-1, reach * reach];
  for (const [start, end] of runsIn(points, {
    left: px - reach,
    top: py - reach,
    right: px + reach,
    bottom: py + reach,
  })) {
    for (let i = start; i < end; i++) {
      const square = (points.xs[i] - px) ** 2 + (points.ys[i] - py) ** 2;
      if (square < least) [best, least] = [i, square];
    }
  }
  return best;
}

/**
 * Points whose pictures can be shown without lying on each other, the same ones while the window moves: each has a rank of its own, and the
 * first wins.
 * @param side of a picture, in pixels
 */
export function withRoom(points: Points, candidates: readonly number[], view: MapView, side: number): number[] {
  const ranked = candidates.toSorted((a, b) => points.ranks[a] - points.ranks[b]);
  const taken = new Map<number, { x: number; y: number }[]>();
  const key = (column: number, row: number): number => row * MOST_COLUMNS + column;
  return ranked.filter((i) => {
    const [x, y] = [points.xs[i] * view.scale, points.ys[i] * view.scale];
    const [column, row] = [Math.floor(x / side), Math.floor(y / side)];
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++)
        for (const other of taken.get(key(column + dx, row + dy)) ?? [])
          if (Math.abs(other.x - x) < side && Math.abs(other.y - y) < side) return false;
    const own = taken.get(key(column, row));
    if (own) own.push({ x, y });
    else taken.set(key(column, row), [{ x, y }]);
    return true;
  });
}

/** Numbers spread over a range, so that those of one day are not all before those of another (Knuth 1998, section 6.4). */
const rank = (id: number): number => Math.imul(id, 0x9e3779b1) >>> 0;

/** Whether a place lies in a polygon, by the even-odd rule. */
export function isInside(corners: readonly (readonly [number, number])[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [[ax, ay], [bx, by]] = [corners[i], corners[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** The photos in a polygon. */
export function idsInside(points: Points, corners: readonly (readonly [number, number])[]): number[] {
  const [across, down] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const area = {
    left: Math.min(...across),
    top: Math.min(...down),
    right: Math.max(...across),
    bottom: Math.max(...down),
  };
  const ids: number[] = [];
  for (const [start, end] of runsIn(points, area))
    for (let i = start; i < end; i++) if (isInside(corners, points.xs[i], points.ys[i])) ids.push(points.ids[i]);
  return ids;
}

/** At most so many corners: of a lasso, every so many. */
export function fewerCorners<T>(corners: readonly T[], most: number): T[] {
  const step = Math.max(1, Math.ceil(corners.length / most));
  return corners.filter((_, i) => i % step === 0);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
}
