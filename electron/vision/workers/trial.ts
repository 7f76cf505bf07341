// Opens an embedder in a process of its own, to learn what it is and what runs it best.
import { basename, extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { LikenessError } from '../../contract/errors.ts';
import { fromOutcome, type Outcome } from '../../contract/outcome.ts';
import { CPU, providersToTry, type ProviderTrial } from '../providers.ts';
import type { EmbedderFacts } from './trial-process.ts';
import { say } from '../../contract/sentence.ts';

/** Milliseconds that a network may take to load and run a few pictures with one provider. */
const PATIENCE = 120_000;
const MAX_OLD_SPACE_MIB = 4096;

/**
 * Opens it with the provider that always works, or the one that LIKENESS_PROVIDER names.
 * @param file an .onnx file; a .json of the same name beside it may describe it
 * @throws LikenessError 'bad-input' or 'not-found' with the reason, whatever the file does
 */
export async function tryEmbedder(file: string): Promise<EmbedderFacts> {
  return inProcess(file, providersToTry().slice(0, 1));
}

/**
 * Times it with every other provider, each in a process of its own beside the processor: a driver may crash or hang.
 * @param signal breaks it off
 */
export async function tryOtherProviders(file: string, signal: AbortSignal): Promise<ProviderTrial[]> {
  const trials: ProviderTrial[] = [];
  for (const provider of providersToTry().slice(1)) {
    signal.throwIfAborted();
    const trial = await inProcess(file, [CPU, provider], signal).then(
      ({ trials: [, other] }) => other,
      (error: unknown) => {
        if (error instanceof LikenessError)
          return { provider, milliseconds: null, reason: say`it crashed or took too long in the trial` };
        throw error;
      },
    );
    signal.throwIfAborted();
    trials.push(trial!);
  }
  return trials;
}

async function inProcess(file: string, providers: readonly string[], signal?: AbortSignal): Promise<EmbedderFacts> {
  const script = fileURLToPath(new URL(`./trial-process${extname(import.meta.url)}`, import.meta.url));
  const pool = workerpool.pool(script, {
    workerType: 'process',
    maxWorkers: 1,
    forkOpts: { serialization: 'advanced', execArgv: [`--max-old-space-size=${MAX_OLD_SPACE_MIB}`] },
    // Taken in and dropped: what drivers complain of is nobody's to read.
    emitStdStreams: true,
  });
  const stop = (): void => void pool.terminate(true);
  signal?.addEventListener('abort', stop);
  try {
    const work = pool.exec('tryEmbedder', [file, providers]).timeout(PATIENCE);
    return fromOutcome((await work) as Outcome<EmbedderFacts>);
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    const why =
      (error as Error).name === 'TimeoutError'
        ? say`it took longer than ${PATIENCE / 1000} seconds for a few pictures`
        : say`it crashed onnxruntime, or took more than 4 GiB of memory`;
    throw new LikenessError('bad-input', say`The model ${basename(file)} cannot be used: ${why}.`, { cause: error });
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.terminate(true);
  }
}
