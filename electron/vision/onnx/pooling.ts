// One vector a picture from a network that gives several.
import type { Pooling } from './description.ts';

/**
 * @param values of a tensor of `dims`: (n, vectors, dimensions), or (n, dimensions, height, width)
 * @returns float32, (n, dimensions)
 * @throws Error where the tensor has neither form
 */
export function pool(values: Float32Array, dims: readonly number[], pooling: Pooling): Float32Array<ArrayBuffer> {
  const [n, a, b, c] = dims as [number, number, number, number];
  if (dims.length !== 3 && dims.length !== 4)
    throw new Error(`it gave ${dims.length} dimensions where several vectors a picture were expected`);
  const maps = dims.length === 4;
  const [count, d] = maps ? [b * c, a] : [a, b];
  // Where number t of vector v of a picture lies.
  const at = (v: number, t: number): number => (maps ? t * count + v : v * d + t);
  const used = pooling === 'first' ? 1 : count;
  const out = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    const start = i * count * d;
    for (let t = 0; t < d; t++) {
      let sum = 0;
      for (let v = 0; v < used; v++) sum += values[start + at(v, t)]!;
      out[i * d + t] = sum / used;
    }
  }
  return out;
}
