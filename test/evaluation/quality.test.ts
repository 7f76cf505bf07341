import { describe, expect, it } from 'vitest';
import { QualityMeter, RECALLS } from '../../electron/evaluation/quality.ts';

const measure = (distances: number[], relevant: number[]) => {
  const meter = new QualityMeter();
  meter.add(Float32Array.from(distances), Uint8Array.from(relevant));
  return meter.quality;
};

describe('The quality of a ranking', () => {
  it('is average precision over the hits within the first thousand', () => {
    // Hits at ranks 1, 3 and 4: (1/1 + 2/3 + 3/4) / 3.
    const { mAP } = measure([0.1, 0.2, 0.3, 0.4, 0.5], [1, 0, 1, 1, 0]);
    expect(mAP).toBeCloseTo((1 + 2 / 3 + 3 / 4) / 3, 6);
    // A hit beyond them neither helps nor hurts.
    const far = [...Array.from({ length: 1000 }, (_, i) => i), 5000];
    expect(
      measure(
        far,
        far.map((d) => (d === 0 || d === 5000 ? 1 : 0)),
      ).mAP,
    ).toBe(1);
    expect(measure([1, 2], [0, 0]).mAP).toBe(0);
  });

  it('counts the right ones among the first ten and hundred, or among all where there are fewer', () => {
    const distances = Array.from({ length: 200 }, (_, i) => i);
    const { precisionAt10, precisionAt100 } = measure(
      distances,
      distances.map((i) => (i < 5 || i === 50 ? 1 : 0)),
    );
    expect([precisionAt10, precisionAt100]).toEqual([0.5, 0.06]);
    expect(measure([3, 1, 2], [1, 0, 1]).precisionAt10).toBeCloseTo(2 / 3);
  });

  it('follows precision over recall', () => {
    const { curve } = measure([1, 2, 3, 4], [1, 0, 0, 1]);
    expect(curve).toHaveLength(RECALLS.length);
    expect(curve[RECALLS.indexOf(0.5)]).toBe(1);
    expect(curve.at(-1)).toBe(0.5);
  });

  it('orders distances as numbers, from zero to the very large, and ties as they came', () => {
    const { precisionAt10 } = measure(
      [1e30, 0, -0, 1e-30, 5, 5, 5, 5, 5, 5, 5, 5],
      [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0],
    );
    expect(precisionAt10).toBe(1);
    expect(() => measure([-1], [1])).toThrow('Expected distances of 0 or more, got -1');
    expect(() => measure([NaN], [1])).toThrow(/got NaN/);
  });
});
