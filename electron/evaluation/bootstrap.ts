// How sure a mean over queries is.
import { seededRandom } from '../numeric/random.ts';

/** [low, high]: where the mean lies with 95% confidence. */
export type Interval = readonly [number, number];

const RESAMPLES = 2000;
const SEED = 95;

/**
 * Percentile bootstrap (Efron and Tibshirani 1993, section 13.3): means of as many values drawn with replacement.
 * For two methods asked the same queries, give the differences query by query.
 * @param values one of each query; at least one
 */
export function bootstrapInterval(values: readonly number[]): Interval {
  const random = seededRandom(SEED);
  const means = new Float64Array(RESAMPLES);
  for (let round = 0; round < RESAMPLES; round++) {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[random.below(values.length)];
    means[round] = sum / values.length;
  }
  means.sort();
  return [means[Math.floor(0.025 * RESAMPLES)], means[Math.ceil(0.975 * RESAMPLES) - 1]];
}
