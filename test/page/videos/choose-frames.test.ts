import { describe, expect, it } from 'vitest';
import { chooseFrames, lookTimes, type SampledFrame } from '../../../renderer/videos/choose-frames.ts';

/** Half of it in one grey and half in another. */
const frame = (time: number, one: number, other: number): SampledFrame => ({
  time,
  pixels: Uint8ClampedArray.from({ length: 16 * 4 }, (_, i): number => (i % 4 === 3 ? 255 : i < 32 ? one : other)),
});

describe('Frames of a video', () => {
  it('are looked at every two seconds, three at least and forty-eight at most, never at the very ends', () => {
    expect(lookTimes(10)).toEqual([1, 3, 5, 7, 9]);
    expect(lookTimes(0.3)).toEqual([0.05, 0.15, 0.25].map((time): unknown => expect.closeTo(time)));
    expect(lookTimes(7200)).toHaveLength(48);
    expect(lookTimes(7200)[0]).toBe(75);
  });

  it('that show the same are kept once', () => {
    const still = Array.from({ length: 20 }, (_, i) => frame(i, 100 + (i % 3), 200));
    expect(chooseFrames(still, 12)).toHaveLength(1);
  });

  it('are chosen so that each is unlike the others, up to as many as are wanted', () => {
    const scenes = [0, 0, 0, 120, 120, 250, 250].map((grey, i) => frame(i, grey, grey));
    const shown = chooseFrames(scenes, 12).map((at) => scenes[at].pixels[0]);
    expect(shown.sort((a: number, b: number) => a - b)).toEqual([0, 120, 250]);
    const many = Array.from({ length: 48 }, (_, i) => frame(i, i * 5, 255 - i * 5));
    expect(chooseFrames(many, 5)).toHaveLength(5);
  });

  it('begin with one that shows much: neither black nor of one colour', () => {
    const all = [frame(0, 0, 15), frame(1, 128, 128), frame(2, 40, 220), frame(3, 90, 120)];
    expect(chooseFrames(all, 12)[0]).toBe(2);
    expect(chooseFrames([frame(0, 0, 0)], 12)).toEqual([0]);
    expect(chooseFrames([], 12)).toEqual([]);
  });
});
