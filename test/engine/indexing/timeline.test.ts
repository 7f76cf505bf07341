import { describe, expect, it } from 'vitest';
import { encodeAspect, Timeline, type TimelineEntry } from '../../../electron/engine/indexing/timeline.ts';
import { PhotoOrder } from '../../../renderer/photos/order.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';

const entry = (photoId: number, takenAt: number): TimelineEntry => ({
  photoId,
  takenAt,
  width: 3,
  height: 2,
  // All three bytes of it say which photo it is.
  colour: photoId * 0x010203,
});

const idsOf = ({ ids }: { ids: string }): number[] => [
  ...new Uint32Array(Uint8Array.from(Buffer.from(ids, 'base64')).buffer),
];

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
      expect(idsOf(timeline.toMessage())).toEqual(expected);
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

  it('tells what changed since any version it knows, so that a page comes to the same order', () => {
    const random = seededRandom(9);
    const timeline = new Timeline();
    timeline.add(Array.from({ length: 40 }, (_, i) => entry(i + 1, random.below(30) * 1e9)));
    const pages = [{ version: timeline.toMessage().version, order: new PhotoOrder(timeline.toMessage()) }];
    for (let round = 0; round < 80; round++) {
      timeline.add(Array.from({ length: random.below(6) }, () => entry(1 + random.below(99), random.below(30) * 1e9)));
      timeline.remove(Array.from({ length: random.below(4) }, () => 1 + random.below(99)));
      if (round % 20 === 0) {
        const whole = timeline.toMessage();
        pages.push({ version: whole.version, order: new PhotoOrder(whole) });
      }
      const page = pages[random.below(pages.length)];
      const { version, months, changes } = timeline.changesSince(page.version)!;
      page.order.apply(changes, months, 0);
      page.version = version;
      expect([...page.order.shown.ids]).toEqual(idsOf(timeline.toMessage()));
      expect([...page.order.shown.colours]).toEqual([...page.order.shown.ids].map((id) => id * 0x010203));
      expect(timeline.changesSince(version)!.changes).toEqual([]);
    }
  });

  it('does not know versions of long ago, of which all is asked for again', () => {
    const timeline = new Timeline();
    const { version } = timeline.toMessage();
    for (let i = 1; i <= 300; i++) {
      timeline.add([entry(i, i)]);
      timeline.toMessage();
    }
    expect(timeline.changesSince(version)).toBeNull();
    expect(timeline.changesSince(version + 400)).toBeNull();
    expect(timeline.changesSince(version + 290)!.changes).toHaveLength(10);
    timeline.add(Array.from({ length: 60_000 }, (_, i) => entry(1000 + i, i)));
    expect(timeline.changesSince(version + 290)).toBeNull();
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
