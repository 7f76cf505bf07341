// What training leaves behind.
import type { Codebooks } from '../../numeric/codebooks.ts';
import type { EncoderWeights } from './encoder.ts';
import type { NetworkWeights } from './network-weights.ts';
import type { Losses } from '../../contract/models.ts';

/**
 * 'paper': weighted triplet loss, squared distances, unit hidden vectors, as Chen, Cheung, Wang published it
 * in 2018 (our reading of what their abstract and figure leave open is said at each loss). 'contrastive': what
 * we ship; starts from a neighbour-preserving projection, learns by a cross-quantized contrastive loss, and
 * lets hidden vectors keep their confidence as a length, which inner products then use.
 */
export type Variant = 'paper' | 'contrastive';

export interface DeepQuanModel {
  readonly variant: Variant;
  readonly encoder: EncoderWeights;
  /** The whole autoencoder, kept so that training can go on from here. */
  readonly network: NetworkWeights;
  readonly codebooks: Codebooks;
  /** Of as many bits, with 16 centroids a subquantizer: codes that are scanned faster and tell a little less. */
  readonly codebooks4Bit: Codebooks;
  /** Photos. */
  readonly trainedOn: number;
  /** Photos of the training that this one goes back to, before it was fine-tuned; trainedOn where it was not. */
  readonly startedOn: number;
  readonly losses: readonly Losses[];
  /** Mean squared distance between hidden vectors and what their codes stand for. */
  readonly quantizationError: number;
}
