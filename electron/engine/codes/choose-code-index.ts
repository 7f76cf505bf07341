// Which scan answers: the native one at this machine's best level, or the one in TypeScript.
import { environment } from '../../contract/environment.ts';
import { LikenessError } from '../../contract/errors.ts';
import type { CodeIndex } from '../../search/code-index.ts';
import { PlainCodeIndex } from '../../search/plain-code-index.ts';
import { loadNativeAddon, NativeCodeIndex, type NativeAddon } from './native-code-index.ts';
import { say } from '../../contract/sentence.ts';

const addon: NativeAddon | undefined = loadNativeAddon();

/** Levels that can be asked for here, the slowest first. */
export const indexLevels: readonly string[] = ['typescript', ...(addon?.levels ?? [])];

/**
 * The level of new scans: the best there is, or what LIKENESS_SCAN says.
 * @throws LikenessError 'bad-input' where this machine does not have what it says
 */
export function indexLevel(): string {
  const wanted = environment().scan;
  if (wanted === undefined) return indexLevels.at(-1)!;
  if (!indexLevels.includes(wanted)) {
    throw new LikenessError(
      'bad-input',
      say`LIKENESS_SCAN is "${wanted}". Expected one of ${indexLevels.join(', ')}${addon ? '' : ' (the native scan was not built; see native/README.md)'}.`,
    );
  }
  return wanted;
}

/** @param ksub 256 or 16 */
export function createCodeIndex(M: number, ksub: number, level = indexLevel()): CodeIndex {
  return level === 'typescript' || !addon ? new PlainCodeIndex(M, ksub) : new NativeCodeIndex(addon, M, ksub, level);
}
