// What the two sides of a model are opened with: files read with care, and onnxruntime.
import { readFile, stat } from 'node:fs/promises';
import { InferenceSession } from 'onnxruntime-node';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import type { DeclaredTensor } from './description.ts';

/** A larger file is not read: it would not fit beside what else a machine does. */
const LARGEST = 1024 * 2 ** 20;

export async function createSession(weights: Uint8Array, provider: string, name: string): Promise<InferenceSession> {
  try {
    // One thread a call: how many calls run at once is the engine's to say.
    return await InferenceSession.create(weights, {
      executionProviders: [provider],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 4,
    });
  } catch (error) {
    throw new LikenessError(
      'bad-input',
      say`The model ${name} cannot be used: it is not a model that onnxruntime can load (${firstLine(error)}).`,
      { cause: error },
    );
  }
}

export async function readModel(file: string, name: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST)
      throw new LikenessError(
        'bad-input',
        say`The model ${name} cannot be used: it takes ${Math.round(size / 2 ** 20)} MiB; at most ${LARGEST / 2 ** 20} MiB can be.`,
      );
    return await readFile(file);
  } catch (error) {
    if (error instanceof LikenessError) throw error;
    throw new LikenessError(
      'not-found',
      say`The model ${name} cannot be read at ${file}: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
}

export async function readDescription(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new LikenessError('bad-input', say`The description ${file} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LikenessError('bad-input', say`The description ${file} is not JSON: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

export function declared(metadata: readonly InferenceSession.ValueMetadata[]): DeclaredTensor[] {
  return metadata.map((value) =>
    value.isTensor
      ? { name: value.name, type: value.type, shape: value.shape }
      : { name: value.name, type: 'not a tensor', shape: [] },
  );
}

export function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0]!.slice(0, 300);
}
