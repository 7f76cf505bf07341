// A box on a picture, in shares of its sides: by a pointer from corner to corner, and moved and sized by keys.
import type { Box } from '../../electron/contract/query.ts';

/** A box smaller than this, on either side, was a click. */
export const SMALLEST = 0.02;
const STEP = 0.02;

export interface Point {
  x: number;
  y: number;
}

/** What keys begin with: the middle of the picture. */
export const MIDDLE: Box = { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };

const within = (value: number): number => Math.min(1, Math.max(0, value));

/** The box between two corners, within the picture. */
export function boxBetween(a: Point, b: Point): Box {
  const [left, right] = [within(Math.min(a.x, b.x)), within(Math.max(a.x, b.x))];
  const [top, bottom] = [within(Math.min(a.y, b.y)), within(Math.max(a.y, b.y))];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export const isLargeEnough = ({ width, height }: Box): boolean => width >= SMALLEST && height >= SMALLEST;

const DIRECTIONS: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The box after an arrow key: moved, or with Shift sized at its lower right corner; undefined for any other key. */
export function boxAfterKey(box: Box, key: string, shift: boolean): Box | undefined {
  const direction = DIRECTIONS[key];
  if (!direction) return undefined;
  const [dx, dy] = [direction.x * STEP, direction.y * STEP];
  const between = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));
  if (shift) {
    return {
      ...box,
      width: between(box.width + dx, SMALLEST, 1 - box.x),
      height: between(box.height + dy, SMALLEST, 1 - box.y),
    };
  }
  return { ...box, x: between(box.x + dx, 0, 1 - box.width), y: between(box.y + dy, 0, 1 - box.height) };
}
