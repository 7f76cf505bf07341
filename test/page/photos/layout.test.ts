import { describe, expect, it } from 'vitest';
import { columnsOf, layOut, rowOf, rowsBetween } from '../../../renderer/photos/layout.ts';

describe('Justified rows', () => {
  const aspects = Array.from({ length: 500 }, (_, i) => [1.5, 0.75, 1, 2][i % 4]);
  const headings = [
    { at: 0, text: 'May' },
    { at: 203, text: 'April' },
  ];
  const layout = layOut({ aspects, headings, width: 1000, rowHeight: 200, gap: 4, firstRow: 1 });

  it('hold every photo once, in order, none across a heading', () => {
    const rows = layout.rows.filter(({ heading }) => heading === null);
    expect(rows[0].start).toBe(0);
    expect(rows.at(-1)!.end).toBe(500);
    rows.slice(1).forEach((row, i) => expect(row.start).toBe(rows[i].end));
    expect(rows.every(({ start, end }) => !(start < 203 && end > 203))).toBe(true);
    expect(layout.rows.filter(({ heading }) => heading).map(({ heading }) => heading)).toEqual(['May', 'April']);
  });

  it('are as wide as the page where they are full, and never wider', () => {
    for (const row of layout.rows.filter(({ heading }) => heading === null)) {
      const last = columnsOf(row, aspects, 4).at(-1)!;
      expect(last.left + last.width).toBeLessThan(1012);
      if (row.height < 200) expect(last.left + last.width).toBeGreaterThan(988);
    }
  });

  it('are found by place and by photo', () => {
    const [first, last] = rowsBetween(layout.rows, 1000, 1400);
    expect(layout.rows[first].top + layout.rows[first].height).toBeGreaterThanOrEqual(1000);
    expect(layout.rows[last - 1].top).toBeLessThanOrEqual(1400);
    const row = layout.rows[rowOf(layout.rows, 321)];
    expect(row.start <= 321 && row.end > 321).toBe(true);
  });

  it('show extreme panoramas cropped and nothing at all as nothing', () => {
    const [row] = layOut({ aspects: [40], headings: [], width: 1000, rowHeight: 200, gap: 4, firstRow: 1 }).rows;
    expect(row.height).toBeGreaterThan(150);
    expect(layOut({ aspects: [], headings: [], width: 1000, rowHeight: 200, gap: 4, firstRow: 1 })).toEqual({
      rows: [],
      height: 0,
    });
  });
});
