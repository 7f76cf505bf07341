// GIST behind the interface of every embedder, for comparisons.
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import type { Embedder } from '../embedder.ts';
import { DIMENSIONS, SIDE } from '../../numeric/gist.ts';

export function openGistEmbedder(threads = availableParallelism()): Embedder {
  const script = fileURLToPath(new URL(`./gist-worker${extname(import.meta.url)}`, import.meta.url));
  const pool = workerpool.pool(script, { workerType: 'thread', maxWorkers: threads });
  return {
    name: 'GIST',
    fingerprint: 'gist 1',
    dimensions: DIMENSIONS,
    input: { width: SIDE, height: SIDE, fit: 'fill', resizeShortSide: SIDE },
    batch: threads,
    embed: (pictures) =>
      Promise.all(pictures.map(async (rgb) => (await pool.exec('describeScene', [rgb])) as Float32Array<ArrayBuffer>)),
    close: async () => {
      await pool.terminate(true);
    },
  };
}
