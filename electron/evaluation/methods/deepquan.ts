// DeepQuan as a method among the others: our variant, and the published one.
import { normalized } from '../../numeric/vectors.ts';
import { encodeFeature, prepareFeatures } from '../../deepquan/model/encoder.ts';
import { assignManyCodes } from '../../deepquan/training/kmeans.ts';
import { applyManyConfidences } from '../../deepquan/training/learn-confidence.ts';
import type { DeepQuanModel } from '../../deepquan/model/model.ts';
import { Network } from '../../deepquan/training/network.ts';
import {
  contrastiveOptions,
  epochsFor,
  paperOptions,
  shapeFor,
  type ManifoldTarget,
} from '../../deepquan/training/options.ts';
import { hiddenVectors, trainDeepQuan } from '../../deepquan/training/trainer.ts';
import { lookupTable } from '../../search/code-index.ts';
import type { Features, FittedMethod, MethodContext, RetrievalMethod } from '../method.ts';
import { codeIndex } from './product-quantization.ts';

export const deepquan: RetrievalMethod = {
  name: 'deepquan',
  source: 'after Chen, Cheung, Wang 2018',
  takesRawFeatures: true,
  takesViews: true,
  variants: () => [''],
  fit: (training, bits, _variant, context) => {
    const options = { ...contrastiveOptions, shape: shapeFor(bits) };
    return train(training, { ...options, epochs: epochsFor(training.rows.length / training.d, options) }, context);
  },
};

/** What DeepQuan starts from: neither views nor a gradient step. It says what depth adds. */
export const deepquanLinear: RetrievalMethod = {
  name: 'deepquan-linear',
  source: 'the linear start of deepquan',
  takesRawFeatures: true,
  variants: () => [''],
  fit: (training, bits, _variant, context) =>
    train(training, { ...contrastiveOptions, shape: shapeFor(bits), epochs: 0 }, context),
};

export const deepquanPaper: RetrievalMethod = {
  name: 'deepquan-paper',
  source: 'Chen, Cheung, Wang 2018, as read',
  takesRawFeatures: true,
  variants: () => ['decoder finds the photo', 'decoder finds its neighbours'],
  fit(training, bits, variant, context) {
    const manifold: ManifoldTarget = variant.endsWith('neighbours') ? 'neighbours' : 'self';
    const options = { ...paperOptions, shape: shapeFor(bits), manifold };
    return train(training, { ...options, epochs: epochsFor(training.rows.length / training.d, options) }, context);
  },
};

async function train(
  { rows, d, views }: Features,
  options: typeof contrastiveOptions,
  context: MethodContext,
): Promise<FittedMethod> {
  const model = await trainDeepQuan(
    rows,
    d,
    options,
    { onEpoch: (epoch) => context.onProgress(epoch / options.epochs), breathe: context.breathe },
    undefined,
    views,
  );
  const metric = model.variant === 'paper' ? 'l2' : 'inner-product';
  return {
    async index(photos) {
      const codes = await assignManyCodes(await encodeAll(photos, model, context), model.codebooks);
      return codeIndex(codes, model.codebooks, (query) =>
        lookupTable(normalized(encodeFeature(query, model.encoder)), model.codebooks, metric),
      );
    },
  };
}

async function encodeAll(
  { rows, d }: Features,
  model: DeepQuanModel,
  { breathe }: MethodContext,
): Promise<Float32Array> {
  const { encode1, encode2 } = model.network;
  const network = new Network({ input: d, middle: encode1.bias.length, hidden: encode2.bias.length }, model.network);
  try {
    const hidden = await hiddenVectors(network, prepareFeatures(rows, model.encoder.preparation), d, { breathe });
    if (model.encoder.confidence) await applyManyConfidences(hidden, model.encoder.confidence);
    return hidden;
  } finally {
    network.dispose();
  }
}
