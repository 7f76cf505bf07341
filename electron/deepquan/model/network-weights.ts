// The network's numbers, apart from the library that trains them.
import type { Layer } from './encoder.ts';

/** The layers in the order the data passes them. */
export type LayerName = 'encode1' | 'encode2' | 'decode1' | 'decode2';

export type NetworkWeights = Record<LayerName, Layer>;

export const layerNames: readonly LayerName[] = ['encode1', 'encode2', 'decode1', 'decode2'];
