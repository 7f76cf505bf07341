import { describe, expect, it } from 'vitest';
import { columnsOf, layOut, placesWithin, rowOf, rowsBetween } from '../../../renderer/photos/layout.ts';

describe('Justified rows', () => {
  const aspects = Array.from({ length: 500 }, (_, i) => [1.5, 0.75, 1, 2][i % 4]);
  const headings = [
    { at: 0, text: 'May' },
    { at: 203, text: 'April' },
  ];
  const layout = layOut({ aspects, headings, width: 1000, rowHeight: 200, gap: 4, firstRow: 1 });

  it('hold every photo once, in order, none across a heading', () => {
    const rows = layout.rows.filter(({ start, end }) => end > start);
    expect(rows[0].start).toBe(0);
    expect(rows.at(-1)!.end).toBe(500);
    rows.slice(1).forEach((row, i) => expect(row.start).toBe(rows[i].end));
    expect(rows.every(({ start, end }) => !(start < 203 && end > 203))).toBe(true);
    expect(
      layout.rows.filter(({ start, end }) => start === end).flatMap(({ groups }) => groups.map(({ text }) => text)),
    ).toEqual(['May', 'April']);
  });

  it('are as wide as the page where they are full, and never wider', () => {
    for (const row of layout.rows.filter(({ start, end }) => end > start)) {
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

  it('are shared by months with few photos, side by side in their order, at the usual height and never beyond the page', () => {
    // A dozen months: one photo, two, three, then one that fills rows of its own, then few again.
    const counts = [1, 2, 1, 3, 40, 1, 1, 2, 5, 1, 1, 1];
    const many = Array.from({ length: counts.reduce((sum, n) => sum + n) }, (_, i) => [1.5, 0.75, 1][i % 3]);
    const months = counts.map((_, i) => ({
      at: counts.slice(0, i).reduce((sum, n) => sum + n, 0),
      text: `Month ${i}`,
    }));
    const shared = layOut({
      aspects: many,
      headings: months,
      width: 1200,
      rowHeight: 200,
      gap: 4,
      firstRow: 1,
      sharing: true,
    });
    const rows = shared.rows.filter(({ start, end }) => end > start);
    expect(rows.flatMap(({ start, end }) => many.slice(start, end))).toHaveLength(many.length);
    expect(
      shared.rows.flatMap(({ start, end, groups }) => (start === end ? groups.map(({ text }) => text) : [])),
    ).toEqual(months.map(({ text }) => text));
    const several = rows.filter(({ groups }) => groups.length > 1);
    expect(several.length).toBeGreaterThan(1);
    for (const row of several) {
      expect(row.height).toBe(200);
      const columns = columnsOf(row, many, 4);
      expect(columns.at(-1)!.left + columns.at(-1)!.width).toBeLessThanOrEqual(1200);
      columns
        .slice(1)
        .forEach(({ left }, i) => expect(left).toBeGreaterThanOrEqual(columns[i].left + columns[i].width));
      // Each stands under its own heading.
      for (const { start, left } of row.groups) expect(columns[start - row.start].left).toBe(left);
    }
    const unshared = layOut({ aspects: many, headings: months, width: 1200, rowHeight: 200, gap: 4, firstRow: 1 });
    expect(shared.height).toBeLessThan(unshared.height * 0.75);
  });

  it('say which photos a rectangle touches', () => {
    const row = layout.rows[5];
    const columns = columnsOf(row, aspects, 4);
    const area = {
      left: columns[1].left + 3,
      right: columns[2].left + 3,
      top: row.top + 10,
      bottom: row.top + row.height - 10,
    };
    expect(placesWithin(layout.rows, aspects, 4, area)).toEqual([row.start + 1, row.start + 2]);
    const all = { left: 0, right: 1000, top: 0, bottom: layout.height };
    expect(placesWithin(layout.rows, aspects, 4, all)).toEqual(aspects.map((_, i) => i));
  });
});
