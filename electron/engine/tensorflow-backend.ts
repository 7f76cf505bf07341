// Which TensorFlow.js backend trains: the CUDA one where the person has installed it, WebAssembly everywhere.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import nodeUtil from 'node:util';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';

const require = createRequire(import.meta.url);

/**
 * Sets the backend up in this thread.
 * @returns its name
 */
export async function chooseBackend(): Promise<string> {
  if (await useNodeGpu()) return 'tensorflow (tfjs-node-gpu)';
  setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist') + '/');
  await tf.setBackend('wasm');
  await tf.ready();
  return 'wasm';
}

/** An optional peer: loaded when it is found, and passed over, with a word on standard error, when it does not run. */
async function useNodeGpu(): Promise<boolean> {
  try {
    require.resolve('@tensorflow/tfjs-node-gpu');
  } catch {
    return false;
  }
  try {
    bridgeRemovedUtilities();
    require('@tensorflow/tfjs-node-gpu');
    await tf.setBackend('tensorflow');
    return true;
  } catch (error) {
    console.warn(`@tensorflow/tfjs-node-gpu is installed but does not run here (${(error as Error).message}); training with WebAssembly instead.`);
    return false;
  }
}

/** tfjs-node-gpu 4.22 calls functions of node:util that Node 23 took away. */
function bridgeRemovedUtilities(): void {
  const util = nodeUtil as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
