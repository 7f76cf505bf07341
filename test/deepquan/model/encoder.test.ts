import { describe, expect, it } from 'vitest';
import { preparationFor, prepareFeatures, suitablePower } from '../../../electron/deepquan/model/encoder.ts';

describe('What is done to features before the network', () => {
  it('is a root where none is negative, and none where some are', () => {
    expect(suitablePower(Float32Array.of(0, 4, 9))).toBe(0.5);
    expect(suitablePower(Float32Array.of(0, -4, 9))).toBe(1);
  });

  it('takes the mean off and leaves unit length, whatever the power', () => {
    for (const features of [Float32Array.of(4, 0, 0, 9), Float32Array.of(-4, 1, 2, -9)]) {
      const rows = prepareFeatures(features, preparationFor(features, 2, suitablePower(features)));
      expect(rows[0] + rows[2]).toBeCloseTo(0, 5);
      for (const row of [rows.subarray(0, 2), rows.subarray(2)]) expect(Math.hypot(...row)).toBeCloseTo(1, 5);
    }
  });
});
