// Draws a map of likeness: the exact nearest of each vector, then a layout in a thread of its own.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import type { MakeVectorIndex } from '../../numeric/vector-index.ts';
import { nearestAmong } from '../codes/nearest.ts';
import type { LayoutBeginning } from './layout-worker.ts';

/** As umap-learn takes. */
export const NEIGHBOURS = 15;
/** Vectors whose nearest are asked at once. */
const AT_ONCE = 512;
/** Milliseconds that a turn of the layout takes, about. */
const TURN = 200;

export interface MapDrawing {
  readonly makeVectorIndex: MakeVectorIndex | undefined;
  /** Does some work when a core is free for it. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
  /** @param share of the work that is done, 0 to 1 */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

export interface DrawnMap {
  readonly places: Float32Array;
  readonly rarity: Float32Array;
}

/** Of so many nearest, the mean distance says how rare a picture is. */
const RARITY = 5;

/** @param squares squared distances, ascending @returns the mean distance of the first few, in [0, 2] */
export function rarityOf(squares: readonly number[]): number {
  const few = squares.slice(0, RARITY);
  return few.reduce((sum, square) => sum + Math.sqrt(Math.max(0, square)), 0) / Math.max(1, few.length);
}

/** The share of the time that finding neighbours takes, about. */
const FINDING = 0.3;

/**
 * @param rows float32, (n, d), of unit length; more than NEIGHBOURS of them
 * @returns places: float32, (n, 2), in [0, 1]; rarity: float32, (n), see rarityOf
 * @throws the reason of the signal, where it is aborted
 */
export async function drawMap(rows: Float32Array, d: number, drawing: MapDrawing): Promise<DrawnMap> {
  const { turn, onProgress, signal } = drawing;
  const n = rows.length / d;
  const neighbours = new Int32Array(n * NEIGHBOURS);
  const distances = new Float32Array(n * NEIGHBOURS);
  const rarity = new Float32Array(n);
  const nearest = nearestAmong(rows, d, NEIGHBOURS, drawing.makeVectorIndex);
  for (let at = 0; at < n; at += AT_ONCE) {
    signal?.throwIfAborted();
    const places = Array.from({ length: Math.min(AT_ONCE, n - at) }, (_, i) => at + i);
    const found = await turn(() => nearest(places));
    for (const [i, { places: others, distances: squares }] of found.entries()) {
      rarity[at + i] = rarityOf(squares);
      for (let j = 0; j < NEIGHBOURS; j++) {
        neighbours[(at + i) * NEIGHBOURS + j] = others[j]!;
        distances[(at + i) * NEIGHBOURS + j] = Math.sqrt(Math.max(0, squares[j]!));
      }
    }
    onProgress?.((FINDING * (at + places.length)) / n);
  }
  const script = fileURLToPath(new URL(`./layout-worker${extname(import.meta.url)}`, import.meta.url));
  const pool = workerpool.pool(script, { workerType: 'thread', maxWorkers: 1 });
  try {
    const beginning: LayoutBeginning = { rows, d, graph: { k: NEIGHBOURS, neighbours, distances } };
    const ask = (method: string, ...input: unknown[]): Promise<unknown> =>
      turn(async () => (await pool.exec(method, input)) as unknown);
    let epochs = (await ask('begin', beginning)) as number;
    for (let done = 0, step = 1; done < epochs;) {
      signal?.throwIfAborted();
      const start = performance.now();
      [done, epochs] = (await ask('advance', step)) as [number, number];
      step = Math.max(1, Math.min(4 * step, Math.round((step * TURN) / Math.max(1, performance.now() - start))));
      onProgress?.(FINDING + ((1 - FINDING) * done) / epochs);
    }
    const drawn = (await ask('end')) as Float32Array;
    return { places: drawn, rarity };
  } finally {
    await pool.terminate(true);
  }
}
