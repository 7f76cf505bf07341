// Where the network starts from: the principal directions of the features, dealt out to the subspaces.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../numeric/random.ts';

export interface PrincipalComponents {
  /** float32, (count, d), orthonormal rows, largest variance first. */
  readonly directions: Float32Array<ArrayBuffer>;
  /** float32, (count), variance along each, in squared units of the features. */
  readonly variances: Float32Array<ArrayBuffer>;
}

const ROUNDS = 8;

/**
 * The leading principal components by subspace iteration (Halko, Martinsson, Tropp 2011, algorithm 4.4).
 * @param rows float32, (n, d), centred
 * @param count at most d
 */
export async function principalComponents(
  rows: Float32Array,
  d: number,
  count: number,
  random: Random,
  breathe: () => Promise<void>,
): Promise<PrincipalComponents> {
  const n = rows.length / d;
  const x = tf.tensor2d(rows, [n, d]);
  const xT = tf.transpose(x);
  const directions = Float32Array.from({ length: count * d }, () => random.normal());
  orthonormalize(directions, d, random);
  let projected = new Float32Array(0);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const [next, last] = tf.tidy((): [tf.Tensor2D, tf.Tensor1D] => {
        const basis = tf.transpose(tf.tensor2d(directions, [count, d]));
        const scores = tf.matMul(x, basis);
        return [tf.transpose(tf.matMul<tf.Tensor2D>(xT, scores)), tf.sum(tf.square(scores), 0)];
      });
      directions.set(await next.data<'float32'>());
      projected = Float32Array.from(await last.data());
      tf.dispose([next, last]);
      orthonormalize(directions, d, random);
      await breathe();
    }
  } finally {
    tf.dispose([x, xT]);
  }
  return { directions, variances: projected.map((sum) => sum / n) };
}

/**
 * Which component goes to which place of the hidden vector, so that the subspaces share the variance
 * evenly: largest first, each to the subspace whose product of variances is smallest so far
 * (eigenvalue allocation; Ge, He, Ke, Sun 2013, section 3.2.2).
 * @returns int32, (M * dsub): for each hidden place, a component number
 */
export function allocateComponents(variances: Float32Array, M: number, dsub: number): Int32Array {
  const places = new Int32Array(M * dsub);
  const filled = new Int32Array(M);
  const logVariance = new Float64Array(M);
  for (let component = 0; component < M * dsub; component++) {
    let chosen = -1;
    for (let m = 0; m < M; m++) {
      if (filled[m] < dsub && (chosen < 0 || logVariance[m] < logVariance[chosen])) chosen = m;
    }
    places[chosen * dsub + filled[chosen]++] = component;
    // Logarithms relative to a floor, so that every component adds and none has variance below it.
    logVariance[chosen] += Math.log(Math.max(variances[component], 1e-12) / 1e-13);
  }
  return places;
}

/** Modified Gram-Schmidt over rows; a row that vanishes is drawn anew. */
function orthonormalize(rows: Float32Array, d: number, random: Random): void {
  const count = rows.length / d;
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * d, (i + 1) * d);
    for (let attempt = 0; ; attempt++) {
      const before = length(row);
      for (let j = 0; j < i; j++) {
        const other = rows.subarray(j * d, (j + 1) * d);
        let dot = 0;
        for (let t = 0; t < d; t++) dot += row[t] * other[t];
        for (let t = 0; t < d; t++) row[t] -= dot * other[t];
      }
      const after = length(row);
      if (after > 1e-4 * before && after > 1e-12) {
        for (let t = 0; t < d; t++) row[t] /= after;
        // A second pass where much was taken off keeps single precision orthogonal.
        if (after > 0.5 * before || attempt > 0) break;
      } else {
        for (let t = 0; t < d; t++) row[t] = random.normal();
      }
    }
  }
}

function length(row: Float32Array): number {
  let sum = 0;
  for (const value of row) sum += value * value;
  return Math.sqrt(sum);
}
