// Exact neighbours by the native addon, where it was built.
import { availableParallelism } from 'node:os';
import type { MakeVectorIndex } from '../../numeric/vector-index.ts';
import { indexLevel } from './choose-code-index.ts';
import { loadNativeAddon } from './native-code-index.ts';

/**
 * Makes indexes at the level that scans have, or nothing where that is the one in TypeScript.
 * @param threads that a search takes; all cores where nothing is said
 */
export function nativeVectorIndexes(threads = Math.min(64, availableParallelism())): MakeVectorIndex | undefined {
  const addon = loadNativeAddon();
  const level = indexLevel();
  if (!addon || level === 'typescript') return undefined;
  return (vectors, d) => {
    const index = new addon.VectorIndex(vectors, d, level);
    return { nearest: async (queries, k) => (await index.nearest(queries, k, threads).promise)! };
  };
}
