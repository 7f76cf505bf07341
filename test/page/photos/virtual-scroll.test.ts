import { describe, expect, it } from 'vitest';
import { MOST_PIXELS, VirtualScroll } from '../../../renderer/photos/virtual-scroll.ts';

const WHOLE = 62_700_000;
const VIEW = 800;
const LAST = WHOLE - VIEW;
const LAST_SCROLLER = MOST_PIXELS - VIEW;

/** A scroller as a browser has it: it goes no farther than its ends, and tells of a step only where it moved. */
function scroller(whole = WHOLE): {
  scroll: VirtualScroll;
  by: (pixels: number) => void;
  to: (at: number) => void;
  at: () => number;
} {
  const scroll = new VirtualScroll();
  scroll.resize(whole, VIEW);
  let at = 0;
  const to = (wanted: number): void => {
    const next = Math.max(0, Math.min(scroll.height - VIEW, wanted));
    if (next === at) return;
    at = next;
    at = scroll.scrolledTo(at) ?? at;
  };
  return { scroll, by: (pixels) => to(at + pixels), to, at: () => at };
}

describe('A scroller of more than a browser can lay out', () => {
  it('is as high as is safe in any browser', () => {
    expect(scroller().scroll.height).toBe(MOST_PIXELS);
    expect(MOST_PIXELS).toBeLessThan(17_800_000);
  });

  it('moves pixel by pixel by small steps, from its beginning to its end and back', () => {
    const { scroll, by, to } = scroller();
    for (let i = 1; i <= 1000; i++) {
      by(120);
      expect(scroll.top).toBe(120 * i);
    }
    to(LAST_SCROLLER);
    expect(scroll.top).toBe(LAST);
    for (let i = 1; i <= 1000; i++) {
      by(-700);
      expect(scroll.top).toBe(LAST - 700 * i);
    }
  });

  it('goes by shares of the whole where its bar is dragged', () => {
    const { scroll, to } = scroller();
    for (const share of [0.5, 0.1, 0.99]) {
      to(share * LAST_SCROLLER);
      expect(Math.abs(scroll.top / LAST - share)).toBeLessThan(0.002);
    }
    to(0);
    expect(scroll.top).toBe(0);
  });

  it('reaches both ends by as many small steps as there are pixels to go', () => {
    const { scroll, by, to } = scroller();
    const stepsTo = (end: number, step: number): number => {
      let steps = 0;
      for (; scroll.top !== end && steps < 100_000; steps++) by(step);
      return steps;
    };
    to(LAST_SCROLLER - 4000);
    expect(stepsTo(LAST, 2000)).toBe(2);
    to(3000);
    expect(stepsTo(0, -300)).toBe(10);
    // From farther on, without a rest: where the scroller is at its end before the content, it only loses that step.
    to(LAST_SCROLLER - 100_000);
    const left = LAST - scroll.top;
    expect(stepsTo(LAST, 2000)).toBeLessThan((left / 2000) * 1.25);
  });

  it('keeps its place when it settles anywhere, and has room to go on both ways', () => {
    const { scroll } = scroller();
    for (const top of [1, 4000, 40_000, WHOLE / 2, LAST - 40_000, LAST - 4000, LAST - 1]) {
      const settled = scroll.moveTo(top);
      expect(scroll.top).toBe(top);
      expect(settled).toBeGreaterThanOrEqual(Math.min(top, 4000));
      expect(LAST_SCROLLER - settled).toBeGreaterThanOrEqual(Math.min(LAST - top, 4000));
      // What the bar says there is what is there.
      const other = scroller();
      other.to(settled < VIEW * 4 ? LAST_SCROLLER / 2 : 0);
      other.to(settled);
      expect(Math.abs(other.scroll.top - top)).toBeLessThan(16);
    }
  });

  it('draws the content where the scroller stands, and the same after it settles', () => {
    const { scroll, by, to, at } = scroller();
    to(1_000_000);
    for (let i = 0; i < 50; i++) by(100);
    const top = scroll.top;
    expect(top - scroll.shift).toBeCloseTo(at(), 3);
    const settled = scroll.settle();
    expect(scroll.top).toBe(top);
    expect(top - scroll.shift).toBeCloseTo(settled, 3);
    expect(scroll.moveTo(LAST)).toBe(LAST_SCROLLER);
  });
});

describe('A scroller of what a browser can lay out', () => {
  it('is an ordinary one', () => {
    const { scroll, to } = scroller(100_000);
    expect(scroll.height).toBe(100_000);
    to(5432);
    expect([scroll.top, scroll.shift]).toEqual([5432, 0]);
    expect(scroll.moveTo(777)).toBe(777);
  });
});
