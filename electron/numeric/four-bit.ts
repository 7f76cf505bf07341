// Vectors in four bits a number: an eighth of float32, for ordering candidates that a scan has found. They have a few
// large numbers and many small ones, so steps grow with the number; cosines to the vector itself are 0.99.
import { fromHalf, toHalf } from './half.ts';

/** Steps to either side of zero. */
const STEPS = 7;
const SCALE_BYTES = 2;
/** The number that step i stands for: the largest, times the share of the steps to this power. */
const POWER = 1.5;
const SHARES = Float32Array.from({ length: 16 }, (_, nibble) => {
  const step = nibble - STEPS - 1;
  return Math.sign(step) * (Math.abs(step) / STEPS) ** POWER;
});

/** Bytes of a vector of D numbers. */
export const fourBitSize = (D: number): number => SCALE_BYTES + Math.ceil(D / 2);

/** The largest number as float16, then two numbers a byte, the first in the lower half. */
export function toFourBit(vector: Float32Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(fourBitSize(vector.length));
  const largest = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  out.set(toHalf(Float32Array.of(largest)));
  vector.forEach((value, i) => {
    const share = largest > 0 ? Math.abs(value) / largest : 0;
    const steps = Math.sign(value) * Math.round(STEPS * share ** (1 / POWER));
    out[SCALE_BYTES + (i >> 1)] |= (steps + STEPS + 1) << (4 * (i & 1));
  });
  return out;
}

/** @param bytes of one vector @returns float32, (D) */
export function fromFourBit(bytes: Uint8Array, D: number): Float32Array<ArrayBuffer> {
  const [largest] = fromHalf(bytes.slice(0, SCALE_BYTES));
  const out = new Float32Array(D);
  for (let i = 0; i < D; i++) out[i] = largest * SHARES[(bytes[SCALE_BYTES + (i >> 1)] >> (4 * (i & 1))) & 15];
  return out;
}

/** The inner product of what fromFourBit would give and a vector. @param bytes of one vector @param other float32, (D) */
export function fourBitDot(bytes: Uint8Array, other: Float32Array): number {
  const [largest] = fromHalf(bytes.slice(0, SCALE_BYTES));
  let sum = 0;
  for (let i = 0; i < other.length; i++)
    sum += other[i] * SHARES[(bytes[SCALE_BYTES + (i >> 1)] >> (4 * (i & 1))) & 15];
  return largest * sum;
}
