// Gradients of the operations that training uses. The package @tensorflow/tfjs-core comes without any (they
// are in the umbrella package, with much that is not needed here), and its own gradient of matMul asks for
// transposed operands, which the WASM backend multiplies an order of magnitude more slowly than it
// transposes first and then multiplies; so ours does the latter.
import * as tf from '@tensorflow/tfjs-core';

type Saved = tf.Tensor[];

/** A GradConfig of an operation with one output, which all of these but SplitV are. */
interface Gradient extends Omit<tf.GradConfig, 'gradFunc'> {
  gradFunc(dy: tf.Tensor, saved: Saved, attributes: object): Record<string, () => tf.Tensor>;
}

/** Sums a gradient over the axes along which an operand was broadcast. */
function reduceTo(gradient: tf.Tensor, operand: tf.Tensor): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(operand.shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, operand.shape);
}

const gradients: Gradient[] = [
  {
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy: tf.Tensor, [a, b]: Saved, attributes: object) => {
      const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean };
      if (transposeA || transposeB) throw new Error('Transpose before matMul: its flags are slow on WASM');
      return {
        a: () => tf.matMul(dy, swapLastTwo(b)),
        b: () => tf.matMul(swapLastTwo(a), dy),
      };
    },
  },
  {
    kernelName: 'Transpose',
    gradFunc: (dy: tf.Tensor, _saved: Saved, attributes: object) => {
      const { perm } = attributes as { perm: number[] };
      return {
        x: () =>
          tf.transpose(
            dy,
            perm.map((_, axis) => perm.indexOf(axis)),
          ),
      };
    },
  },
  {
    kernelName: 'Add',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy: tf.Tensor, [a, b]: Saved) => ({ a: () => reduceTo(dy, a), b: () => reduceTo(dy, b) }),
  },
  {
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy: tf.Tensor, saved: Saved) => Object.fromEntries(saved.map((_, i) => [i, () => tf.clone(dy)])),
  },
  {
    kernelName: 'Sub',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy: tf.Tensor, [a, b]: Saved) => ({ a: () => reduceTo(dy, a), b: () => reduceTo(tf.neg(dy), b) }),
  },
  {
    kernelName: 'Multiply',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy: tf.Tensor, [a, b]: Saved) => ({
      a: () => reduceTo(tf.mul(dy, b), a),
      b: () => reduceTo(tf.mul(dy, a), b),
    }),
  },
  {
    kernelName: 'RealDiv',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy: tf.Tensor, [a, b]: Saved) => ({
      a: () => reduceTo(tf.div(dy, b), a),
      b: () => reduceTo(tf.neg(tf.div(tf.mul(dy, a), tf.square(b))), b),
    }),
  },
  {
    kernelName: 'Square',
    inputsToSave: ['x'],
    gradFunc: (dy: tf.Tensor, [x]: Saved) => ({ x: () => tf.mul(dy, tf.mul(x, 2)) }),
  },
  {
    kernelName: 'Sqrt',
    outputsToSave: [true],
    gradFunc: (dy: tf.Tensor, [root]: Saved) => ({ x: () => tf.div(dy, tf.mul(root, 2)) }),
  },
  {
    kernelName: 'Exp',
    outputsToSave: [true],
    gradFunc: (dy: tf.Tensor, [out]: Saved) => ({ x: () => tf.mul(dy, out) }),
  },
  { kernelName: 'Log', inputsToSave: ['x'], gradFunc: (dy: tf.Tensor, [x]: Saved) => ({ x: () => tf.div(dy, x) }) },
  {
    kernelName: 'Relu',
    outputsToSave: [true],
    gradFunc: (dy: tf.Tensor, [out]: Saved) => ({ x: () => tf.mul(dy, tf.step(out)) }),
  },
  {
    kernelName: 'Sum',
    inputsToSave: ['x'],
    gradFunc: (dy: tf.Tensor, [x]: Saved, attributes: object) => {
      const axes = tf.util.parseAxisParam((attributes as { axis: number[] }).axis, x.shape);
      const kept = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      return { x: () => tf.mul(tf.reshape(dy, kept), tf.onesLike(x)) };
    },
  },
  {
    kernelName: 'Reshape',
    inputsToSave: ['x'],
    gradFunc: (dy: tf.Tensor, [x]: Saved) => ({ x: () => tf.reshape(dy, x.shape) }),
  },
  {
    kernelName: 'SplitV',
    gradFunc: (dy: unknown, _saved: Saved, attributes: object) => ({
      x: () => tf.concat(dy as tf.Tensor[], (attributes as { axis: number }).axis),
    }),
  },
  {
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dy: tf.Tensor, parts: Saved, attributes: object) => {
      const axis = tf.util.parseAxisParam((attributes as { axis: number }).axis, dy.shape)[0];
      const sizes = parts.map(({ shape }) => shape[axis]);
      return Object.fromEntries(tf.split(dy, sizes, axis).map((part, i) => [String(i), () => part]));
    },
  },
  { kernelName: 'Identity', gradFunc: (dy: tf.Tensor) => ({ x: () => tf.clone(dy) }) },
  { kernelName: 'Step', gradFunc: (dy: tf.Tensor) => ({ x: () => tf.zerosLike(dy) }) },
];

function swapLastTwo(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), axes[axes.length - 1], axes[axes.length - 2]]);
}

for (const gradient of gradients) tf.registerGradient(gradient as tf.GradConfig);
