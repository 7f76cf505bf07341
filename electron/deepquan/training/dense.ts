// Building blocks of the network, in operations whose gradients gradients.ts registers.
import * as tf from '@tensorflow/tfjs-core';
import './gradients.ts';

/**
 * A fully connected layer, x · W + b.
 * @param x float32, (n, in)
 * @param weights float32, (in, out)
 * @param bias float32, (out)
 * @returns float32, (n, out)
 */
export function dense(x: tf.Tensor2D, weights: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return tf.add(tf.matMul(x, weights), bias);
}

/** Each row divided by its length; a row of zeros stays zeros. */
export function unitRows(x: tf.Tensor2D): tf.Tensor2D {
  return tf.div(x, tf.sqrt(tf.add(rowSums(tf.square(x)), 1e-12)));
}

/**
 * @param x float32, (n, d)
 * @returns float32, (n, 1)
 */
export function rowSums(x: tf.Tensor2D): tf.Tensor2D {
  return tf.sum(x, 1, true);
}

/**
 * All pairs of squared distances between two sets of rows, ||a||² + ||b||² - 2 a·b, never below 0.
 * @param a float32, (n, D)
 * @param b float32, (m, D)
 * @returns float32, (n, m)
 */
export function squaredDistances(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  const dots = tf.mul(tf.matMul(a, tf.transpose(b)), -2);
  const bNorms = tf.reshape(rowSums(tf.square(b)), [1, b.shape[0]]);
  return tf.relu(tf.add(tf.add(dots, rowSums(tf.square(a))), bNorms));
}
