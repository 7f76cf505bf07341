import { expect, it } from 'vitest';
import { fourBitDot, fourBitSize, fromFourBit, toFourBit } from '../../electron/numeric/four-bit.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { cosine } from '../../electron/numeric/vectors.ts';

it('A vector in steps of four bits takes an eighth of the room and keeps its direction and length', () => {
  const random = seededRandom(3);
  const vector = Float32Array.from({ length: 256 }, () => random.normal());
  const bytes = toFourBit(vector);
  expect(bytes).toHaveLength(fourBitSize(256));
  expect(fourBitSize(256)).toBe(130);
  const back = fromFourBit(bytes, 256);
  expect(cosine(vector, back)).toBeGreaterThan(0.98);
  expect(Math.hypot(...back) / Math.hypot(...vector)).toBeCloseTo(1, 1);
});

it('A vector of zeros stays one, and an odd number of numbers is no trouble', () => {
  expect([...fromFourBit(toFourBit(new Float32Array(5)), 5)]).toEqual([0, 0, 0, 0, 0]);
  expect([...fromFourBit(toFourBit(Float32Array.of(7, -7, 0)), 3)]).toEqual([7, -7, 0]);
});

it('An inner product can be had without unpacking', () => {
  const random = seededRandom(4);
  const [vector, other] = [1, 2].map(() => Float32Array.from({ length: 31 }, () => random.normal()));
  const bytes = toFourBit(vector);
  const expected = fromFourBit(bytes, 31).reduce((sum, value, i) => sum + value * other[i], 0);
  expect(fourBitDot(bytes, other)).toBeCloseTo(expected, 4);
});
