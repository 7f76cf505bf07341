// Damage done to files at random, by a seed.
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { seededRandom } from '../../electron/numeric/random.ts';

/** Flips bytes, overwrites a stretch, or cuts a file short. @returns what was done */
export function damageAtRandom(path: string, seed: number): string {
  const random = seededRandom(seed * 7919 + 11);
  const bytes = readFileSync(path);
  const at = random.below(bytes.length);
  const kind = seed % 3;
  if (kind === 0) {
    truncateSync(path, at);
    return `cut at ${at} of ${bytes.length}`;
  }
  const length = kind === 1 ? 1 + random.below(64) : 4096 * (1 + random.below(8));
  for (let i = at; i < Math.min(bytes.length, at + length); i++) bytes[i] = random.below(256);
  writeFileSync(path, bytes);
  return `${length} bytes written over at ${at} of ${bytes.length}`;
}
