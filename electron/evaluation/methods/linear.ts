// Linear maps that several baselines start with.
import type { Matrix } from 'ml-matrix';
import { principalComponents } from '../../deepquan/training/principal-components.ts';
import { project } from '../../deepquan/training/neighbour-projection.ts';
import type { Features, MethodContext } from '../method.ts';

export interface LinearMap {
  /** float32, (c, d), one row a direction. */
  readonly directions: Float32Array<ArrayBuffer>;
  readonly c: number;
}

/** Variances along the leading principal components, and the components. */
export async function pca(
  { rows, d }: Features,
  c: number,
  { random, breathe }: MethodContext,
): Promise<LinearMap & { variances: Float32Array }> {
  const { directions, variances } = await principalComponents(rows, d, Math.min(c, d), random, breathe);
  return { directions, variances, c: variances.length };
}

/** @returns float32, (n, c) */
export function applyToAll(
  { rows, d }: Features,
  map: LinearMap,
  { breathe }: Pick<MethodContext, 'breathe'>,
): Promise<Float32Array<ArrayBuffer>> {
  return project(rows, d, map.directions, breathe);
}

/** @returns float32, (c) */
export function applyToOne(query: Float32Array, { directions, c }: LinearMap): Float32Array {
  const d = query.length;
  const out = new Float32Array(c);
  for (let k = 0; k < c; k++) {
    let sum = 0;
    for (let t = 0; t < d; t++) sum += directions[k * d + t] * query[t];
    out[k] = sum;
  }
  return out;
}

/** A (k, c) matrix over directions (c, d), as float32, (k, d). */
export function combine(matrix: Matrix, directions: Float32Array): Float32Array<ArrayBuffer> {
  const c = matrix.columns;
  const d = directions.length / c;
  const out = new Float32Array(matrix.rows * d);
  for (let k = 0; k < matrix.rows; k++) {
    for (let i = 0; i < c; i++) {
      const weight = matrix.get(k, i);
      if (weight !== 0) for (let t = 0; t < d; t++) out[k * d + t] += weight * directions[i * d + t];
    }
  }
  return out;
}
