import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { dense, squaredDistances, unitRows } from '../../../electron/deepquan/training/dense.ts';
import {
  contrastiveLoss,
  manifoldLoss,
  quantizationLoss,
  weightedTripletLoss,
} from '../../../electron/deepquan/training/losses.ts';
import { useTensorFlow } from '../../support/tensorflow.ts';

useTensorFlow();
const random = seededRandom(3);
const draw = (rows: number, columns: number): tf.Tensor2D =>
  tf.tensor2d(
    Float32Array.from({ length: rows * columns }, () => random.normal()),
    [rows, columns],
  );

/** Compares the gradient with central differences, number by number. */
async function expectGradient(loss: (x: tf.Tensor2D) => tf.Scalar, at: tf.Tensor2D): Promise<void> {
  const given = await tf
    .grad(loss as (x: tf.Tensor) => tf.Tensor)(at)
    .data();
  const values = Float32Array.from(await at.data());
  const step = 1e-2;
  for (let i = 0; i < values.length; i++) {
    const moved = (by: number): number => {
      const copy = Float32Array.from(values);
      copy[i] += by;
      return loss(tf.tensor2d(copy, at.shape)).dataSync()[0];
    };
    const expected = (moved(step) - moved(-step)) / (2 * step);
    expect(given[i]).toBeCloseTo(expected, 1.5);
  }
}

describe('The gradients that training uses', () => {
  it('are those of a dense layer, for its input, its weights and its bias', async () => {
    const [x, w, b] = [draw(3, 4), draw(4, 2), tf.tensor1d([0.3, -0.2])];
    const target = draw(3, 2);
    const loss = (y: tf.Tensor2D): tf.Scalar => manifoldLoss(target, y);
    await expectGradient((v) => loss(dense(v, w, b)), x);
    await expectGradient((v) => loss(dense(x, v, b)), w);
    await expectGradient((v) => loss(dense(x, w, tf.reshape(v, [2]))), tf.reshape(b, [1, 2]));
  });

  it('are those of rows brought to unit length', async () => {
    const target = draw(3, 4);
    await expectGradient((v) => quantizationLoss(unitRows(v), target), draw(3, 4));
  });

  it('are those of all pairs of squared distances, on both sides', async () => {
    const other = draw(3, 4);
    await expectGradient((v) => tf.mul<tf.Scalar>(tf.sum(tf.square(squaredDistances(v, other))), 0.01), draw(2, 4));
    await expectGradient((v) => tf.mul<tf.Scalar>(tf.sum(tf.square(squaredDistances(other, v))), 0.01), draw(2, 4));
  });

  it('are those of pieces beside each other', async () => {
    const [other, target] = [draw(3, 2), draw(3, 6)];
    await expectGradient((v) => quantizationLoss(tf.concat([v, other, v], 1), target), draw(3, 2));
  });

  it('are those of the weighted triplet loss', async () => {
    const [anchors, positives] = [draw(3, 4), draw(3, 4)];
    const weights = tf.tensor2d([[1], [0.5], [0.8]]);
    const mask = tf.tensor2d([
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
    ]);
    await expectGradient((v) => weightedTripletLoss(v, positives, weights, mask, 50), anchors);
    await expectGradient((v) => weightedTripletLoss(anchors, v, weights, mask, 50), positives);
  });
});

describe('The contrastive loss', () => {
  it('has the gradient of its formula, for queries and for keys', async () => {
    const negatives = tf.tensor2d([
      [0, 1, 1],
      [1, 0, 0],
      [1, 1, 0],
    ]);
    const [queries, keys] = [draw(3, 4), draw(3, 4)];
    await expectGradient((v) => contrastiveLoss(v, keys, negatives, 0.8), queries);
    await expectGradient((v) => contrastiveLoss(queries, v, negatives, 0.8), keys);
  });

  it('asks nothing of keys that may not serve as negatives', () => {
    const queries = tf.tensor2d([
      [1, 0],
      [0, 1],
      [0.6, 0.8],
    ]);
    const loss = (third: number): number => {
      const keys = tf.tensor2d([
        [1, 0],
        [0, 1],
        [third, 0.5],
      ]);
      return contrastiveLoss(
        queries,
        keys,
        tf.tensor2d([
          [0, 1, 0],
          [1, 0, 0],
          [0, 0, 0],
        ]),
        0.3,
      ).dataSync()[0];
    };
    expect(loss(5)).toBeCloseTo(loss(-5), 4);
  });
});

describe('The weighted triplet loss', () => {
  it('is zero when every negative is further than the positive by the margin', () => {
    const anchors = tf.tensor2d([
      [1, 0],
      [-1, 0],
    ]);
    const mask = tf.tensor2d([
      [0, 1],
      [1, 0],
    ]);
    expect(weightedTripletLoss(anchors, anchors, tf.ones([2, 1]), mask, 0.5).dataSync()[0]).toBe(0);
  });

  it('grows with the affinity of the pair it is about', () => {
    const anchors = tf.tensor2d([
      [1, 0],
      [0.9, 0.1],
    ]);
    const mask = tf.tensor2d([
      [0, 1],
      [1, 0],
    ]);
    const with_ = (w: number): number =>
      weightedTripletLoss(anchors, anchors, tf.fill([2, 1], w), mask, 1).dataSync()[0];
    expect(with_(1)).toBeGreaterThan(with_(0.5) * 1.9);
  });
});
