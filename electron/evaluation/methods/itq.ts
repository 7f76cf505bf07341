// Iterative quantization (Gong and Lazebnik 2011): principal components, turned so that their signs lose least.
import { Matrix } from 'ml-matrix';
import { orthonormalize } from '../../deepquan/training/principal-components.ts';
import type { MethodContext, RetrievalMethod } from '../method.ts';
import { hammingIndex, signBits } from './hamming.ts';
import { applyToAll, applyToOne, combine, pca, type LinearMap } from './linear.ts';
import { crossProduct, multiplyRows, nearestRotation } from './rotation.ts';

const ROUNDS = 50;

export const itq: RetrievalMethod = {
  name: 'itq',
  source: 'Gong and Lazebnik 2011',
  variants: (d, bits) => (d >= bits ? [''] : []),
  async fit(training, bits, _variant, context) {
    const { directions, c } = await pca(training, bits, context);
    if (c < bits) throw new RangeError(`ITQ takes at most as many bits as there are dimensions: ${c} for ${bits} bits`);
    const projected = await applyToAll(training, { directions, c }, context);
    const rotation = await rotationToSigns(projected, c, context);
    const turned = new Matrix(c, c);
    for (let i = 0; i < c; i++) for (let j = 0; j < c; j++) turned.set(j, i, rotation.get(i, j));
    const map: LinearMap = { c, directions: combine(turned, directions) };
    return {
      index: async (photos) =>
        hammingIndex(signBits(await applyToAll(photos, map, context), bits), bits, (query) =>
          signBits(applyToOne(query, map), bits),
        ),
    };
  },
};

/** The rotation after which signs lose least (section 2.2). @param projected float32, (n, c) */
export async function rotationToSigns(
  projected: Float32Array,
  c: number,
  { random, breathe }: Pick<MethodContext, 'random' | 'breathe'>,
): Promise<Matrix> {
  const start = Float32Array.from({ length: c * c }, () => random.normal());
  orthonormalize(start, c, random);
  let rotation = Matrix.from1DArray(c, c, Array.from(start));
  for (let round = 0; round < ROUNDS; round++) {
    // B = sign(V R), then R from the singular vectors of Bᵀ V.
    const signs = (await multiplyRows(projected, c, rotation)).map((value) => (value > 0 ? 1 : -1));
    rotation = nearestRotation(await crossProduct(projected, signs, c));
    await breathe();
  }
  return rotation;
}
