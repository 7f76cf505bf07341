// A query vector learned from what is wanted and what is not: logistic regression that stays near where it began.
import { normalized } from '../numeric/vectors.ts';

/** How steep the logistic function is over a cosine. */
const STEEPNESS = 20;
/** How much the vector is held to where it began. */
const HELD = 0.6;
/** What is not wanted counts as half of what is, however many there are of each. */
const UNWANTED = 0.5;
const STEPS = 60;
const RATE = 0.01;
const BIAS_RATE = 0.1;
const FIRST_BIAS = -0.3;

export interface JudgedVector {
  /** float32, (D), unit length. */
  readonly vector: Float32Array;
  /** Above 0. */
  readonly weight: number;
}

/**
 * Turns a vector so that what is wanted lies nearer to it than what is not, by gradient descent on the weighted logistic loss
 * plus HELD / 2 times the squared distance from the beginning. Chosen on validation queries in docs/experiments/asking.md.
 * @param start float32, (D), unit length
 * @param wanted at least one
 * @param unwanted at least one
 * @returns float32, (D), unit length
 */
export function learnFromMarks(
  start: Float32Array,
  wanted: readonly JudgedVector[],
  unwanted: readonly JudgedVector[],
): Float32Array<ArrayBuffer> {
  const D = start.length;
  const judged = [...shares(wanted, 1), ...shares(unwanted, UNWANTED)];
  const query = Float32Array.from(start);
  const gradient = new Float32Array(D);
  let bias = FIRST_BIAS;
  for (let step = 0; step < STEPS; step++) {
    gradient.fill(0);
    let biasGradient = 0;
    judged.forEach(({ vector, share }, i) => {
      let cosine = 0;
      for (let d = 0; d < D; d++) cosine += query[d] * vector[d];
      const believed = 1 / (1 + Math.exp(-STEEPNESS * (cosine + bias)));
      const error = share * (believed - (i < wanted.length ? 1 : 0));
      for (let d = 0; d < D; d++) gradient[d] += STEEPNESS * error * vector[d];
      biasGradient += error;
    });
    for (let d = 0; d < D; d++) query[d] -= RATE * (gradient[d] + HELD * (query[d] - start[d]));
    bias -= BIAS_RATE * biasGradient;
  }
  return normalized(query);
}

/** @param total what the shares of all add up to */
function shares(judged: readonly JudgedVector[], total: number): { vector: Float32Array; share: number }[] {
  const sum = judged.reduce((all, { weight }) => all + weight, 0);
  return judged.map(({ vector, weight }) => ({ vector, share: (total * weight) / sum }));
}
