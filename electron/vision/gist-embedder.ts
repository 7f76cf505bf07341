// The built-in embedder: no weights, no download, always there.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import type { Embedder } from './embedder.ts';
import { DIMENSIONS, SIDE } from './gist.ts';

/** @param threads how many pictures are described at once */
export function createGistEmbedder(threads: number): Embedder {
  const script = fileURLToPath(new URL(`./gist-worker${extname(import.meta.url)}`, import.meta.url));
  const pool = workerpool.pool(script, { workerType: 'thread', maxWorkers: threads });
  return {
    name: 'GIST and colour layout (built in)',
    fingerprint: 'gist-colour-layout-1',
    dimensions: DIMENSIONS,
    input: { width: SIDE, height: SIDE, fit: 'fill', resizeShortSide: SIDE },
    batch: 1,
    embed: (pictures) =>
      Promise.all(pictures.map(async (rgb) => (await pool.exec('describe', [rgb])) as Float32Array<ArrayBuffer>)),
    async close() {
      await pool.terminate(true);
    },
  };
}
