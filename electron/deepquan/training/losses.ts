// The losses of DeepQuan. The paper's abstract and figure name the first three; their exact formulas here are
// our reading, said at each. The contrastive loss is what we put in the triplet loss's place.
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
 * @param affinities float32, (B, 1), in (0, 1]
 * @param negatives float32, (B, B): 1 where positive j may serve as a negative of anchor i, else 0
 */
export function weightedTripletLoss(
  anchors: tf.Tensor2D,
  positives: tf.Tensor2D,
  affinities: tf.Tensor2D,
  negatives: tf.Tensor2D,
  margin: number,
): tf.Scalar {
  const toPositive = rowSums(tf.square(tf.sub(anchors, positives)));
  const toNegatives = squaredDistances(anchors, positives);
  const hinge = tf.mul(tf.relu(tf.sub(tf.add(toPositive, margin), toNegatives)), negatives);
  const active = tf.sum(tf.step(hinge));
  return tf.div(tf.sum(tf.mul(hinge, affinities)), tf.add(active, 1));
}

/**
 * Cross-quantized contrastive loss: the softmax cross-entropy with which a query's hidden vector finds its
 * positive's quantized one among those of the batch,
 *   -log exp(q_i · k_i / τ) / (exp(q_i · k_i / τ) + Σ over negatives j of exp(q_i · k_j / τ)), the mean over i.
 * Contrast between one view's vector and the other's quantized one is that of Jang and Cho 2021 (section 3.2);
 * that neighbours take the place of views, and that a neighbour is never a negative, is ours.
 * @param queries float32, (B, D), unit rows
 * @param keys float32, (B, D): what row i's positive is quantized to, its gradient passed straight through
 * @param negatives float32, (B, B): 1 where key j may serve as a negative of query i; 0 on the diagonal
 * @param temperature τ > 0, in units of cosine; above 0.05, or the exponentials leave float32
 */
export function contrastiveLoss(
  queries: tf.Tensor2D,
  keys: tf.Tensor2D,
  negatives: tf.Tensor2D,
  temperature: number,
): tf.Scalar {
  const positive = tf.div(rowSums(tf.mul(queries, keys)), temperature);
  const cosines = tf.matMul(queries, tf.transpose(keys));
  const others: tf.Tensor2D = tf.mul(tf.exp(tf.div(cosines, temperature)), negatives);
  const all = tf.log(tf.add(tf.exp(positive), rowSums(others)));
  return tf.div(tf.sum(tf.sub(all, positive)), queries.shape[0]);
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
 * features again in what the codes kept. Two readings, chosen by what x is: the photo's own features, or the
 * mean of its neighbours' weighted by affinity (see batch.ts).
 * @param target float32, (n, d)
 * @param decoded float32, (n, d)
 */
export function manifoldLoss(target: tf.Tensor2D, decoded: tf.Tensor2D): tf.Scalar {
  return meanSquaredDistance(target, decoded);
}

function meanSquaredDistance(a: tf.Tensor2D, b: tf.Tensor2D): tf.Scalar {
  return tf.div(tf.sum(tf.square(tf.sub(a, b))), a.shape[0]);
}
