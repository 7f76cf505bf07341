// Learns a confidence field from the photos trained on, and applies it to many at once, on TensorFlow.js.
import { normalizeRows } from '../../numeric/vectors.ts';
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../numeric/random.ts';
import { LEAST, MOST, TEMPERATURE, type ConfidenceField } from '../model/confidence.ts';
import { assignManyCodes, trainCodebooks } from './kmeans.ts';
import type { NeighbourGraph } from './neighbours.ts';

const PROTOTYPES = 256;
const PHOTOS_A_PROTOTYPE = 4;
const ROUNDS = 12;

/**
 * @param hidden z, float32, (n, D), unit rows
 * @param graph over these rows
 */
export async function learnConfidence(
  hidden: Float32Array,
  D: number,
  graph: NeighbourGraph,
  random: Random,
  breathe: () => Promise<void>,
): Promise<ConfidenceField> {
  const n = hidden.length / D;
  const K = Math.max(1, Math.min(PROTOTYPES, Math.floor(n / PHOTOS_A_PROTOTYPE)));
  const books = await trainCodebooks(hidden, { M: 1, ksub: K, dsub: D }, { iterations: ROUNDS, random, breathe });
  const nearest = await assignManyCodes(hidden, books);
  const prototypes = Float32Array.from(books.centroids);
  normalizeRows(prototypes, D);
  const consensus = new Float32Array(K * D);
  const members = new Int32Array(K);
  for (let i = 0; i < n; i++) {
    const at = nearest[i] * D;
    members[nearest[i]]++;
    addInto(consensus, at, hidden, i * D, D, 1 / (graph.k + 1));
    for (let j = 0; j < graph.k; j++)
      addInto(consensus, at, hidden, graph.ids[i * graph.k + j] * D, D, 1 / (graph.k + 1));
  }
  for (let k = 0; k < K; k++) {
    for (let t = 0; t < D; t++) consensus[k * D + t] /= Math.max(1, members[k]);
  }
  const unscaled = { K, prototypes, consensus, scale: 1 };
  const lengths = await consensusLengths(hidden, unscaled);
  const sum = lengths.reduce((total, length) => total + length, 0);
  return { ...unscaled, scale: Math.max(sum / n, 1e-6) };
}

/** applyConfidence for many. @param hidden float32, (n, D), unit rows; scaled in place */
export async function applyManyConfidences(hidden: Float32Array, field: ConfidenceField): Promise<void> {
  const D = field.prototypes.length / field.K;
  const lengths = await consensusLengths(hidden, field);
  lengths.forEach((length, i) => {
    const factor = Math.min(MOST, Math.max(LEAST, length / field.scale));
    for (let t = 0; t < D; t++) hidden[i * D + t] *= factor;
  });
}

/** The same as consensusLength in confidence.ts, for rows (n, D). float32, (n). */
async function consensusLengths(
  hidden: Float32Array,
  { K, prototypes, consensus }: ConfidenceField,
): Promise<Float32Array> {
  const D = prototypes.length / K;
  const lengths = tf.tidy(() => {
    const cosines = tf.matMul(
      tf.tensor2d(hidden, [hidden.length / D, D]),
      tf.transpose(tf.tensor2d(prototypes, [K, D])),
    );
    const mean = tf.matMul(tf.softmax(tf.div(cosines, TEMPERATURE)), tf.tensor2d(consensus, [K, D]));
    return tf.sqrt(tf.sum(tf.square(mean), 1));
  });
  const values = await lengths.data<'float32'>();
  lengths.dispose();
  return Float32Array.from(values);
}

function addInto(
  out: Float32Array,
  at: number,
  from: Float32Array,
  start: number,
  count: number,
  weight: number,
): void {
  for (let t = 0; t < count; t++) out[at + t] += weight * from[start + t];
}
