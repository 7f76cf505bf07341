// Product quantization (Jégou, Douze, Schmid 2011) and its optimized rotation (Ge, He, Ke, Sun 2013,
// section 3.1: the non-parametric solution, started from the parametric one).
import { Matrix } from 'ml-matrix';
import type { Codebooks } from '../../numeric/codebooks.ts';
import { decodeCodes } from '../../deepquan/model/codebooks.ts';
import { assignManyCodes, trainCodebooks } from '../../deepquan/training/kmeans.ts';
import { allocateComponents } from '../../deepquan/training/principal-components.ts';
import { lookupTable } from '../../search/code-index.ts';
import type { Features, FittedMethod, MethodContext, RetrievalMethod } from '../method.ts';
import { KSUB } from './additive.ts';
import { applyToAll, applyToOne, combine, pca, type LinearMap } from './linear.ts';
import type { FitQuantizer } from './quantizers.ts';
import { crossProduct, multiplyRows, nearestRotation } from './rotation.ts';

const KMEANS_ROUNDS = 25;
const OPQ_ROUNDS = 20;

export const pq: RetrievalMethod = {
  name: 'pq',
  source: 'Jégou, Douze, Schmid 2011',
  variants: (d, bits) => ['all dimensions', ...reductions(d, bits)],
  async fit(training, bits, variant, context) {
    const M = bits / 8;
    const map =
      variant === 'all dimensions' ? identity(training.d, M) : await pca(training, componentsIn(variant), context);
    const rows = await applyToAll(training, map, context);
    const books = await trainCodebooks(
      rows,
      { M, ksub: KSUB, dsub: map.c / M },
      { iterations: KMEANS_ROUNDS, random: context.random, breathe: context.breathe },
    );
    return quantizer(map, books, context);
  },
};

export const opq: RetrievalMethod = {
  name: 'opq',
  source: 'Ge, He, Ke, Sun 2013',
  variants: (d, bits) => reductions(d, bits).slice(0, 2),
  async fit(training, bits, variant, context) {
    const M = bits / 8;
    const components = await pca(training, componentsIn(variant), context);
    const { c } = components;
    const projected = await applyToAll(training, components, context);
    const start = Matrix.zeros(c, c);
    allocateComponents(components.variances, M, c / M).forEach((component, place) => start.set(component, place, 1));
    const { rotation, books } = await learnRotation(projected, c, M, start, context);
    return quantizer({ c, directions: combine(rotation.transpose(), components.directions) }, books, context);
  },
};

/** OPQ as a quantizer by itself: its codebooks are turned back to where the rows are. */
export const rotatedQuantizer: FitQuantizer = async (rows, D, M, context) => {
  const { rotation, books } = await learnRotation(rows, D, M, Matrix.eye(D), context);
  const centroids = new Float32Array(M * KSUB * D);
  for (let a = 0; a < M * KSUB; a++) {
    const m = Math.floor(a / KSUB);
    for (let t = 0; t < D; t++) {
      let sum = 0;
      for (let i = 0; i < books.dsub; i++)
        sum += books.centroids[a * books.dsub + i] * rotation.get(t, m * books.dsub + i);
      centroids[a * D + t] = sum;
    }
  }
  return {
    books: { M, D, centroids },
    encode: async (others) => assignManyCodes(await multiplyRows(others, D, rotation), books),
  };
};

/** The rotation and the codebooks in turn (Ge et al. 2013, section 3.1). @param rows float32, (n, c) */
async function learnRotation(
  rows: Float32Array,
  c: number,
  M: number,
  start: Matrix,
  { random, breathe, onProgress }: MethodContext,
): Promise<{ rotation: Matrix; books: Codebooks }> {
  const shape = { M, ksub: KSUB, dsub: c / M };
  let rotation = start;
  let books: Codebooks | undefined;
  for (let round = 0; round < OPQ_ROUNDS; round++) {
    const turned = await multiplyRows(rows, c, rotation);
    books = await trainCodebooks(turned, shape, { iterations: books ? 1 : 5, random, initial: books, breathe });
    rotation = nearestRotation(await crossProduct(rows, decodeCodes(await assignManyCodes(turned, books), books), c));
    onProgress(round / OPQ_ROUNDS);
  }
  const turned = await multiplyRows(rows, c, rotation);
  books = await trainCodebooks(turned, shape, { iterations: KMEANS_ROUNDS, random, initial: books, breathe });
  return { rotation, books };
}

/** Searches by asymmetric distance: the query as it is, the photos as their codes stand for them. */
function quantizer(map: LinearMap, books: Codebooks, context: MethodContext): FittedMethod {
  return {
    async index(photos: Features) {
      const codes = await assignManyCodes(await applyToAll(photos, map, context), books);
      return codeIndex(codes, books, (query) => lookupTable(applyToOne(query, map), books, 'l2'));
    },
  };
}

/** @param codes uint8, (n, M) @param table of a query, float32, (M, ksub) */
export function codeIndex(codes: Uint8Array, { M, ksub }: Codebooks, table: (query: Float32Array) => Float32Array) {
  return {
    bytesAPhoto: (M * Math.log2(ksub)) / 8,
    prepare(query: Float32Array) {
      const lookup = table(query);
      return {
        distancesInto(out: Float32Array) {
          for (let i = 0; i < out.length; i++) {
            let sum = 0;
            for (let m = 0; m < M; m++) sum += lookup[m * ksub + codes[i * M + m]];
            out[i] = Math.max(0, sum);
          }
        },
      };
    },
  };
}

/** Principal components that divide among the subquantizers. */
function reductions(d: number, bits: number): string[] {
  return [64, 128, 256].filter((c) => c <= d && c % (bits / 8) === 0).map((c) => `${c} principal components`);
}

function componentsIn(variant: string): number {
  return Number.parseInt(variant, 10);
}

/** All dimensions, and zeros up to what divides among M subquantizers. */
function identity(d: number, M: number): LinearMap {
  const c = Math.ceil(d / M) * M;
  const directions = new Float32Array(c * d);
  for (let i = 0; i < d; i++) directions[i * d + i] = 1;
  return { directions, c };
}
