// The three losses of DeepQuan. The paper's abstract and figure name them; their exact formulas here are
// our reading, said at each.
import * as tf from '@tensorflow/tfjs-core';
import { rowSums, squaredDistances } from './dense.ts';

/**
 * Weighted triplet loss on hidden vectors:
 *   Σ w(a,p) [margin + ||z_a - z_p||² - ||z_a - z_n||²]₊ / Σ (the triplets that still cost something)
 * The paper's: weighted triplets, against the trivial solution in which every photo gets one code. Our
 * reading: w is the affinity of anchor and positive in feature space, every other photo of the batch that
 * is not a neighbour of the anchor serves as its negative, and triplets that are satisfied do not dilute
 * the mean, so that late training still moves (FaceNet's practice; Schroff et al. 2015, section 3.2).
 * @param anchors float32, (B, D)
 * @param positives float32, (B, D), row i a neighbour of anchor i
 * @param weights float32, (B, 1), in (0, 1]
 * @param negativeMask float32, (B, B): 1 where positive j may serve as a negative of anchor i, else 0
 */
export function weightedTripletLoss(
  anchors: tf.Tensor2D,
  positives: tf.Tensor2D,
  weights: tf.Tensor2D,
  negativeMask: tf.Tensor2D,
  margin: number,
): tf.Scalar {
  const toPositive = rowSums(tf.square(tf.sub(anchors, positives)));
  const toNegatives = squaredDistances(anchors, positives);
  const hinge = tf.mul(tf.relu(tf.sub(tf.add(toPositive, margin), toNegatives)), negativeMask);
  const active = tf.sum(tf.step(hinge));
  return tf.div(tf.sum(tf.mul(hinge, weights)), tf.add(active, 1));
}

/**
 * Product-quantization error, the mean of ||z - Cb||²: the paper's, in place of a penalty against a sign.
 * @param hidden z, float32, (n, D)
 * @param quantized Cb, float32, (n, D), held constant here; codebooks and codes have steps of their own
 */
export function quantizationLoss(hidden: tf.Tensor2D, quantized: tf.Tensor2D): tf.Scalar {
  return meanSquaredDistance(hidden, quantized);
}

/**
 * Manifold preservation, the mean of ||x - decoder(Cb)||²: the paper's decoder, which must find the
 * features again in what the codes kept. Our reading: the target is the photo's own feature vector.
 * @param features float32, (n, d), unit rows
 * @param decoded float32, (n, d)
 */
export function manifoldLoss(features: tf.Tensor2D, decoded: tf.Tensor2D): tf.Scalar {
  return meanSquaredDistance(features, decoded);
}

function meanSquaredDistance(a: tf.Tensor2D, b: tf.Tensor2D): tf.Scalar {
  return tf.div(tf.sum(tf.square(tf.sub(a, b))), a.shape[0]);
}
