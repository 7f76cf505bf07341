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
  type TrainerOptions,
} from '../../deepquan/training/options.ts';
import { hiddenVectors, trainDeepQuan } from '../../deepquan/training/trainer.ts';
import { lookupTable } from '../../search/code-index.ts';
import type { Features, FittedMethod, MethodContext, MethodName, RetrievalMethod } from '../method.ts';
import { additiveIndex } from './additive.ts';
import { localSearchQuantizer } from './local-search.ts';
import { codeIndex, rotatedQuantizer } from './product-quantization.ts';
import type { FitQuantizer } from './quantizers.ts';
import { residualQuantizer } from './residual-quantization.ts';

export const deepquan = variantOfDeepQuan(
  { name: 'deepquan', source: 'after Chen, Cheung, Wang 2018', takesViews: true },
  (n, bits) => {
    const options = { ...contrastiveOptions, shape: shapeFor(bits) };
    return { ...options, epochs: epochsFor(n, options) };
  },
);

/** What DeepQuan starts from: neither views nor a gradient step. It says what depth adds. */
export const deepquanLinear = variantOfDeepQuan(
  { name: 'deepquan-linear', source: 'the linear start of deepquan: PQ after its projection' },
  (_n, bits) => ({ ...contrastiveOptions, shape: shapeFor(bits), epochs: 0 }),
);

export const deepquanPaper: RetrievalMethod = {
  name: 'deepquan-paper',
  source: 'Chen, Cheung, Wang 2018, as read',
  takesRawFeatures: true,
  variants: () => ['decoder finds the photo', 'decoder finds its neighbours'],
  async fit(training, bits, variant, context) {
    const manifold: ManifoldTarget = variant.endsWith('neighbours') ? 'neighbours' : 'self';
    const options = { ...paperOptions, shape: shapeFor(bits), manifold };
    const epochs = epochsFor(training.rows.length / training.d, options);
    return withOwnCodes(await train(training, { ...options, epochs }, context), context);
  },
};

/** What one more quantizer makes of the vectors that DeepQuan starts from: PQ after the same projection is deepquan-linear. */
export const linearThenOpq = quantizedAfter('deepquan-linear-opq', 'OPQ', deepquanLinear, rotatedQuantizer);
export const linearThenRq = quantizedAfter('deepquan-linear-rq', 'RQ', deepquanLinear, residualQuantizer);
export const linearThenLsq = quantizedAfter('deepquan-linear-lsq', 'LSQ', deepquanLinear, localSearchQuantizer);
/** ... and of those that it learns. */
export const deepquanThenRq = quantizedAfter('deepquan-rq', 'RQ', deepquan, residualQuantizer);

function quantizedAfter(
  name: MethodName,
  title: string,
  model: DeepQuanMethod,
  fitQuantizer: FitQuantizer,
): RetrievalMethod {
  return {
    ...model,
    name,
    source: `${title} of what ${model.name} makes of photos`,
    fit: async (training, bits, _variant, context) => {
      const learned = await model.learn(training, bits, context);
      const hidden = await hiddenOf(training, learned, context);
      const D = hidden.length / (training.rows.length / training.d);
      const quantizer = await fitQuantizer(hidden, D, bits / 8, context);
      return {
        index: async (photos) =>
          additiveIndex(
            await quantizer.encode(await hiddenOf(photos, learned, context)),
            quantizer.books,
            (query) => directionOf(query, learned),
            { ...context, by: 'inner-product' },
          ),
      };
    },
  };
}

interface DeepQuanMethod extends RetrievalMethod {
  learn(training: Features, bits: number, context: MethodContext): Promise<DeepQuanModel>;
}

function variantOfDeepQuan(
  about: Pick<RetrievalMethod, 'name' | 'source' | 'takesViews'>,
  optionsFor: (n: number, bits: number) => TrainerOptions,
): DeepQuanMethod {
  const learn = (training: Features, bits: number, context: MethodContext): Promise<DeepQuanModel> =>
    train(training, optionsFor(training.rows.length / training.d, bits), context);
  return {
    ...about,
    takesRawFeatures: true,
    variants: () => [''],
    learn,
    fit: async (training, bits, _variant, context) => withOwnCodes(await learn(training, bits, context), context),
  };
}

async function train(
  { rows, d, views }: Features,
  options: TrainerOptions,
  context: MethodContext,
): Promise<DeepQuanModel> {
  const hooks = {
    onEpoch: (epoch: number) => context.onProgress(epoch / options.epochs),
    breathe: context.breathe,
    makeVectorIndex: context.makeVectorIndex,
  };
  return trainDeepQuan(rows, d, options, hooks, undefined, views);
}

function withOwnCodes(model: DeepQuanModel, context: MethodContext): FittedMethod {
  const metric = model.variant === 'paper' ? 'l2' : 'inner-product';
  return {
    async index(photos) {
      const codes = await assignManyCodes(await hiddenOf(photos, model, context), model.codebooks);
      return codeIndex(codes, model.codebooks, (query) =>
        lookupTable(directionOf(query, model), model.codebooks, metric),
      );
    },
  };
}

/** A query's hidden vector, at unit length: float32, (D). */
const directionOf = (query: Float32Array, { encoder }: DeepQuanModel): Float32Array =>
  normalized(encodeFeature(query, encoder));

/** Photos' hidden vectors, with lengths where the model has such: float32, (n, D). */
async function hiddenOf(
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
