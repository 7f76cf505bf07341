// One gradient step of either variant.
import * as tf from '@tensorflow/tfjs-core';
import type { Batch } from './batch.ts';
import { contrastiveLoss, manifoldLoss, quantizationLoss, weightedTripletLoss } from './losses.ts';
import type { Losses } from '../../contract/models.ts';
import type { Network } from './network.ts';
import type { TrainerOptions } from './options.ts';

/**
 * @returns the losses, each without its weight
 * @throws RangeError when a loss is no longer a finite number
 */
export async function trainingStep(
  network: Network,
  optimizer: tf.Optimizer,
  batch: Batch,
  options: TrainerOptions,
): Promise<Losses> {
  const parts: tf.Scalar[] = [];
  const cost = optimizer.minimize(
    () => {
      const z = network.encode(batch.features);
      const scaled = options.variant === 'paper' ? z : tf.mul<tf.Tensor2D>(z, batch.lengths);
      const quantization = batch.quantized ? quantizationLoss(scaled, batch.quantized) : tf.scalar(0);
      const seen = batch.quantized ? straightThrough(scaled, batch.quantized) : scaled;
      const [anchors, positives] = halves(z);
      const [seenAnchors, seenPositives] = halves(seen);
      const ranking =
        options.variant === 'paper'
          ? weightedTripletLoss(anchors, positives, batch.affinities, batch.negatives, options.margin)
          : contrastiveLoss(anchors, seenPositives, batch.negatives, options.temperature);
      const manifold = manifoldLoss(batch.target, network.decode(seenAnchors));
      parts.push(tf.keep(ranking), tf.keep(quantization), tf.keep(manifold));
      return tf.addN<tf.Scalar>([ranking, tf.mul(quantization, options.beta), tf.mul(manifold, options.alpha)]);
    },
    true,
    network.variables,
  );
  const values = await Promise.all(parts.map(async (part) => (await part.data())[0]));
  tf.dispose([...parts, cost!]);
  if (!values.every(Number.isFinite)) throw new RangeError('Training diverged: a loss is no longer a finite number');
  return { ranking: values[0], quantization: values[1], manifold: values[2] };
}

/** The rows of the anchors, and those of their positives. */
function halves(rows: tf.Tensor2D): [tf.Tensor2D, tf.Tensor2D] {
  return tf.split(rows, 2) as [tf.Tensor2D, tf.Tensor2D];
}

/** Cb on the way there, z's own gradient on the way back (Bengio, Léonard, Courville 2013). */
const straightThrough: (z: tf.Tensor2D, quantized: tf.Tensor2D) => tf.Tensor2D = tf.customGrad(
  (...inputs: (tf.Tensor | tf.GradSaveFunc)[]) => ({
    value: tf.clone(inputs[1] as tf.Tensor2D),
    gradFunc: (dy: tf.Tensor) => [tf.clone(dy), tf.zerosLike(dy)],
  }),
) as never;
