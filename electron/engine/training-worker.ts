// The thread on which DeepQuan is trained and a library is encoded with a new model.
import * as tf from '@tensorflow/tfjs-core';
import workerpool from 'workerpool';
import { assignCodes } from '../deepquan/codebooks.ts';
import { normalizeFeatures } from '../deepquan/encoder.ts';
import { readModel, writeModel } from '../deepquan/model-file.ts';
import type { DeepQuanModel, EpochLosses } from '../deepquan/model.ts';
import { Network } from '../deepquan/network.ts';
import { defaultOptions, trainDeepQuan } from '../deepquan/trainer.ts';
import { chooseBackend } from './tensorflow-backend.ts';
import { waitForTurn, type Gate } from './turnstile.ts';

export interface TrainingResult {
  /** The model file. */
  model: Uint8Array;
  backend: string;
  seconds: number;
}

export interface TrainingProgress {
  epoch: number;
  epochs: number;
  losses: EpochLosses;
}

export interface EncodingResult {
  /** float32, (n, M * dsub). */
  hidden: Float32Array;
  /** uint8, (n, M). */
  codes: Uint8Array;
}

const backend = chooseBackend();

/**
 * @param features float32, (n, d)
 * @param warmStart a model file to go on from, or null
 * @param gate open while this thread may work
 */
async function train(features: Float32Array, d: number, warmStart: Uint8Array | null, gate: Gate): Promise<TrainingResult> {
  const name = await backend;
  const start = performance.now();
  const epochs = epochsFor(features.length / d);
  const model = await trainDeepQuan(
    features,
    d,
    { ...defaultOptions, epochs },
    {
      onEpoch: (epoch, losses) => workerpool.workerEmit({ epoch, epochs, losses } satisfies TrainingProgress),
      breathe: () => waitForTurn(gate),
    },
    warmStart ? readModel(warmStart) : undefined,
  );
  return { model: writeModel(model), backend: name, seconds: (performance.now() - start) / 1000 };
}

/** Gradient steps, not epochs, make a model: a large library needs fewer passes. */
function epochsFor(n: number): number {
  const STEPS = 800;
  return Math.max(4, Math.min(defaultOptions.epochs, Math.round((STEPS * defaultOptions.batch) / n)));
}

let loaded: { bytes: Uint8Array; model: DeepQuanModel; network: Network } | undefined;

/** @param features float32, (n, d) */
async function encode(modelBytes: Uint8Array, features: Float32Array): Promise<EncodingResult> {
  await backend;
  if (!loaded || Buffer.compare(loaded.bytes, modelBytes) !== 0) {
    loaded?.network.dispose();
    const model = readModel(modelBytes);
    const [input, middle] = [model.encoder.mean.length, model.network.encode1.bias.length];
    const hidden = model.network.encode2.bias.length;
    loaded = { bytes: modelBytes, model, network: new Network({ input, middle, hidden }, model.network) };
  }
  const { model, network } = loaded;
  const rows = normalizeFeatures(features, model.encoder.mean);
  const z = tf.tidy(() => network.encode(tf.tensor2d(rows, [rows.length / network.shape.input, network.shape.input])));
  const hidden = Float32Array.from(await z.data<'float32'>());
  z.dispose();
  return { hidden, codes: assignCodes(hidden, model.codebooks) };
}

export const tasks = { train, encode };

workerpool.worker(tasks);
