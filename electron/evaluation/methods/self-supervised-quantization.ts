// Self-supervised product quantization (Jang and Cho 2021), on features: one linear layer in the place of the published network.
// A view must find the quantized vector of the other view of its photo among those of a batch, and the other way round (section
// 3.2); vectors are quantized softly while that is learned (section 3.1).
import * as tf from '@tensorflow/tfjs-core';
import type { Codebooks } from '../../numeric/codebooks.ts';
import { preparationFor, prepareFeatures } from '../../deepquan/model/encoder.ts';
import { gather } from '../../deepquan/training/batch.ts';
import { dense, rowSums, squaredDistances, unitRows } from '../../deepquan/training/dense.ts';
import { assignManyCodes, trainCodebooks } from '../../deepquan/training/kmeans.ts';
import { lookupTable } from '../../search/code-index.ts';
import { batchesFor } from './batches.ts';
import type { Features, MethodContext, RetrievalMethod } from '../method.ts';
import { applyToAll, applyToOne, pca, type LinearMap } from './linear.ts';
import { codeIndex } from './product-quantization.ts';
import { withoutSome } from '../../deepquan/training/views.ts';
import { trainable } from '../../deepquan/training/variables.ts';

/** As in the paper (section 4.1): 16 words of 16 dimensions, 4 bits each; temperatures; batches. */
const [KSUB, DSUB] = [16, 16];
const SHARPNESS = 5;
const TEMPERATURE = 0.5;
const LEARNING_RATE = 3e-4;
const STEPS = 1500;

export const selfSupervisedQuantization: RetrievalMethod = {
  name: 'spq',
  source: 'Jang, Cho 2021, on features',
  takesRawFeatures: true,
  takesViews: true,
  variants: () => [''],
  async fit({ rows, d, views = [] }, bits, _variant, context) {
    const preparation = preparationFor(rows, d, 1);
    const seen = [rows, ...views].map((one) => prepareFeatures(one, preparation));
    const { map, books } = await learn(seen, d, bits / 4, context);
    return {
      index: async (photos) => {
        const prepared: Features = { rows: prepareFeatures(photos.rows, preparation), d };
        const codes = await assignManyCodes(unitParts(await applyToAll(prepared, map, context)), books);
        return codeIndex(codes, books, (query) =>
          lookupTable(unitParts(applyToOne(prepareFeatures(query, preparation), map)), books, 'l2'),
        );
      },
    };
  },
};

/** Each piece of DSUB numbers at unit length, as the network is trained to give them. */
function unitParts(rows: Float32Array): Float32Array<ArrayBuffer> {
  const out = Float32Array.from(rows);
  for (let at = 0; at < out.length; at += DSUB) {
    const piece = out.subarray(at, at + DSUB);
    const length = Math.max(Math.hypot(...piece), 1e-6);
    for (let t = 0; t < DSUB; t++) piece[t] /= length;
  }
  return out;
}

async function learn(
  views: readonly Float32Array[],
  d: number,
  M: number,
  context: MethodContext,
): Promise<{ map: LinearMap; books: Codebooks }> {
  const { random, breathe } = context;
  const n = views[0].length / d;
  const width = M * DSUB;
  const start = await startingLayer({ rows: views[0] as Float32Array<ArrayBuffer>, d }, width, context);
  const first = unitParts(await applyToAll({ rows: views[0] as Float32Array<ArrayBuffer>, d }, start, context));
  const shape = { M, ksub: KSUB, dsub: DSUB };
  const { centroids } = await trainCodebooks(first, shape, { iterations: 5, random, breathe });
  const weights = trainable(tf.tidy(() => tf.transpose(tf.tensor2d(start.directions, [width, d]))));
  const words = Array.from({ length: M }, (_, m) =>
    trainable(tf.tensor2d(centroids.subarray(m * KSUB * DSUB, (m + 1) * KSUB * DSUB), [KSUB, DSUB])),
  );
  const none = tf.zeros<tf.Rank.R1>([width]);
  const optimizer = tf.train.adam(LEARNING_RATE);
  try {
    for await (const members of batchesFor(n, STEPS, context)) {
      const a = random.below(views.length);
      const b = views.length === 1 ? a : (a + 1 + random.below(views.length - 1)) % views.length;
      const rows = [views[a], views[b]].map((view) => gather(view, d, members));
      // A photo without views is its own, with other features left out each time.
      const pair = views.length === 1 ? rows.map((one) => withoutSome(one, random)) : rows;
      const inputs = pair.map((one) => tf.tensor2d(one, [members.length, d]));
      optimizer.minimize(() => {
        const [one, other] = inputs.map((input) => describe(dense(input, weights, none), words));
        return tf.add(contrast(one.plain, other.quantized), contrast(other.plain, one.quantized));
      });
      tf.dispose(inputs);
    }
    const turned = tf.tidy(() => tf.transpose(weights as tf.Tensor2D));
    const map = { c: width, directions: Float32Array.from(await turned.data()) };
    turned.dispose();
    const learned = new Float32Array(M * KSUB * DSUB);
    for (const [m, book] of words.entries()) learned.set(await book.data<'float32'>(), m * KSUB * DSUB);
    return { map, books: { ...shape, centroids: learned } };
  } finally {
    tf.dispose([weights, none, ...words]);
    optimizer.dispose();
  }
}

/** Principal components, turned at random so that each piece gets a like share. */
async function startingLayer(features: Features, width: number, context: MethodContext): Promise<LinearMap> {
  const { d } = features;
  const { directions, c } = await pca(features, Math.min(width, d), context);
  const out = new Float32Array(width * d);
  for (let k = 0; k < width; k++) {
    for (let j = 0; j < c; j++) {
      const share = context.random.normal() / Math.sqrt(c);
      for (let t = 0; t < d; t++) out[k * d + t] += share * directions[j * d + t];
    }
  }
  return { c: width, directions: out };
}

/** Vectors, and what they are quantized to softly: each piece the mean of the words, weighted by a softmax over distances. */
function describe(rows: tf.Tensor2D, words: readonly tf.Tensor2D[]): { plain: tf.Tensor2D; quantized: tf.Tensor2D } {
  const pieces = tf.split<tf.Tensor2D>(rows, words.length, 1).map((piece) => unitRows(piece));
  const quantized = pieces.map((piece, m): tf.Tensor2D => {
    const scores: tf.Tensor2D = tf.exp(tf.mul(squaredDistances(piece, words[m]), -SHARPNESS));
    return tf.matMul(tf.div<tf.Tensor2D>(scores, rowSums(scores)), words[m]);
  });
  return { plain: tf.concat(pieces, 1), quantized: tf.concat(quantized, 1) };
}

/** The softmax cross-entropy with which row i of one finds row i of the other, by cosine. */
function contrast(queries: tf.Tensor2D, keys: tf.Tensor2D): tf.Scalar {
  const scores: tf.Tensor2D = tf.exp(tf.div(tf.matMul(unitRows(queries), tf.transpose(unitRows(keys))), TEMPERATURE));
  const own = rowSums(tf.mul(scores, tf.eye(queries.shape[0])));
  return tf.div(tf.sum(tf.log(tf.div(rowSums(scores), own))), queries.shape[0]);
}
