// The autoencoder of DeepQuan: fully connected, the decoder a mirror of the encoder.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../numeric/random.ts';
import { dense, unitRows } from './dense.ts';
import { multiplyBy, project } from './neighbour-projection.ts';
import type { Layer } from '../model/encoder.ts';
import type { LayerName, NetworkWeights } from '../model/network-weights.ts';
import type { PrincipalComponents } from './principal-components.ts';
import type { Bend } from './views.ts';
import { trainable } from './variables.ts';

export interface NetworkShape {
  /** Feature dimensions. */
  readonly input: number;
  readonly middle: number;
  /** Hidden dimensions, M * dsub. */
  readonly hidden: number;
}

interface TrainableLayer {
  readonly weights: tf.Variable<tf.Rank.R2>;
  readonly bias: tf.Variable<tf.Rank.R1>;
}

export class Network {
  readonly shape: NetworkShape;
  readonly #layers: Record<LayerName, TrainableLayer>;

  constructor(shape: NetworkShape, initial: NetworkWeights) {
    this.shape = shape;
    const { input, middle, hidden } = shape;
    const sizes: Record<LayerName, [number, number]> = {
      encode1: [input, middle],
      encode2: [middle, hidden],
      decode1: [hidden, middle],
      decode2: [middle, input],
    };
    const make = (name: LayerName): TrainableLayer => {
      const [from, to] = sizes[name];
      const layer = initial[name];
      return {
        weights: trainable(tf.tensor2d(layer.weights, [from, to])),
        bias: trainable(tf.tensor1d(layer.bias)),
      };
    };
    this.#layers = {
      encode1: make('encode1'),
      encode2: make('encode2'),
      decode1: make('decode1'),
      decode2: make('decode2'),
    };
  }

  get variables(): tf.Variable[] {
    return Object.values(this.#layers).flatMap(({ weights, bias }) => [weights, bias]);
  }

  /**
   * @param features float32, (n, input), centred rows of unit length
   * @returns z, float32, (n, hidden), rows of unit length
   */
  encode(features: tf.Tensor2D): tf.Tensor2D {
    const { encode1, encode2 } = this.#layers;
    const middle = tf.relu(dense(features, encode1.weights, encode1.bias));
    return unitRows(dense(middle, encode2.weights, encode2.bias));
  }

  /**
   * @param hidden float32, (n, hidden)
   * @returns float32, (n, input): the features it takes the hidden vectors to stand for
   */
  decode(hidden: tf.Tensor2D): tf.Tensor2D {
    const { decode1, decode2 } = this.#layers;
    const middle = tf.relu(dense(hidden, decode1.weights, decode1.bias));
    return dense(middle, decode2.weights, decode2.bias);
  }

  async weights(): Promise<NetworkWeights> {
    const read = async (name: LayerName): Promise<Layer> => ({
      weights: Float32Array.from(await this.#layers[name].weights.data()),
      bias: Float32Array.from(await this.#layers[name].bias.data()),
    });
    return {
      encode1: await read('encode1'),
      encode2: await read('encode2'),
      decode1: await read('decode1'),
      decode2: await read('decode2'),
    };
  }

  dispose(): void {
    tf.dispose(this.variables);
  }
}

/** A linear map through principal components, and a way back. */
export interface LinearStart {
  /** float32, (c, input): orthonormal rows; c at most middle / 2. */
  readonly directions: Float32Array;
  /** float32, (c): taken off the components. */
  readonly offset: Float32Array;
  /** float32, (c, hidden). */
  readonly matrix: Float32Array;
  /** float32, (hidden, c). */
  readonly inverse: Float32Array;
}

/** What a linear start makes of rows. @param rows float32, (n, d) @returns float32, (n, hidden) */
export async function mapLinearly(
  rows: Float32Array,
  d: number,
  { directions, offset, matrix }: LinearStart,
  breathe: () => Promise<void>,
): Promise<Float32Array<ArrayBuffer>> {
  const c = offset.length;
  const projected = await project(rows, d, directions, breathe);
  for (let i = 0; i < projected.length; i++) projected[i] -= offset[i % c];
  return multiplyBy(projected, c, matrix, breathe);
}

/**
 * Weights with which the network starts as a linear map: each middle pair of units carries one component, its
 * positive and its negative part, so that ReLU loses nothing, and the second layer takes their differences.
 * Middle units beyond those start at random (He et al. 2015) and unheard, so that training can bend the map.
 * Ours; the paper does not say how its network starts.
 * @param bend what those further units have learned already, in place of chance
 */
export function linearStart(shape: NetworkShape, start: LinearStart, random: Random, bend?: Bend): NetworkWeights {
  const { input, middle, hidden } = shape;
  const c = start.offset.length;
  if (2 * c > middle)
    throw new RangeError(`Expected at most ${middle / 2} components for ${middle} middle units, got ${c}`);
  const layer = (from: number, to: number): Layer => ({
    weights: new Float32Array(from * to),
    bias: new Float32Array(to),
  });
  const encode1 = layer(input, middle);
  const encode2 = layer(middle, hidden);
  const decode1 = layer(hidden, middle);
  const decode2 = layer(middle, input);
  const spare = Math.sqrt(2 / input);
  for (let unit = 2 * c; unit < middle; unit++) {
    const at = unit - 2 * c;
    for (let i = 0; i < input; i++)
      encode1.weights[i * middle + unit] = bend ? bend.inward[i * bend.bias.length + at] : spare * random.normal();
    if (bend) {
      encode1.bias[unit] = bend.bias[at];
      encode2.weights.set(bend.outward.subarray(at * hidden, (at + 1) * hidden), unit * hidden);
    }
    for (let j = 0; j < hidden; j++) decode1.weights[j * middle + unit] = Math.sqrt(2 / hidden) * random.normal();
  }
  for (let pair = 0; pair < c; pair++) {
    const [plus, minus] = [2 * pair, 2 * pair + 1];
    encode1.bias[plus] = -start.offset[pair];
    encode1.bias[minus] = start.offset[pair];
    for (let i = 0; i < input; i++) {
      const weight = start.directions[pair * input + i];
      encode1.weights[i * middle + plus] = weight;
      encode1.weights[i * middle + minus] = -weight;
      decode2.weights[plus * input + i] = weight;
      decode2.weights[minus * input + i] = -weight;
      decode2.bias[i] += start.offset[pair] * weight;
    }
    for (let j = 0; j < hidden; j++) {
      const there = start.matrix[pair * hidden + j];
      encode2.weights[plus * hidden + j] = there;
      encode2.weights[minus * hidden + j] = -there;
      const back = start.inverse[j * c + pair];
      decode1.weights[j * middle + plus] = back;
      decode1.weights[j * middle + minus] = -back;
    }
  }
  return { encode1, encode2, decode1, decode2 };
}

/**
 * Principal components dealt out to the places of the hidden vector, and back the same way.
 * @param places int32, (hidden): a component for each place, or one beyond the last for none
 */
export function principalStart({ directions, variances }: PrincipalComponents, places: Int32Array): LinearStart {
  const c = variances.length;
  const hidden = places.length;
  const matrix = new Float32Array(c * hidden);
  const inverse = new Float32Array(hidden * c);
  places.forEach((component, place) => {
    if (component >= c) return;
    matrix[component * hidden + place] = 1;
    inverse[place * c + component] = 1;
  });
  return { directions, offset: new Float32Array(c), matrix, inverse };
}
