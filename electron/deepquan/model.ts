// What training leaves behind.
import type { Codebooks } from './codebooks.ts';
import type { EncoderWeights } from './encoder.ts';
import type { NetworkWeights } from './network-weights.ts';

/** Mean losses of one epoch, each without its weight; all >= 0. */
export interface EpochLosses {
  triplet: number;
  quantization: number;
  manifold: number;
}

export interface DeepQuanModel {
  readonly encoder: EncoderWeights;
  /** The whole autoencoder, kept so that training can go on from here. */
  readonly network: NetworkWeights;
  readonly codebooks: Codebooks;
  /** Photos. */
  readonly trainedOn: number;
  readonly losses: readonly EpochLosses[];
  /** Mean squared distance between hidden vectors (unit length) and what their codes stand for. */
  readonly quantizationError: number;
}
