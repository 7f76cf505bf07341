import { describe, expect, it } from 'vitest';
import { whatIsDue, type ActiveFacts, type ModelFacts } from '../../../electron/engine/models/due.ts';

const active = (facts: Partial<ActiveFacts> = {}): ActiveFacts => ({
  startedOn: 1000,
  measuredAt: 1000,
  driftRatio: () => 1,
  segmentation: () => ({ small: 0, tombstones: 0 }),
  ...facts,
});

const due = (facts: Partial<ModelFacts>): ReturnType<typeof whatIsDue> =>
  whatIsDue({
    atRest: true,
    count: 1000,
    unfinished: false,
    baseWaits: false,
    active: undefined,
    mostTrainedOn: 10_000,
    failedAt: 0,
    unmeasuredAt: 0,
    ...facts,
  });

describe('What is due', () => {
  it('is first of all a model whose codes are not all written', () => {
    expect(due({ unfinished: true, baseWaits: true })).toBe('encoding');
    expect(due({ unfinished: true, atRest: false, active: active() })).toBe('encoding');
  });

  it('is the model that came with the embedder, unless taking it failed and nothing has come since', () => {
    expect(due({ baseWaits: true, count: 3 })).toBe('base model');
    expect(due({ baseWaits: true, count: 3, failedAt: 3 })).toBeUndefined();
  });

  it('is a first training from 256 photos on', () => {
    expect(due({ count: 255 })).toBeUndefined();
    expect(due({ count: 256 })).toBe('training');
    expect(due({ count: 256, atRest: false })).toBe('training');
    expect(due({ count: 256, active: active({ startedOn: 0 }) })).toBe('training');
  });

  it('is another training when the library has doubled, or has grown fourfold while photos are read', () => {
    expect(due({ count: 1999, active: active() })).toBeUndefined();
    expect(due({ count: 2000, active: active() })).toBe('training');
    expect(due({ count: 3999, active: active(), atRest: false })).toBeUndefined();
    expect(due({ count: 4000, active: active(), atRest: false })).toBe('training');
  });

  it('is no training beyond the photos that one learns from', () => {
    expect(due({ count: 50_000, active: active({ startedOn: 9500, measuredAt: 50_000 }) })).toBeUndefined();
  });

  it('is a fine-tuning when new photos have drifted away, at rest alone', () => {
    const drifted = active({ driftRatio: () => 1.2 });
    expect(due({ active: drifted })).toBe('fine-tuning');
    expect(due({ active: drifted, atRest: false })).toBeUndefined();
    expect(due({ active: active({ driftRatio: () => 1.1 }) })).toBeUndefined();
    expect(due({ active: active({ driftRatio: () => undefined }) })).toBeUndefined();
  });

  it('is not what failed, until the library has grown', () => {
    expect(due({ count: 300, failedAt: 300 })).toBeUndefined();
    expect(due({ count: 600, failedAt: 300 })).toBe('training');
    const drifted = active({ driftRatio: () => 2 });
    expect(due({ active: drifted, failedAt: 1000 })).toBeUndefined();
    expect(due({ count: 1100, active: drifted, failedAt: 1000 })).toBe('fine-tuning');
  });

  it('is a measurement once there is a model, and again when the library has doubled since', () => {
    expect(due({ active: active({ measuredAt: undefined }) })).toBe('measuring');
    expect(due({ active: active({ measuredAt: undefined }), atRest: false })).toBeUndefined();
    expect(due({ active: active({ measuredAt: 500 }) })).toBe('measuring');
    expect(due({ active: active({ measuredAt: 501 }) })).toBeUndefined();
    expect(due({ active: active({ measuredAt: undefined }), unmeasuredAt: 1000 })).toBeUndefined();
    expect(due({ count: 1100, active: active({ measuredAt: undefined }), unmeasuredAt: 1000 })).toBe('measuring');
  });

  it('is last of all merging, when small segments or tombstones have become many', () => {
    expect(due({ active: active({ segmentation: () => ({ small: 65, tombstones: 0 }) }) })).toBe('merging');
    expect(due({ active: active({ segmentation: () => ({ small: 0, tombstones: 1025 }) }) })).toBe('merging');
    expect(due({ active: active({ segmentation: () => ({ small: 64, tombstones: 1024 }) }) })).toBeUndefined();
    expect(
      due({ atRest: false, active: active({ segmentation: () => ({ small: 99, tombstones: 0 }) }) }),
    ).toBeUndefined();
  });
});
