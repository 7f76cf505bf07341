// Features to hidden vectors without TensorFlow.js, so that a search needs nothing but the weights.

export interface Layer {
  /** float32, (in, out), row-major. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** float32, (out). */
  readonly bias: Float32Array<ArrayBuffer>;
}

export interface EncoderWeights {
  /** float32, (input): what is taken off a feature vector first. */
  readonly mean: Float32Array<ArrayBuffer>;
  /** ReLU between them, none after the last. */
  readonly layers: readonly Layer[];
}

/**
 * Centred and brought to unit length, as the network was trained to expect.
 * @param features float32, (n, d); left as it is
 * @returns float32, (n, d); a row equal to the mean becomes zeros
 */
export function normalizeFeatures(features: Float32Array, mean: Float32Array): Float32Array<ArrayBuffer> {
  const d = mean.length;
  const out = new Float32Array(features.length);
  for (let row = 0; row < features.length; row += d) {
    let sum = 0;
    for (let i = 0; i < d; i++) {
      const value = features[row + i] - mean[i];
      out[row + i] = value;
      sum += value * value;
    }
    const scale = sum > 1e-20 ? 1 / Math.sqrt(sum) : 0;
    for (let i = 0; i < d; i++) out[row + i] *= scale;
  }
  return out;
}

/**
 * @param feature float32, (input), as the embedder gave it
 * @returns z, float32, (hidden), unit length
 */
export function encodeFeature(feature: Float32Array, encoder: EncoderWeights): Float32Array<ArrayBuffer> {
  let values = normalizeFeatures(feature, encoder.mean);
  encoder.layers.forEach((layer, i) => {
    values = apply(values, layer, i < encoder.layers.length - 1);
  });
  let sum = 0;
  for (const value of values) sum += value * value;
  const scale = 1 / Math.sqrt(sum + 1e-12);
  for (let i = 0; i < values.length; i++) values[i] *= scale;
  return values;
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
