// RaBitQ (Gao and Long 2024, section 3): the signs of randomly turned directions, and two numbers a photo with which an estimate
// of the inner product is free of bias. The paper has a bit for each dimension; fewer bits take as many principal components.
import { orthonormalize } from '../../deepquan/training/principal-components.ts';
import { Matrix } from 'ml-matrix';
import type { RetrievalMethod } from '../method.ts';
import { signBits } from './hamming.ts';
import { applyToAll, applyToOne, combine, pca, type LinearMap } from './linear.ts';

/** Bytes a photo beside the signs: the length, and the inner product of the direction and its code, as float32. */
const FACTORS = 8;
/** Levels of a number of the query (section 3.3.1: 4 bits). */
const LEVELS = 15;

export const rabitq: RetrievalMethod = {
  name: 'rabitq',
  source: 'Gao, Long 2024',
  variants: (d, bits) => (d >= bits ? [''] : []),
  async fit(training, bits, _variant, context) {
    const components = await pca(training, bits, context);
    const turn = Float32Array.from({ length: bits * bits }, () => context.random.normal());
    orthonormalize(turn, bits, context.random);
    const map: LinearMap = {
      c: bits,
      directions: combine(Matrix.from1DArray(bits, bits, Array.from(turn)), components.directions),
    };
    return {
      index: async (photos) => {
        const rows = await applyToAll(photos, map, context);
        const codes = signBits(rows, bits);
        const words = Math.ceil(bits / 32);
        const n = rows.length / bits;
        const lengths = new Float32Array(n);
        const fits = new Float32Array(n);
        for (let i = 0; i < n; i++) {
          const row = rows.subarray(i * bits, (i + 1) * bits);
          lengths[i] = Math.hypot(...row);
          fits[i] =
            row.reduce((sum, value) => sum + Math.abs(value), 0) / (Math.sqrt(bits) * Math.max(lengths[i], 1e-12));
        }
        return {
          bytesAPhoto: bits / 8 + FACTORS,
          prepare(query) {
            const asked = inLevels(applyToOne(query, map), () => context.random.uniform());
            const squared = asked.reduce((sum, value) => sum + value * value, 0);
            return {
              distancesInto(out) {
                for (let i = 0; i < out.length; i++) {
                  let dot = 0;
                  for (let b = 0; b < bits; b++)
                    dot += (codes[i * words + (b >>> 5)] >>> (b & 31)) & 1 ? asked[b] : -asked[b];
                  // <x, q> = |x| <code, q> / <code, x / |x|> (theorem 3.2).
                  const product = (lengths[i] * dot) / (Math.sqrt(bits) * Math.max(fits[i], 1e-12));
                  out[i] = Math.max(0, lengths[i] ** 2 + squared - 2 * product);
                }
              },
            };
          },
        };
      },
    };
  },
};

/** A query as RaBitQ asks: each number as one of 16, rounded up or down at random so that the mean stays (section 3.3.1). */
export function inLevels(query: Float32Array, uniform: () => number): Float32Array {
  const low = query.reduce((least, value) => Math.min(least, value), Infinity);
  const high = query.reduce((most, value) => Math.max(most, value), -Infinity);
  const step = Math.max((high - low) / LEVELS, 1e-12);
  return query.map((value) => low + step * Math.floor((value - low) / step + uniform()));
}
