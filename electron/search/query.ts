// A query as numbers: weighted vectors that are wanted or not, and which ids may answer.
import { normalized } from '../numeric/vectors.ts';
import type { IdSelector } from './id-selector.ts';
import { learnFromMarks } from './learn-from-marks.ts';

/** Of likenesses; less tells nothing. */
const LEAST_SPREAD = 1e-4;

export interface WeightedVector {
  /** float32, (D), of any length: only its direction counts. */
  readonly vector: Float32Array;
  /** Above 0. */
  readonly weight: number;
}

export interface VectorQuery {
  /** At least one. */
  readonly positives: readonly WeightedVector[];
  readonly negatives: readonly WeightedVector[];
  readonly selector?: IdSelector | undefined;
}

/**
 * The one vector that stands for all examples: the weighted mean of what is wanted; where something is not, less its mean
 * (Rocchio 1971, with vectors at unit length), and then learned from both.
 * @returns float32, (D), unit length
 */
export function combineExamples({
  positives,
  negatives,
}: Pick<VectorQuery, 'positives' | 'negatives'>): Float32Array<ArrayBuffer> {
  const wanted = weightedMean(positives);
  if (negatives.length === 0) return normalized(wanted);
  // Weights of both kinds are on one scale: examples of weight 1 that are not wanted count as much as the wanted ones.
  const unwanted = weightedMean(negatives, Math.max(totalWeight(positives), totalWeight(negatives)));
  const difference = normalized(wanted.map((value, i) => value - unwanted[i]));
  // What is wanted and what is not point the same way: nothing is left to go by but what is wanted.
  if (difference.every((value) => value === 0)) return normalized(wanted);
  const unit = ({ vector, weight }: WeightedVector): WeightedVector => ({ vector: normalized(vector), weight });
  return learnFromMarks(difference, positives.map(unit), negatives.map(unit));
}

/**
 * A query whose subspaces count more or less: each of M equal pieces times its weight, and all of it so that its inner product with the query
 * as it was stays what it is with itself. Likenesses by it are then on the scale of those without weights.
 * @param vector float32, (D)
 * @param weights float32, (M), 0 or more
 * @returns float32, (D); zeros where nothing counts
 */
export function weighSubspaces(vector: Float32Array, weights: Float32Array): Float32Array<ArrayBuffer> {
  const dsub = vector.length / weights.length;
  const weighed = Float32Array.from(vector, (value, i) => value * weights[Math.floor(i / dsub)]);
  const [own, left] = [vector, weighed].map((other) => vector.reduce((sum, value, i) => sum + value * other[i], 0));
  return left > 0 ? weighed.map((value) => (value * own) / left) : weighed;
}

/**
 * Inner products of the pieces of two vectors, which sum up to that of the whole: how much each subspace has in a likeness.
 * @param a float32, (D)
 * @param b (D)
 * @param M subspaces
 * @returns (M)
 */
export function subspaceProducts(a: Float32Array, b: ArrayLike<number>, M: number): number[] {
  const dsub = a.length / M;
  return Array.from({ length: M }, (_, m) => {
    let sum = 0;
    for (let i = m * dsub; i < (m + 1) * dsub; i++) sum += a[i] * b[i];
    return sum;
  });
}

/**
 * Weights of examples of several kinds on one scale: likenesses to words differ far less from photo to photo than those to
 * pictures do, and would count for nothing beside them.
 * @param likenessesTo of a vector of unit length, to photos at random
 */
export function balanced(
  examples: readonly WeightedVector[],
  likenessesTo: (vector: Float32Array) => Float32Array,
): WeightedVector[] {
  return examples.map(({ vector, weight }) => ({
    vector,
    weight: weight / Math.max(LEAST_SPREAD, standardDeviation(likenessesTo(normalized(vector)))),
  }));
}

function standardDeviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length));
}

function totalWeight(vectors: readonly WeightedVector[]): number {
  return vectors.reduce((sum, { weight }) => sum + weight, 0);
}

function weightedMean(vectors: readonly WeightedVector[], total = totalWeight(vectors)): Float32Array<ArrayBuffer> {
  const [first] = vectors;
  if (!first) throw new RangeError('Expected at least one example that is wanted, got none');
  const mean = new Float32Array(first.vector.length);
  for (const { vector, weight } of vectors) {
    const unit = normalized(vector);
    for (let i = 0; i < mean.length; i++) mean[i] += (weight / total) * unit[i];
  }
  return mean;
}
