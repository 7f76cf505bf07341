// By what parts of photos are ordered: their features, not their hidden vectors. Hidden vectors are learned to bring photos of a
// kind together, and what is in a box is to be found again itself.
import { seededRandom } from '../../numeric/random.ts';
import { normalized } from '../../numeric/vectors.ts';

/** Numbers of a vector at most: in four bits each, less than 200 bytes. */
const MOST = 384;
const SEED = 2002;

/** Of features with so many numbers. */
export const orderingSize = (dimensions: number): number => Math.min(dimensions, MOST);

/**
 * Features at unit length; many numbers are folded into fewer by random signs, which keeps inner products on average
 * (count sketch: Charikar, Chen, Farach-Colton 2002, section 3).
 * @param feature float32, (dimensions)
 * @returns float32, (orderingSize(dimensions)), unit length
 */
export function orderingVector(feature: Float32Array): Float32Array<ArrayBuffer> {
  if (feature.length <= MOST) return normalized(feature);
  const unit = normalized(feature);
  const { buckets, signs } = sketchOf(unit.length);
  const folded = new Float32Array(MOST);
  for (let i = 0; i < unit.length; i++) folded[buckets[i]!]! += signs[i]! * unit[i]!;
  return normalized(folded);
}

interface Sketch {
  readonly buckets: Uint16Array;
  readonly signs: Int8Array;
}

const sketches = new Map<number, Sketch>();

function sketchOf(dimensions: number): Sketch {
  const known = sketches.get(dimensions);
  if (known) return known;
  const random = seededRandom(SEED);
  const sketch = {
    buckets: Uint16Array.from({ length: dimensions }, () => random.below(MOST)),
    signs: Int8Array.from({ length: dimensions }, () => (random.below(2) === 0 ? -1 : 1)),
  };
  sketches.set(dimensions, sketch);
  return sketch;
}
