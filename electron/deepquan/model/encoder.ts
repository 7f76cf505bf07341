// Features to hidden vectors without TensorFlow.js, so that a search needs nothing but the weights.
import { normalized, normalizeRows } from '../../numeric/vectors.ts';
import { applyConfidence, type ConfidenceField } from './confidence.ts';

export interface Layer {
  /** float32, (in, out), row-major. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** float32, (out). */
  readonly bias: Float32Array<ArrayBuffer>;
}

/** What is done to a feature vector before the network sees it. */
export interface Preparation {
  /** Exponent on each number's size, its sign kept: 1 leaves it, 0.5 is the signed square root. */
  readonly power: number;
  /** float32, (input): the mean of the powers, taken off. */
  readonly mean: Float32Array<ArrayBuffer>;
}

export interface EncoderWeights {
  readonly preparation: Preparation;
  /** ReLU between them, none after the last. */
  readonly layers: readonly Layer[];
  /** Scales hidden vectors by how clearly they belong somewhere; absent where all have unit length. */
  readonly confidence: ConfidenceField | undefined;
}

/**
 * Signed power, the mean taken off, unit length: as the network was trained to expect. The power evens out
 * the bursts that rectified features have (Perronnin, Sánchez, Mensink 2010, section 3.1).
 * @param features float32, (n, d); left as it is
 * @returns float32, (n, d); a row equal to the mean becomes zeros
 */
export function prepareFeatures(features: Float32Array, { power, mean }: Preparation): Float32Array<ArrayBuffer> {
  const d = mean.length;
  const out = raise(features, power);
  for (let i = 0; i < out.length; i++) out[i] -= mean[i % d];
  normalizeRows(out, d);
  return out;
}

/**
 * What prepareFeatures takes off.
 * @param features float32, (n, d)
 */
export function preparationFor(features: Float32Array, d: number, power: number): Preparation {
  const sums = new Float64Array(d);
  const raised = raise(features, power);
  for (let i = 0; i < raised.length; i++) sums[i % d] += raised[i];
  return { power, mean: Float32Array.from(sums, (sum) => sum / (features.length / d)) };
}

/**
 * Activations after a ReLU, none of them negative, are spread unevenly, and their roots compare better; numbers of either sign,
 * which a network was made to give, compare best as they are.
 */
export function suitablePower(features: Float32Array): 0.5 | 1 {
  return features.some((value) => value < 0) ? 1 : 0.5;
}

function raise(features: Float32Array, power: number): Float32Array<ArrayBuffer> {
  if (power === 1) return Float32Array.from(features);
  if (power !== 0.5) throw new RangeError(`Expected a power of 1 or 0.5, got ${power}`);
  const out = new Float32Array(features.length);
  for (let i = 0; i < features.length; i++) {
    const value = features[i];
    out[i] = value < 0 ? -Math.sqrt(-value) : Math.sqrt(value);
  }
  return out;
}

/**
 * @param feature float32, (input), as the embedder gave it
 * @returns float32, (hidden): what the photo's code is made from. Its direction says what the photo is like;
 *   its length, 1 without a confidence field, how clearly. A query is the same at unit length.
 */
export function encodeFeature(feature: Float32Array, encoder: EncoderWeights): Float32Array<ArrayBuffer> {
  let values = prepareFeatures(feature, encoder.preparation);
  encoder.layers.forEach((layer, i) => {
    values = apply(values, layer, i < encoder.layers.length - 1);
  });
  const hidden = normalized(values);
  if (encoder.confidence) applyConfidence(hidden, encoder.confidence);
  return hidden;
}

function apply(input: Float32Array, { weights, bias }: Layer, rectify: boolean): Float32Array<ArrayBuffer> {
  const out = Float32Array.from(bias);
  const width = out.length;
  for (let i = 0; i < input.length; i++) {
    const value = input[i];
    if (value === 0) continue;
    const row = i * width;
    for (let j = 0; j < width; j++) out[j] += value * weights[row + j];
  }
  if (rectify) for (let j = 0; j < width; j++) if (out[j] < 0) out[j] = 0;
  return out;
}
