// What a training is told, and the two variants of the method.
import type { CodeShape } from '../../numeric/codebooks.ts';
import type { Variant } from '../model/model.ts';

/** What the decoder must find again: the photo's own features, or the mean of its neighbours', by affinity. */
export type ManifoldTarget = 'self' | 'neighbours';

export interface TrainerOptions {
  readonly variant: Variant;
  readonly seed: number;
  readonly shape: CodeShape;
  /** Principal components of the features that the network starts from as a linear map. */
  readonly components: number;
  /** Units between features and hidden vector: two for each component, and those that bend the map. */
  readonly middle: number;
  readonly epochs: number;
  /** Photos a gradient step. */
  readonly batch: number;
  readonly learningRate: number;
  /** Positives are drawn from this many nearest neighbours; 0 takes neighboursFor the number of photos. */
  readonly neighbours: number;
  /** Of the triplet loss, in squared distance. */
  readonly margin: number;
  /** Of the contrastive loss, in units of cosine. */
  readonly temperature: number;
  /** Weight of the quantization error. */
  readonly beta: number;
  /** Weight of the manifold loss. */
  readonly alpha: number;
  readonly manifold: ManifoldTarget;
  /** Share of the epochs before codes exist, in which hidden vectors stand in for what they are quantized to. */
  readonly warmUp: number;
}

/** Dimensions of the hidden space, whatever the bits, or a few more. */
const HIDDEN = 256;

/**
 * The shape of a code.
 * @param bits 8 to 256
 * @param ksub centroids a subquantizer: 256 (8 bits each) or 16 (4 bits each)
 * @throws RangeError when bits do not make whole subquantizers
 */
export function shapeFor(bits: number, ksub: 256 | 16 = 256): CodeShape {
  const M = bits / Math.log2(ksub);
  if (!Number.isInteger(M) || bits < 8 || bits > 256) {
    throw new RangeError(`Expected 8 to 256 bits in steps of ${Math.log2(ksub)}, got ${bits}`);
  }
  // Even, so that the faster codes can halve it.
  return { M, ksub, dsub: 2 * Math.ceil(HIDDEN / (2 * M)) };
}

/** The shape of codes of as many bits over the same hidden vectors, with 16 centroids a subquantizer. */
export function shape4Bit({ M, ksub, dsub }: CodeShape): CodeShape {
  if (ksub === 16) return { M, ksub, dsub };
  return { M: 2 * M, ksub: 16, dsub: dsub / 2 };
}

/**
 * How many neighbours count as alike: grows as the square root of the library, between the two limits, so that
 * a small library's few kinds are not mixed and a large one's many photos of a kind hold together.
 */
export function neighboursFor(n: number): number {
  return Math.max(1, Math.min(50, n - 1, Math.max(5, Math.round(0.35 * Math.sqrt(n)))));
}

/** Epochs for n photos: some 120 gradient steps, which is what it takes to bend a model, but two epochs at least. */
export function epochsFor(n: number, options: TrainerOptions): number {
  const STEPS = 120;
  return Math.max(2, Math.min(options.epochs, Math.round((STEPS * options.batch) / n)));
}

export const contrastiveOptions: TrainerOptions = {
  variant: 'contrastive',
  seed: 1,
  shape: shapeFor(64),
  components: 384,
  middle: 1280,
  epochs: 10,
  batch: 256,
  learningRate: 3e-5,
  neighbours: 0,
  margin: 1,
  temperature: 0.3,
  beta: 1,
  alpha: 0.3,
  manifold: 'neighbours',
  warmUp: 0,
};

export const paperOptions: TrainerOptions = {
  ...contrastiveOptions,
  variant: 'paper',
  epochs: 20,
  batch: 128,
  learningRate: 1e-3,
  neighbours: 10,
  manifold: 'self',
  warmUp: 0.3,
};
