import { describe, expect, it } from 'vitest';
import { candidatesOf } from '../../../electron/engine/duplicates/candidates.ts';
import { COPIES } from '../../../electron/numeric/picture-correlation.ts';

/** Pictures at some distances, and as many at a distance of one as make that the usual one. */
const around = (...distances: number[]) =>
  [...distances, ...distances.map(() => 1), 1].map((distance, i) => ({
    contentId: i + 1,
    cameraTakenAt: null,
    distance,
  }));

describe('What may be the same picture', () => {
  it('is much nearer than is usual among the nearest', () => {
    const ids = (...distances: number[]): number[] =>
      candidatesOf(around(...distances), []).map(({ contentId }) => contentId);
    expect(ids(0.01, 0.3, 0.49)).toEqual([1, 2, 3]);
    expect(ids(0.3, 0.6)).toEqual([1]);
    expect(ids(0.9)).toEqual([]);
    expect(candidatesOf([], [])).toEqual([]);
  });

  it('has to agree the more by its pixels, the farther it is by its features', () => {
    const [near, farther, farthest] = candidatesOf(around(0.1, 0.3, 0.45), []).map(({ threshold }) => threshold);
    expect(near).toBe(COPIES);
    expect(farther).toBeGreaterThan(near);
    expect(farthest).toBeGreaterThan(farther);
  });

  it('is what may be turned, too, and is told as that', () => {
    expect(
      candidatesOf(around(0.4), [
        { id: 1, distance: 0.01 },
        { id: 99, distance: 0.02 },
      ]),
    ).toEqual([
      { contentId: 1, turned: true, threshold: COPIES },
      { contentId: 99, turned: true, threshold: COPIES },
    ]);
  });
});
