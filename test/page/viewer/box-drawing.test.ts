import { describe, expect, it } from 'vitest';
import { boxAfterKey, boxBetween, isLargeEnough, MIDDLE } from '../../../renderer/viewer/box-drawing.ts';

describe('A box', () => {
  it('lies between two corners, whichever came first, and within the picture', () => {
    expect(boxBetween({ x: 0.75, y: 0.75 }, { x: 0.25, y: 0.5 })).toEqual({
      x: 0.25,
      y: 0.5,
      width: 0.5,
      height: 0.25,
    });
    expect(boxBetween({ x: -1, y: 0.5 }, { x: 2, y: 3 })).toEqual({ x: 0, y: 0.5, width: 1, height: 0.5 });
  });

  it('that is hardly one was a click', () => {
    expect(isLargeEnough(boxBetween({ x: 0.5, y: 0.5 }, { x: 0.505, y: 0.9 }))).toBe(false);
    expect(isLargeEnough(MIDDLE)).toBe(true);
  });

  it('is moved and sized by arrows, and never leaves the picture', () => {
    expect(boxAfterKey(MIDDLE, 'ArrowRight', false)).toMatchObject({ x: 0.27, y: 0.25, width: 0.5 });
    expect(boxAfterKey(MIDDLE, 'ArrowDown', true)).toMatchObject({ x: 0.25, width: 0.5, height: 0.52 });
    expect(boxAfterKey(MIDDLE, 'Enter', false)).toBeUndefined();
    let box = MIDDLE;
    for (let i = 0; i < 60; i++) box = boxAfterKey(box, 'ArrowRight', false)!;
    expect(box.x + box.width).toBeCloseTo(1);
    for (let i = 0; i < 60; i++) box = boxAfterKey(box, 'ArrowLeft', true)!;
    expect(isLargeEnough(box)).toBe(true);
  });
});
