// Where the parts of a photo lie: the same for every photo, so that a part is known by its photo and its place.
import type { Box } from '../../contract/query.ts';

/** Squares of as many parts a side, each of a share of the photo's sides; chosen in docs/experiments/parts.md. */
const LEVELS: readonly { parts: number; share: number }[] = [
  { parts: 2, share: 0.6 },
  { parts: 4, share: 0.35 },
];

const SQUARES: readonly Box[] = LEVELS.flatMap(({ parts, share }) =>
  Array.from({ length: parts * parts }, (_, i) => ({
    x: ((i % parts) * (1 - share)) / (parts - 1),
    y: (Math.floor(i / parts) * (1 - share)) / (parts - 1),
    width: share,
    height: share,
  })),
);

/** Shares of the upright photo's sides; the first is all of it. */
export const GRID: readonly Box[] = [{ x: 0, y: 0, width: 1, height: 1 }, ...SQUARES];
/** The place of the whole in the grid. */
export const WHOLE = 0;

/** A part by its number, under which it is scanned. */
export const partId = (contentId: number, place: number): number => contentId * GRID.length + place;
export const contentOfPart = (id: number): number => Math.floor(id / GRID.length);
export const placeOfPart = (id: number): number => id % GRID.length;

/** All parts of some contents. */
export function partIdsOf(contentIds: readonly number[]): Uint32Array<ArrayBuffer> {
  return Uint32Array.from(contentIds.flatMap((id) => GRID.map((_, place) => partId(id, place))));
}
