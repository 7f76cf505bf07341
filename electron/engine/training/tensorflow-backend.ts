// Which TensorFlow.js backend trains: CUDA where the person has installed it, a GPU of any maker through WebGPU,
// WebAssembly everywhere. The fastest in a short trial, unless LIKENESS_BACKEND names one.
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import nodeUtil from 'node:util';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { environment } from '../../contract/environment.ts';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

const require = createRequire(import.meta.url);

const backends = ['tensorflow', 'webgpu', 'wasm'] as const;
type Backend = (typeof backends)[number];

/** Rows, columns and products of the trial: those of a training step's largest layer. */
const TRIAL = [512, 1280, 768] as const;
const TRIAL_ROUNDS = 3;

/**
 * Sets the backend up in this thread.
 * @param wanted one of the backends; the fastest where there is none
 * @returns its name, for the model card
 * @throws LikenessError where the one wanted is not there
 */
export async function chooseBackend(wanted = environment().backend): Promise<string> {
  if (wanted !== undefined && !backends.includes(wanted as Backend)) {
    throw new LikenessError(
      'bad-input',
      say`LIKENESS_BACKEND is "${wanted}"; expected ${backends.join(', ')}, or nothing to take the fastest.`,
    );
  }
  const found: { backend: Backend; name: string }[] = [];
  for (const backend of wanted === undefined ? backends : [wanted as Backend]) {
    const name = await setUp[backend](wanted !== undefined);
    if (name !== undefined) found.push({ backend, name });
  }
  if (found.length === 0)
    throw new LikenessError(
      'unsupported',
      say`The backend ${wanted ?? backends.join(', ')} does not run here. Leave LIKENESS_BACKEND empty to train with what does.`,
    );
  const fastest = found.length === 1 ? found[0]! : await fastestOf(found);
  await tf.setBackend(fastest.backend);
  return fastest.name;
}

async function fastestOf<T extends { backend: Backend }>(found: readonly T[]): Promise<T> {
  const times = new Map<T, number>();
  for (const candidate of found) {
    await tf.setBackend(candidate.backend);
    times.set(candidate, await trialSeconds());
  }
  return [...times].sort(([, a], [, b]) => a - b)[0]![0];
}

async function trialSeconds(): Promise<number> {
  const [rows, inner, columns] = TRIAL;
  const [a, b] = [tf.ones([rows, inner]), tf.ones([inner, columns])];
  let best = Infinity;
  // The first round also compiles.
  for (let round = 0; round <= TRIAL_ROUNDS; round++) {
    const start = performance.now();
    const product = tf.matMul(a, b);
    await product.data();
    product.dispose();
    if (round > 0) best = Math.min(best, (performance.now() - start) / 1000);
  }
  tf.dispose([a, b]);
  return best;
}

/** Each makes its backend ready and says its name, or gives undefined where it does not run here. */
const setUp: Record<Backend, (asked: boolean) => Promise<string | undefined>> = {
  /** An optional peer: loaded when it is found, and passed over, with a word on standard error, when it does not run. */
  async tensorflow() {
    try {
      require.resolve('@tensorflow/tfjs-node-gpu');
    } catch {
      return undefined;
    }
    try {
      bridgeRemovedUtilities();
      require('@tensorflow/tfjs-node-gpu');
      return (await tf.setBackend('tensorflow')) ? 'tensorflow (tfjs-node-gpu)' : undefined;
    } catch (error) {
      console.warn(
        `@tensorflow/tfjs-node-gpu is installed but does not run here (${(error as Error).message}); training without it.`,
      );
      return undefined;
    }
  },

  async webgpu(asked) {
    if (!asked && !mayHaveGpu()) return undefined;
    try {
      const { create, globals } = await import('webgpu');
      const gpu = create([]);
      const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
      // A GPU that is acted out by the processor is slower than WebAssembly; it serves tests.
      if (!adapter || (adapter.info.isFallbackAdapter && !asked)) return undefined;
      Object.assign(globalThis, globals);
      Object.defineProperty(globalThis, 'navigator', { value: { gpu, userAgent: '' }, configurable: true });
      await import('@tensorflow/tfjs-backend-webgpu');
      return (await tf.setBackend('webgpu'))
        ? `webgpu (${adapter.info.description || adapter.info.vendor})`
        : undefined;
    } catch (error) {
      if (asked) console.warn(`WebGPU does not run here: ${(error as Error).message}`);
      return undefined;
    }
  },

  async wasm() {
    setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist') + '/');
    return (await tf.setBackend('wasm')) ? 'wasm' : undefined;
  },
};

/** On Linux, Dawn complains on standard error where there is no GPU at all, so it is not asked there. */
function mayHaveGpu(): boolean {
  if (process.platform !== 'linux') return true;
  const devices = readdirSync('/dev').concat(existsSync('/dev/dri') ? readdirSync('/dev/dri') : []);
  return devices.some((name) => /^(?:nvidia|renderD)\d/.test(name));
}

/** tfjs-node-gpu 4.22 calls functions of node:util that Node 23 took away. */
function bridgeRemovedUtilities(): void {
  const util = nodeUtil as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}
