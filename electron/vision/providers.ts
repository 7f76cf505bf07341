// What can run a network here, and which of it is fastest: found by a short trial.
import { arch, cpus, platform } from 'node:os';
import { listSupportedBackends } from 'onnxruntime-node';
import { environment } from '../contract/environment.ts';
import { LikenessError } from '../contract/errors.ts';
import { inEnglish, say, type Sentence } from '../contract/sentence.ts';

/** What a provider took in the trial, or why it could not be used. */
export interface ProviderTrial {
  provider: string;
  /** Of one photo; null where it could not be used. */
  milliseconds: number | null;
  reason: Sentence | null;
}

/** What was tried on one machine; another machine, or another onnxruntime, tries anew. */
export interface Trials {
  machine: string;
  trials: ProviderTrial[];
  /** Whether all were tried that there are; else only the one that always works was, so far. */
  complete: boolean;
}

export const CPU = 'cpu';

/** TensorRT is left out: it compiles a network for minutes before it runs. */
const NEVER = new Set(['tensorrt']);

/**
 * What is worth a trial: the processor first, which always works, and what else onnxruntime says it has.
 * @param wanted the one to take, whatever is faster (LIKENESS_PROVIDER)
 * @throws LikenessError where the one wanted is unknown here
 */
export function providersToTry(wanted = environment().provider): string[] {
  const known = [
    CPU,
    ...listSupportedBackends()
      .map(({ name }) => name)
      .filter((name) => name !== CPU && !NEVER.has(name)),
  ];
  if (wanted === undefined) return known;
  if (!known.includes(wanted))
    throw new LikenessError(
      'bad-input',
      say`LIKENESS_PROVIDER is "${wanted}"; expected ${known.join(', ')}, or nothing to take the fastest.`,
    );
  return [wanted];
}

/** By which earlier trials are known to have been made under the same circumstances. */
export function thisMachine(): string {
  return [platform(), arch(), cpus()[0]?.model ?? '', ...providersToTry()].join(' ');
}

/** The fastest that could be used. */
export function fastest(trials: readonly ProviderTrial[]): { provider: string; milliseconds: number } {
  const [best] = trials
    .flatMap(({ provider, milliseconds }) => (milliseconds === null ? [] : [{ provider, milliseconds }]))
    .sort((a, b) => a.milliseconds - b.milliseconds);
  if (!best)
    throw new LikenessError(
      'unsupported',
      say`Nothing here can run the network: ${trials.map(({ provider, reason }) => `${provider}: ${reason && inEnglish(reason)}`).join('; ')}.`,
    );
  return best;
}
