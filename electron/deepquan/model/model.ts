// What training leaves behind.
import type { Codebooks } from './codebooks.ts';
import type { EncoderWeights } from './encoder.ts';
import type { NetworkWeights } from './network-weights.ts';
import type { Variant } from '../training/options.ts';

/** Mean losses of one epoch, each without its weight. */
export interface EpochLosses {
  /** The contrastive loss, or the paper's triplet loss. */
  ranking: number;
  quantization: number;
  manifold: number;
}

export interface DeepQuanModel {
  readonly variant: Variant;
  readonly encoder: EncoderWeights;
  /** The whole autoencoder, kept so that training can go on from here. */
  readonly network: NetworkWeights;
  readonly codebooks: Codebooks;
  /** Of as many bits, with 16 centroids a subquantizer: codes that are scanned faster and tell a little less. */
  readonly fastCodebooks: Codebooks;
  /** Photos. */
  readonly trainedOn: number;
  /** Photos of the training that this one goes back to, before it was fine-tuned; trainedOn where it was not. */
  readonly startedOn: number;
  readonly losses: readonly EpochLosses[];
  /** Mean squared distance between hidden vectors and what their codes stand for. */
  readonly quantizationError: number;
}
