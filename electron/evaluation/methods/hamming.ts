// Binary codes and their Hamming distances, for the methods that make such.
import type { SearchIndex } from '../method.ts';

/** Turns the signs of each row into bits, lowest first. @param rows float32, (n, bits) @returns uint32, (n, bits / 32 rounded up) */
export function signBits(rows: Float32Array, bits: number): Uint32Array {
  const words = Math.ceil(bits / 32);
  const n = rows.length / bits;
  const out = new Uint32Array(n * words);
  for (let i = 0; i < n; i++) {
    for (let b = 0; b < bits; b++) if (rows[i * bits + b] > 0) out[i * words + (b >>> 5)] |= 1 << (b & 31);
  }
  return out;
}

/** @param codes uint32, (n, words) @param encode a query's code, uint32, (words) */
export function hammingIndex(
  codes: Uint32Array,
  bits: number,
  encode: (query: Float32Array) => Uint32Array,
): SearchIndex {
  const words = Math.ceil(bits / 32);
  return {
    bytesAPhoto: bits / 8,
    prepare(query) {
      const code = encode(query);
      return {
        distancesInto(out) {
          for (let i = 0; i < out.length; i++) {
            let distance = 0;
            for (let w = 0; w < words; w++) distance += popCount(codes[i * words + w] ^ code[w]);
            out[i] = distance;
          }
        },
      };
    },
  };
}

/** Bits set in 32 (Warren, Hacker's Delight, figure 5-2). */
export function popCount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  x = (x + (x >>> 4)) & 0x0f0f0f0f;
  return Math.imul(x, 0x01010101) >>> 24;
}
