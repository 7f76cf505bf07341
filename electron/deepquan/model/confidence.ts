// How clearly a hidden vector belongs somewhere, as its length: of two photos in the same direction from a
// query, the one whose neighbours agree with it is the safer answer. Where the neighbours of a photo point the
// same way, their mean is long; where they scatter, it is short. That mean is database-side augmentation
// (Turcot and Lowe 2009; Arandjelović and Zisserman 2012, section 4); keeping its length instead of its
// direction, and predicting it for photos not seen in training from prototypes, is ours.

export interface ConfidenceField {
  readonly K: number;
  /** float32, (K, D), unit rows: where in hidden space. */
  readonly prototypes: Float32Array<ArrayBuffer>;
  /** float32, (K, D): the mean, around each, of photos' means over their neighbours; at most unit length. */
  readonly consensus: Float32Array<ArrayBuffer>;
  /** Mean length over the training photos; confidences are relative to it. */
  readonly scale: number;
}

/** Temperature of the softmax over prototypes, in units of cosine. */
export const TEMPERATURE = 0.05;
/** No photo is scaled to nothing, or beyond comparison. */
export const LEAST = 0.05;
export const MOST = 4;

/** Scales unit rows (n, D) in place, each by its confidence. */
export function applyConfidence(hidden: Float32Array, field: ConfidenceField): void {
  const D = field.prototypes.length / field.K;
  for (let at = 0; at < hidden.length; at += D) {
    const row = hidden.subarray(at, at + D);
    const factor = confidenceOf(row, field);
    for (let t = 0; t < D; t++) row[t] *= factor;
  }
}

/** @param z float32, (D), unit length */
export function confidenceOf(z: Float32Array, field: ConfidenceField): number {
  return Math.min(MOST, Math.max(LEAST, consensusLength(z, field) / field.scale));
}

/** The length of the prototypes' consensus, weighted by a softmax over their cosines to z. */
function consensusLength(z: Float32Array, { K, prototypes, consensus }: ConfidenceField): number {
  const D = z.length;
  const cosines = new Float64Array(K);
  let nearest = -Infinity;
  for (let k = 0; k < K; k++) {
    let cosine = 0;
    for (let t = 0; t < D; t++) cosine += z[t] * prototypes[k * D + t];
    cosines[k] = cosine;
    if (cosine > nearest) nearest = cosine;
  }
  const mean = new Float64Array(D);
  let total = 0;
  for (let k = 0; k < K; k++) {
    const weight = Math.exp((cosines[k] - nearest) / TEMPERATURE);
    total += weight;
    if (weight > 1e-4) for (let t = 0; t < D; t++) mean[t] += weight * consensus[k * D + t];
  }
  let sum = 0;
  for (const value of mean) sum += value * value;
  return Math.sqrt(sum) / total;
}
