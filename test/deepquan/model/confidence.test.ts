import { describe, expect, it } from 'vitest';
import { applyConfidence } from '../../../electron/deepquan/model/confidence.ts';
import { applyManyConfidences, learnConfidence } from '../../../electron/deepquan/training/learn-confidence.ts';
import { neighbourGraph } from '../../../electron/deepquan/training/neighbours.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { useTensorFlow } from '../../support/tensorflow.ts';

useTensorFlow();
const D = 16;
const breathe = (): Promise<void> => Promise.resolve();

describe('The confidence of hidden vectors', () => {
  it('is about 1 on the whole, and the same for many at once as for each alone', async () => {
    const random = seededRandom(4);
    const rows = Float32Array.from({ length: 200 * D }, () => random.normal());
    for (let i = 0; i < 200; i++) {
      const length = Math.hypot(...rows.subarray(i * D, (i + 1) * D));
      for (let t = 0; t < D; t++) rows[i * D + t] /= length;
    }
    const field = await learnConfidence(rows, D, await neighbourGraph(rows, 200, 5, { breathe }), random, breathe);
    const [many, each] = [Float32Array.from(rows), Float32Array.from(rows)];
    await applyManyConfidences(many, field);
    applyConfidence(each, field);
    many.forEach((value, i) => expect(value).toBeCloseTo(each[i], 3));
    const lengths = Array.from({ length: 200 }, (_, i) => Math.hypot(...each.subarray(i * D, (i + 1) * D)));
    expect(lengths.reduce((sum, length) => sum + length) / 200).toBeCloseTo(1, 2);
  });
});
