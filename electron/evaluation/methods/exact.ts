// The features themselves, uncompressed: what compact codes are held against.
import type { RetrievalMethod } from '../method.ts';

export const exact: RetrievalMethod = {
  name: 'exact',
  source: 'squared distance of the features',
  variants: () => [''],
  fit: () =>
    Promise.resolve({
      index: ({ rows, d }) =>
        Promise.resolve({
          bytesAPhoto: d * 4,
          prepare: (query) => ({
            distancesInto(out) {
              for (let i = 0; i < out.length; i++) {
                let dot = 0;
                for (let t = 0; t < d; t++) dot += query[t] * rows[i * d + t];
                out[i] = Math.max(0, 2 - 2 * dot);
              }
            },
          }),
        }),
    }),
};
