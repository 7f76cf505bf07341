import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../../electron/evaluation/bootstrap.ts';
import { seededRandom } from '../../electron/numeric/random.ts';

describe('The bootstrap over queries', () => {
  it('is about as wide as the normal interval of a mean, around it', () => {
    const random = seededRandom(3);
    const values = Array.from({ length: 900 }, () => 0.4 + 0.3 * random.normal());
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const [low, high] = bootstrapInterval(values);
    expect(low).toBeCloseTo(mean - (1.96 * 0.3) / 30, 2);
    expect(high).toBeCloseTo(mean + (1.96 * 0.3) / 30, 2);
  });

  it('covers the truth about 19 times of 20', { timeout: 60_000 }, () => {
    const random = seededRandom(8);
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const [low, high] = bootstrapInterval(Array.from({ length: 60 }, () => random.uniform()));
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    expect(covered).toBeGreaterThan(180);
    expect(covered).toBeLessThan(199);
  });

  it('is the value itself where all queries agree, and the same every time', () => {
    expect(bootstrapInterval([0.5, 0.5, 0.5])).toEqual([0.5, 0.5]);
    expect(bootstrapInterval([0.1, 0.9, 0.4])).toEqual(bootstrapInterval([0.1, 0.9, 0.4]));
  });
});
