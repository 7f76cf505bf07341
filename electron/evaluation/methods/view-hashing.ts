// Hashing that learns from views, on features: one linear layer in the place of the published networks, whose weights are not to
// be had. Without views a photo is its own, with some of its features left out.
//   DeepBit (Lin, Lu, Chen and Zhou 2016, section 3): little lost by the sign, bits on in half of the photos, views alike.
//   Unsupervised triplet hashing (Huang, Xiong, Chen and Zhang 2017, section 3): a photo nearer to its view than to any other,
//   little lost by the sign, bits on in half of the photos.
import * as tf from '@tensorflow/tfjs-core';
import { preparationFor, prepareFeatures } from '../../deepquan/model/encoder.ts';
import { gather } from '../../deepquan/training/batch.ts';
import { rowSums } from '../../deepquan/training/dense.ts';
import { batchesFor } from './batches.ts';
import type { Features, MethodContext, MethodName, RetrievalMethod } from '../method.ts';
import { hammingIndex, signBits } from './hamming.ts';
import { applyToAll, applyToOne, pca, type LinearMap } from './linear.ts';
import { withoutSome } from '../../deepquan/training/views.ts';
import { trainable } from '../../deepquan/training/variables.ts';

const STEPS = 1000;
const LEARNING_RATE = 1e-3;
const MARGIN = 1;

/** @param photos, views, others float32, (B, bits), what the layer gives; row i of views shows photo i, of others another */
type Loss = (photos: tf.Tensor2D, views: tf.Tensor2D, others: tf.Tensor2D) => tf.Scalar;

const squares = (x: tf.Tensor): tf.Scalar => tf.sum(tf.square(x));
/** -1 or 1, held as it is. */
const signs = (x: tf.Tensor2D): tf.Tensor2D => tf.sub(tf.mul(2, tf.step(x)), 1);
const lostBySign = (x: tf.Tensor2D): tf.Scalar => tf.div(squares(tf.sub(x, signs(x))), x.shape[0]);
/** The mean of each bit, which is 0 where it is on in half of the photos. */
const imbalance = (x: tf.Tensor2D): tf.Scalar => squares(tf.div(tf.sum(x, 0), x.shape[0]));
const apart = (a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D => rowSums(tf.square(tf.sub(a, b)));

/** The three terms of equation 1, which the paper weighs by α, β and γ; here they are as strong as each other. */
const deepBitLoss: Loss = (photos, views) =>
  tf.add(tf.add(lostBySign(photos), imbalance(photos)), tf.div(tf.sum(apart(photos, views)), photos.shape[0]));

const tripletLoss: Loss = (photos, views, others) => {
  const bits = photos.shape[1];
  const hinge = tf.relu(tf.add(MARGIN, tf.div(tf.sub(apart(photos, views), apart(photos, others)), bits)));
  return tf.add(
    tf.div(tf.sum(hinge), photos.shape[0]),
    tf.mul(1 / bits, tf.add(lostBySign(photos), imbalance(photos))),
  );
};

export const deepBit = viewHashing('deepbit', 'Lin, Lu, Chen, Zhou 2016, on features', deepBitLoss);
export const tripletHashing = viewHashing('uth', 'Huang, Xiong, Chen, Zhang 2017, on features', tripletLoss);

function viewHashing(name: MethodName, source: string, loss: Loss): RetrievalMethod {
  return {
    name,
    source,
    takesRawFeatures: true,
    takesViews: true,
    variants: (d, bits) => (d >= bits ? [''] : []),
    async fit({ rows, d, views = [] }, bits, _variant, context) {
      const preparation = preparationFor(rows, d, 1);
      const photos = { rows: prepareFeatures(rows, preparation), d };
      const seen = views.map((view) => prepareFeatures(view, preparation));
      const map = await learnLayer(photos, seen, bits, loss, context);
      const prepared = ({ rows: others }: Features): Features => ({ rows: prepareFeatures(others, preparation), d });
      return {
        index: async (others) =>
          hammingIndex(signBits(await applyToAll(prepared(others), map, context), bits), bits, (query) =>
            signBits(applyToOne(prepareFeatures(query, preparation), map), bits),
          ),
      };
    },
  };
}

/** Begins at the principal components, at a length at which signs are near. */
async function learnLayer(
  photos: Features,
  views: readonly Float32Array[],
  bits: number,
  loss: Loss,
  context: MethodContext,
): Promise<LinearMap> {
  const { rows, d } = photos;
  const { random } = context;
  const n = rows.length / d;
  const { directions, variances } = await pca(photos, bits, context);
  const start = new Float32Array(d * bits);
  for (let k = 0; k < variances.length; k++)
    for (let t = 0; t < d; t++) start[t * bits + k] = directions[k * d + t] / Math.sqrt(Math.max(variances[k], 1e-9));
  const weights = trainable(tf.tensor2d(start, [d, bits]));
  const optimizer = tf.train.adam(LEARNING_RATE);
  try {
    for await (const members of batchesFor(n, STEPS, context)) {
      const others = Int32Array.from(members, (_, i) => members[(i + 1) % members.length]);
      const seenAs = views.length > 0 ? gather(views[random.below(views.length)], d, members) : undefined;
      const size: [number, number] = [members.length, d];
      const inputs = [
        gather(rows, d, members),
        seenAs ?? withoutSome(gather(rows, d, members), random),
        gather(rows, d, others),
      ].map((one) => tf.tensor2d(one, size));
      optimizer.minimize(() => {
        const [photo, view, other] = inputs.map((input): tf.Tensor2D => tf.matMul(input, weights));
        return loss(photo, view, other);
      });
      tf.dispose(inputs);
    }
    const learned = tf.tidy(() => tf.transpose(weights));
    const values = Float32Array.from(await learned.data());
    learned.dispose();
    return { c: bits, directions: values };
  } finally {
    weights.dispose();
    optimizer.dispose();
  }
}
