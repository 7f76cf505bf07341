// Seeded randomness for training: the same seed gives the same draws on every machine.
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of pseudo-random draws. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
  /** Standard normal (Box and Muller 1958). */
  normal(): number;
  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T extends Int32Array | Uint32Array | number[]>(values: T): T;
}

export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => (generator.next() >>> 0) / 0x1_0000_0000;
  const below = (bound: number): number => Math.floor(uniform() * bound);
  return {
    uniform,
    below,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle(values) {
      for (let i = values.length - 1; i > 0; i--) {
        const j = below(i + 1);
        const held = values[i];
        values[i] = values[j];
        values[j] = held;
      }
      return values;
    },
  };
}
