// Spectral hashing (Weiss, Torralba, Fergus 2008, section 3): the smoothest eigenfunctions of a box as wide as
// the data along its principal components.
import type { RetrievalMethod } from '../method.ts';
import { hammingIndex, signBits } from './hamming.ts';
import { applyToAll, applyToOne, pca } from './linear.ts';

export const spectralHashing: RetrievalMethod = {
  name: 'sh',
  source: 'Weiss, Torralba, Fergus 2008',
  variants: () => [''],
  async fit(training, bits, _variant, context) {
    const map = await pca(training, bits, context);
    const { c } = map;
    const projected = await applyToAll(training, map, context);
    const [least, most] = ranges(projected, c);
    const widths = least.map((low, i) => Math.max(most[i] - low, 1e-9));
    const modes = smoothestModes(widths, bits);
    const encode = (rows: Float32Array): Uint32Array => {
      const n = rows.length / c;
      const waves = new Float32Array(n * bits);
      for (let i = 0; i < n; i++) {
        modes.forEach(({ component, frequency }, b) => {
          const along = (rows[i * c + component] - least[component]) / widths[component];
          waves[i * bits + b] = Math.sin(Math.PI / 2 + frequency * Math.PI * along);
        });
      }
      return signBits(waves, bits);
    };
    return {
      index: async (photos) =>
        hammingIndex(encode(await applyToAll(photos, map, context)), bits, (query) => encode(applyToOne(query, map))),
    };
  },
};

/** The `bits` eigenfunctions of smallest eigenvalue, (k π / width)²: one component and one frequency each. */
export function smoothestModes(widths: readonly number[], bits: number): { component: number; frequency: number }[] {
  const all = widths.flatMap((width, component) =>
    Array.from({ length: bits }, (_, i) => ({ component, frequency: i + 1, eigenvalue: ((i + 1) / width) ** 2 })),
  );
  return all
    .sort((a, b) => a.eigenvalue - b.eigenvalue)
    .slice(0, bits)
    .map(({ component, frequency }) => ({ component, frequency }));
}

function ranges(rows: Float32Array, c: number): [number[], number[]] {
  const least = Array<number>(c).fill(Infinity);
  const most = Array<number>(c).fill(-Infinity);
  rows.forEach((value, i) => {
    if (value < least[i % c]) least[i % c] = value;
    if (value > most[i % c]) most[i % c] = value;
  });
  return [least, most];
}
