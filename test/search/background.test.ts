import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../electron/numeric/random.ts';
import { groupOf } from '../../electron/search/result-group.ts';
import { scoreOf, scoreScale } from '../../electron/search/background.ts';

const strangers = (n: number, mean: number, spread: number): Float32Array => {
  const random = seededRandom(9);
  return Float32Array.from({ length: n }, () => mean + spread * random.normal());
};

describe('Scores', () => {
  it('are 0 for what is as alike as photos at random, and 1 for the same picture', () => {
    const scale = scoreScale(strangers(1000, 0.1, 0.05), 1);
    expect(scoreOf(0.1, scale)).toBe(0);
    expect(scoreOf(1, scale)).toBe(1);
    expect(scoreOf(0.6, scale)).toBeGreaterThan(0.4);
    expect(scale.alike).toBeLessThan(scale.veryAlike);
    expect(scoreOf(0.1 + 3 * 0.05, scale)).toBeLessThan(scale.alike);
    expect(scoreOf(0.1 + 5 * 0.05, scale)).toBeGreaterThan(scale.alike);
  });

  it('do not depend on how many photos of the kind there are', () => {
    const few = scoreScale(strangers(1000, 0, 0.05), 1);
    const many = strangers(1000, 0, 0.05);
    many.fill(0.8, 0, 200);
    expect(scoreScale(many, 1).zero).toBeCloseTo(few.zero, 1);
  });

  it('still tell apart where photos at random differ as much as anything', () => {
    const scale = scoreScale(
      Float32Array.from({ length: 100 }, (_, i) => i / 100),
      1,
    );
    expect(scoreOf(0.5, scale)).toBe(0);
    expect(scoreOf(0.9, scale)).toBeGreaterThan(scoreOf(0.8, scale));
    expect(scoreScale(new Float32Array(), 1).zero).toBeLessThan(1);
  });
});

describe('The group of a result', () => {
  const cuts = { alike: 0.2, veryAlike: 0.5 };
  const at = (score: number, takenAt: number | null = null, isCopy = false, moments: number[] = [1000]): string =>
    groupOf({ score, takenAt, isCopy }, moments, cuts);

  it('goes by its score', () => {
    expect([at(0.1), at(0.2), at(0.49), at(0.5)]).toEqual(['less', 'alike', 'alike', 'very alike']);
  });

  it('is the same picture for a copy, whatever its score', () => {
    expect(at(0, 1000, true)).toBe('same');
    expect(at(0, null, true)).toBe('same');
    expect(at(0, 5000, true, [])).toBe('same');
  });

  it('is no copy where the camera says that it is another shot of the same scene', () => {
    expect(at(0.95, 3000, true)).toBe('burst');
    expect(at(0.95, 90_000, true)).toBe('very alike');
    expect(at(0.95, 3000, true, [1000, 3000])).toBe('same');
  });

  it('is a burst for what is alike and of the same moment, by the camera', () => {
    expect(at(0.3, 30_000)).toBe('burst');
    expect(at(0.9, 1000)).toBe('burst');
    expect(at(0.3, 32_000)).toBe('alike');
    expect(at(0.1, 1000)).toBe('less');
    expect(at(0.3, null)).toBe('alike');
    expect(at(0.3, 1000, false, [])).toBe('alike');
  });
});
