import { describe, expect, it } from 'vitest';
import { encodeAspect, Timeline, type TimelineEntry } from '../../electron/engine/timeline.ts';
import { seededRandom } from '../../electron/numeric/random.ts';

const entry = (photoId: number, takenAt: number): TimelineEntry => ({ photoId, takenAt, width: 3, height: 2 });

describe('The timeline', () => {
  it('is the order of a sort, newest first, however photos come, move and go', () => {
    const random = seededRandom(4);
    const timeline = new Timeline();
    const kept = new Map<number, TimelineEntry>();
    for (let round = 0; round < 60; round++) {
      const added = Array.from({ length: random.below(12) }, () =>
        entry(1 + random.below(150), random.below(40) * 1e9),
      );
      timeline.add(added);
      for (const one of added) kept.set(one.photoId, one);
      const removed = Array.from({ length: random.below(5) }, () => 1 + random.below(200));
      timeline.remove(removed);
      for (const id of removed) kept.delete(id);
      const expected = [...kept.values()]
        .sort((a, b) => b.takenAt - a.takenAt || b.photoId - a.photoId)
        .map(({ photoId }) => photoId);
      expect(timeline.slice(0, 1000)).toEqual(expected);
    }
  });

  it('counts its photos by month, by the wall clock', () => {
    const timeline = new Timeline();
    timeline.add([
      entry(1, Date.UTC(2026, 0, 1)),
      entry(2, Date.UTC(2025, 11, 31, 23, 59)),
      entry(3, Date.UTC(2025, 11, 1)),
      entry(4, Date.UTC(2024, 11, 9)),
    ]);
    expect(timeline.toMessage().months).toEqual([
      { year: 2026, month: 1, count: 1 },
      { year: 2025, month: 12, count: 2 },
      { year: 2024, month: 12, count: 1 },
    ]);
  });

  it('says that it changed only when it did', () => {
    const timeline = new Timeline();
    timeline.add([entry(1, 1)]);
    const { version } = timeline;
    timeline.remove([7]);
    timeline.add([]);
    expect(timeline.version).toBe(version);
    timeline.remove([1]);
    expect(timeline.version).toBeGreaterThan(version);
  });

  it('keeps proportions to 2%', () => {
    for (const [width, height] of [
      [4000, 3000],
      [3000, 4000],
      [16, 9],
      [10, 1],
    ]) {
      expect(Math.abs(2 ** ((encodeAspect(width, height) - 128) / 32) / (width / height) - 1)).toBeLessThan(0.02);
    }
  });
});
