// Quantizers by themselves, so that each can follow principal components, as published, or what DeepQuan makes of photos.
import type { MethodContext, MethodName, RetrievalMethod } from '../method.ts';
import { additiveIndex, type AdditiveCodebooks } from './additive.ts';
import { applyToAll, applyToOne, pca } from './linear.ts';

export interface FittedQuantizer {
  readonly books: AdditiveCodebooks;
  /** @param rows float32, (n, D) @returns uint8, (n, M) */
  readonly encode: (rows: Float32Array) => Promise<Uint8Array<ArrayBuffer>>;
}

/** Learns M codebooks. @param rows float32, (n, D) */
export type FitQuantizer = (
  rows: Float32Array,
  D: number,
  M: number,
  context: MethodContext,
) => Promise<FittedQuantizer>;

/** By squared distance, of which one byte says how long the sum of a code is: one codebook less for as many bits. */
export function afterPrincipalComponents(
  name: MethodName,
  source: string,
  components: readonly number[],
  fit: FitQuantizer,
): RetrievalMethod {
  return {
    name,
    source,
    variants: (d, bits) => {
      const possible = components.filter((c) => c <= d);
      return bits < 16 ? [] : (possible.length > 0 ? possible : [d]).map((c) => `${c} principal components`);
    },
    async fit(training, bits, variant, context) {
      const map = await pca(training, Number.parseInt(variant, 10), context);
      const quantizer = await fit(await applyToAll(training, map, context), map.c, bits / 8 - 1, context);
      return {
        index: async (photos) =>
          additiveIndex(
            await quantizer.encode(await applyToAll(photos, map, context)),
            quantizer.books,
            (query) => applyToOne(query, map),
            { ...context, by: 'l2' },
          ),
      };
    },
  };
}
