import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { TrainingThread } from '../../../electron/engine/training/training-thread.ts';

describe('The training thread', () => {
  it('passes on why it cannot train at all', { timeout: 60_000 }, async () => {
    const before = process.env.LIKENESS_BACKEND;
    process.env.LIKENESS_BACKEND = 'abacus';
    const thread = new TrainingThread(pLimit(1));
    try {
      await expect(
        thread.train({ features: new Float32Array(64), views: [] }, 8, null, () => undefined),
      ).rejects.toThrow(/LIKENESS_BACKEND is "abacus"/);
    } finally {
      if (before === undefined) delete process.env.LIKENESS_BACKEND;
      else process.env.LIKENESS_BACKEND = before;
      await thread.close();
    }
  });

  it('refuses features that are not numbers', { timeout: 60_000 }, async () => {
    const thread = new TrainingThread(pLimit(1));
    const features = new Float32Array(300 * 8).fill(1);
    features[77] = NaN;
    await expect(thread.train({ features, views: [] }, 8, null, () => undefined)).rejects.toThrow(
      'Expected finite features to train on',
    );
    await thread.close();
  });

  it('ends alone when its memory is full, with a reason', { timeout: 60_000 }, async () => {
    const thread = new TrainingThread(pLimit(1), { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 });
    const features = Float32Array.from({ length: 300 * 64 }, (_, i) => Math.sin(i * i));
    await expect(thread.train({ features, views: [] }, 64, null, () => undefined)).rejects.toThrow(
      /memory|terminated/i,
    );
    await thread.close();
  });
});
