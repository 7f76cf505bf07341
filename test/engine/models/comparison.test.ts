import { describe, expect, it } from 'vitest';
import { compareFindings, isNotWorse } from '../../../electron/engine/models/comparison.ts';

/** Of a hundred queries, how many either model answers rightly. */
const found = (before: number, after: number) =>
  compareFindings(
    ...([before, after].map((right) => Array.from({ length: 100 }, (_, i) => i < right)) as [boolean[], boolean[]]),
  );

describe('A new model', () => {
  it('is worse where it finds fewer of the originals of edited copies, or fewer of what the person marked', () => {
    expect(isNotWorse({ edited: found(90, 90), marked: null })).toBe(true);
    expect(isNotWorse({ edited: found(90, 70), marked: null })).toBe(false);
    expect(isNotWorse({ edited: found(90, 95), marked: found(80, 60) })).toBe(false);
    expect(isNotWorse({ edited: null, marked: null })).toBe(true);
  });

  it('is held against the one that came with the embedder by what the person marked alone', () => {
    expect(isNotWorse({ edited: found(90, 70), marked: null }, true)).toBe(true);
    expect(isNotWorse({ edited: found(90, 95), marked: found(80, 60) }, true)).toBe(false);
  });
});
