import { describe, expect, it } from 'vitest';
import { damaged, filesOfEveryKind, fuzzFiles } from '../../support/fuzz-files.ts';

describe('A damaged file of any kind', () => {
  it(
    'is read as far as it goes or refused, and crashes, hangs and bloats no reader',
    { timeout: 120_000 },
    async () => {
      const files = await filesOfEveryKind('/nowhere');
      const seeds = Array.from({ length: files.size * 8 }, (_, i) => i);
      const report = await fuzzFiles(files, seeds, 1);
      expect(report.faults).toEqual([]);
      expect(report.cases).toBe(seeds.length);
      // Damage that always goes unnoticed, or always destroys, would show nothing.
      expect(report.read).toBeGreaterThan(10);
      expect(report.refused).toBeGreaterThan(10);
    },
  );

  it('is damaged the same way by the same seed, in four ways', () => {
    const file = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
    for (let seed = 0; seed < 40; seed++) {
      expect(damaged(file, seed)).toEqual(damaged(file, seed));
      if (seed % 4 < 2) expect(damaged(file, seed).equals(file)).toBe(false);
    }
  });
});
