import { describe, expect, it } from 'vitest';
import { placeIn, stackUp } from '../../../renderer/photos/stacking.ts';
import type { ShownOrder } from '../../../renderer/photos/order.ts';

/** Photos 10 to 19: 10 to 13 of May, 14 of April, 15 to 19 of March. */
const order: ShownOrder = {
  ids: Uint32Array.from({ length: 10 }, (_, i) => 10 + i),
  aspects: Float32Array.from({ length: 10 }, (_, i) => 1 + i),
  colours: Uint32Array.from({ length: 10 }, (_, i) => 100 + i),
  months: [
    { at: 0, year: 2024, month: 5 },
    { at: 4, year: 2024, month: 4 },
    { at: 5, year: 2024, month: 3 },
  ],
};
const closed = (): boolean => false;
const open = (): boolean => true;

describe('Photos that lie on each other', () => {
  it('are one while their stack is closed, at the place of the one on top, and know how many they are', () => {
    const stacked = stackUp(order, [[12, 10, 17]], closed);
    expect([...stacked.ids]).toEqual([11, 12, 13, 14, 15, 16, 18, 19]);
    expect([...stacked.aspects]).toEqual([2, 3, 4, 5, 6, 7, 9, 10]);
    expect([...stacked.colours]).toEqual([101, 102, 103, 104, 105, 106, 108, 109]);
    expect(stacked.stacks.get(12)).toEqual({ size: 3, isOpen: false, top: 12 });
    expect(stacked.months.map(({ at }) => at)).toEqual([0, 3, 4]);
  });

  it('stand beside the one on top when their stack is open, in the order of all photos', () => {
    const stacked = stackUp(order, [[12, 17, 10]], open);
    expect([...stacked.ids]).toEqual([11, 12, 10, 17, 13, 14, 15, 16, 18, 19]);
    expect(stacked.months.map(({ at }) => at)).toEqual([0, 5, 6]);
  });

  it('leave no heading of a month of which nothing can be seen', () => {
    const stacked = stackUp(order, [[10, 14]], closed);
    expect(stacked.months).toEqual([
      { at: 0, year: 2024, month: 5 },
      { at: 4, year: 2024, month: 3 },
    ]);
  });

  it('are only those that pass a filter: the next one is on top, and one alone is no stack', () => {
    const stacked = stackUp(
      order,
      [
        [99, 13, 12],
        [98, 15],
      ],
      closed,
    );
    expect([...stacked.ids]).toEqual([10, 11, 13, 14, 15, 16, 17, 18, 19]);
    expect(stacked.stacks.get(13)).toEqual({ size: 2, isOpen: false, top: 13 });
    expect(stacked.stacks.has(15)).toBe(false);
  });

  it('are found where the one on top stands', () => {
    const stacked = stackUp(order, [[12, 10]], closed);
    expect([10, 12, 11, 77].map((id) => placeIn(stacked, id))).toEqual([1, 1, 0, -1]);
  });
});
