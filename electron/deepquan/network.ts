// The autoencoder of DeepQuan: fully connected, the decoder a mirror of the encoder.
import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../numeric/random.ts';
import { dense, unitRows } from './dense.ts';
import type { Layer } from './encoder.ts';
import type { LayerName, NetworkWeights } from './network-weights.ts';
import type { PrincipalComponents } from './principal-components.ts';

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
        weights: tf.variable(tf.tensor2d(layer.weights, [from, to])),
        bias: tf.variable(tf.tensor1d(layer.bias)),
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

/**
 * Weights with which the network starts as a projection onto principal components: each middle pair of
 * units carries one component, its positive and its negative part, so that ReLU loses nothing, and the
 * second layer takes their difference. Training then starts from what PQ over PCA would give and can only
 * bend it. Ours; the paper does not say how its network starts.
 * @param components at least middle / 2 rows, of which hidden are used by the last layer
 * @param places int32, (hidden): the component for each place of the hidden vector
 */
export function initialWeights(
  shape: NetworkShape,
  components: PrincipalComponents,
  places: Int32Array,
  random: Random,
): NetworkWeights {
  const { input, middle, hidden } = shape;
  const pairs = middle / 2;
  const layer = (from: number, to: number): Layer => ({
    weights: Float32Array.from({ length: from * to }, () => random.normal() * 1e-3),
    bias: new Float32Array(to),
  });
  const encode1 = layer(input, middle);
  const encode2 = layer(middle, hidden);
  const decode1 = layer(hidden, middle);
  const decode2 = layer(middle, input);
  for (let pair = 0; pair < pairs; pair++) {
    for (let i = 0; i < input; i++) {
      const weight = components.directions[pair * input + i];
      encode1.weights[i * middle + 2 * pair] += weight;
      encode1.weights[i * middle + 2 * pair + 1] -= weight;
      decode2.weights[2 * pair * input + i] += weight;
      decode2.weights[(2 * pair + 1) * input + i] -= weight;
    }
  }
  places.forEach((pair, place) => {
    encode2.weights[2 * pair * hidden + place] += 1;
    encode2.weights[(2 * pair + 1) * hidden + place] -= 1;
    decode1.weights[place * middle + 2 * pair] += 1;
    decode1.weights[place * middle + 2 * pair + 1] -= 1;
  });
  return { encode1, encode2, decode1, decode2 };
}
