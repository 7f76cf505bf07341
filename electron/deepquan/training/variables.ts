// Tensors that training changes.
import * as tf from '@tensorflow/tfjs-core';

/** @param initial taken over: it is the variable's to dispose of */
export function trainable<R extends tf.Rank>(initial: tf.Tensor<R>): tf.Variable<R> {
  const variable = tf.variable(initial);
  initial.dispose();
  return variable;
}
