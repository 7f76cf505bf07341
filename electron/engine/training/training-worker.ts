// The thread on which DeepQuan is trained and a library is encoded with a new model.
import workerpool from 'workerpool';
import type { Codebooks } from '../../numeric/codebooks.ts';
import { packCodes } from '../../deepquan/model/codebooks.ts';
import { prepareFeatures } from '../../deepquan/model/encoder.ts';
import { assignManyCodes } from '../../deepquan/training/kmeans.ts';
import { applyManyConfidences } from '../../deepquan/training/learn-confidence.ts';
import { readModel, writeModel } from '../../deepquan/model/model-file.ts';
import type { Losses } from '../../contract/models.ts';
import type { DeepQuanModel } from '../../deepquan/model/model.ts';
import { Network } from '../../deepquan/training/network.ts';
import { contrastiveOptions, epochsFor } from '../../deepquan/training/options.ts';
import { hiddenVectors, trainDeepQuan } from '../../deepquan/training/trainer.ts';
import { nativeVectorIndexes } from '../codes/native-vector-index.ts';
import { measureRecall } from './recall.ts';
import { chooseBackend } from './tensorflow-backend.ts';
import { waitForSlice, type Gate } from './time-slicing.ts';

export interface TrainingResult {
  /** The model file. */
  model: Uint8Array;
  backend: string;
  seconds: number;
}

export interface TrainingProgress {
  epoch: number;
  epochs: number;
  losses: Losses;
}

export interface EncodingResult {
  /** float32, (n, M * dsub). */
  hidden: Float32Array;
  /** uint8, (n, code size), packed; by 256 centroids a subquantizer, and by 16. */
  codes: Uint8Array;
  codes4Bit: Uint8Array;
}

let chosen: Promise<string> | undefined;

/** Asked for by the first task, so that what is wrong with it is that task's error. */
function backend(): Promise<string> {
  return (chosen ??= chooseBackend());
}

/**
 * @param features float32, (n, d)
 * @param views each like features
 * @param warmStart a model file to go on from, or null
 * @param gate open while this thread may work
 */
async function train(
  features: Float32Array,
  d: number,
  views: readonly Float32Array[],
  warmStart: Uint8Array | null,
  gate: Gate,
): Promise<TrainingResult> {
  const name = await backend();
  const start = performance.now();
  const epochs = epochsFor(features.length / d, contrastiveOptions);
  const model = await trainDeepQuan(
    features,
    d,
    { ...contrastiveOptions, epochs },
    {
      onEpoch: (epoch, losses) => workerpool.workerEmit({ epoch, epochs, losses } satisfies TrainingProgress),
      breathe: () => waitForSlice(gate),
      // One core, as all of a training: what is read and asked meanwhile has the others.
      makeVectorIndex: nativeVectorIndexes(1),
    },
    warmStart ? readModel(warmStart) : undefined,
    views,
  );
  return { model: writeModel(model), backend: name, seconds: (performance.now() - start) / 1000 };
}

let loaded: { bytes: Uint8Array; model: DeepQuanModel; network: Network } | undefined;

/** @param features float32, (n, d) */
async function encode(modelBytes: Uint8Array, features: Float32Array): Promise<EncodingResult> {
  await backend();
  if (!loaded || Buffer.compare(loaded.bytes, modelBytes) !== 0) {
    loaded?.network.dispose();
    const model = readModel(modelBytes);
    const { encode1, encode2 } = model.network;
    const shape = {
      input: model.encoder.preparation.mean.length,
      middle: encode1.bias.length,
      hidden: encode2.bias.length,
    };
    loaded = { bytes: modelBytes, model, network: new Network(shape, model.network) };
  }
  const { model, network } = loaded;
  const rows = prepareFeatures(features, model.encoder.preparation);
  const hidden = await hiddenVectors(network, rows, network.shape.input, { breathe: () => Promise.resolve() });
  if (model.encoder.confidence) await applyManyConfidences(hidden, model.encoder.confidence);
  const codesBy = async (books: Codebooks): Promise<Uint8Array> =>
    packCodes(await assignManyCodes(hidden, books), books);
  return { hidden, codes: await codesBy(model.codebooks), codes4Bit: await codesBy(model.codebooks4Bit) };
}

/** @param hidden float32, (n, M * dsub) @returns by the codes of 256 centroids, and of 16 */
async function recall(
  modelBytes: Uint8Array,
  hidden: Float32Array,
  queries: number,
  k: number,
  depths: readonly number[],
): Promise<number[][]> {
  await backend();
  const { codebooks, codebooks4Bit } = readModel(modelBytes);
  const makeVectorIndex = nativeVectorIndexes(1);
  return [
    await measureRecall(hidden, queries, k, codebooks, depths, makeVectorIndex),
    await measureRecall(hidden, queries, k, codebooks4Bit, depths, makeVectorIndex),
  ];
}

export const tasks = { train, encode, recall };

workerpool.worker(tasks);
