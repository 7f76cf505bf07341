import { describe, expect, it } from 'vitest';
import { PhotoOrder } from '../../../renderer/photos/order.ts';

const base64 = (column: Uint8Array | Uint32Array): string => Buffer.from(column.buffer).toString('base64');
const months = (...counts: number[]) => counts.map((count, i) => ({ year: 2026, month: 12 - i, count }));

/** Photos 10, 20, 30 … in months of some sizes. */
function orderOf(...counts: number[]): PhotoOrder {
  const n = counts.reduce((sum, one) => sum + one, 0);
  const ids = Uint32Array.from({ length: n }, (_, i) => 10 * (i + 1));
  return new PhotoOrder({
    ids: base64(ids),
    aspects: base64(new Uint8Array(n).fill(128)),
    // As many as the ids: 10 is 0x00000a.
    colours: base64(Uint8Array.from({ length: 3 * n }, (_, i) => (i % 3 === 2 ? ids[(i - 2) / 3] : 0))),
    months: months(...counts),
  });
}

const added = (places: number[], ids: number[]) => ({
  kind: 'added' as const,
  places,
  ids,
  aspects: places.map(() => 160),
  colours: ids,
});

describe('The order that the page holds', () => {
  it('takes in what was added below at once, and lets what was added above wait', () => {
    const order = orderOf(2, 3);
    // 10 20 | 30 40 50, of which three are looked at.
    order.apply([added([1, 3, 6], [11, 21, 41])], months(3, 5), 3);
    expect([...order.shown.ids]).toEqual([10, 20, 30, 40, 41, 50]);
    expect(order.waiting).toBe(2);
    expect([...order.shown.colours]).toEqual([...order.shown.ids]);
    expect(order.shown.months).toEqual([
      { at: 0, year: 2026, month: 12 },
      { at: 2, year: 2026, month: 11 },
    ]);
    order.release();
    expect([...order.shown.ids]).toEqual([10, 11, 20, 21, 30, 40, 41, 50]);
    expect([...order.shown.aspects].map((aspect) => aspect === 2)).toEqual([
      false,
      true,
      false,
      true,
      false,
      false,
      true,
      false,
    ]);
    expect(order.shown.months.map(({ at }) => at)).toEqual([0, 3]);
    order.apply([{ kind: 'removed', places: [0, 5] }], months(3, 3), 0);
    expect([...order.shown.colours]).toEqual([...order.shown.ids]);
  });

  it('holds the same border over several changes, and forgets what waits when it goes', () => {
    const order = orderOf(4);
    order.apply([added([0], [5]), added([0, 3], [4, 15]), { kind: 'removed', places: [1] }], months(6), 2);
    expect([...order.shown.ids]).toEqual([10, 20, 30, 40]);
    expect(order.waiting).toBe(2);
    // The border is where it was, whatever waits before it.
    order.apply([added([4], [25])], months(7), 2);
    expect([...order.shown.ids]).toEqual([10, 20, 25, 30, 40]);
    order.apply([added([0], [1])], months(8), 5);
    expect(order.waiting).toBe(3);
    order.release();
    expect([...order.shown.ids]).toEqual([1, 4, 10, 15, 20, 25, 30, 40]);
  });

  it('shows nothing of a month whose photos all wait', () => {
    const order = orderOf(3);
    order.apply(
      [added([0], [5])],
      [
        { year: 2027, month: 1, count: 1 },
        { year: 2026, month: 12, count: 3 },
      ],
      3,
    );
    expect(order.shown.months).toEqual([{ at: 0, year: 2026, month: 12 }]);
    order.release();
    expect(order.shown.months.map(({ year }) => year)).toEqual([2027, 2026]);
  });

  it('lets nothing wait where nobody looks', () => {
    const order = orderOf();
    order.apply([added([0, 1], [7, 3])], months(2), 0);
    expect([[...order.shown.ids], order.waiting]).toEqual([[7, 3], 0]);
  });
});
