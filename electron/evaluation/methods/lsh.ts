// Locality-sensitive hashing: the signs of random projections (Charikar 2002, section 3).
import type { RetrievalMethod } from '../method.ts';
import { hammingIndex, signBits } from './hamming.ts';
import { applyToAll, applyToOne, type LinearMap } from './linear.ts';

export const lsh: RetrievalMethod = {
  name: 'lsh',
  source: 'Charikar 2002',
  variants: () => [''],
  fit({ d }, bits, _variant, context) {
    const map: LinearMap = {
      c: bits,
      directions: Float32Array.from({ length: bits * d }, () => context.random.normal()),
    };
    return Promise.resolve({
      index: async (photos) =>
        hammingIndex(signBits(await applyToAll(photos, map, context), bits), bits, (query) =>
          signBits(applyToOne(query, map), bits),
        ),
    });
  },
};
