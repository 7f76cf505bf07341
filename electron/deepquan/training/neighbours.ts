// The neighbour graph in feature space: whom each photo should stay close to.
import * as tf from '@tensorflow/tfjs-core';
import type { MakeVectorIndex, VectorIndex } from '../../numeric/vector-index.ts';
import { TopK } from '../../numeric/top-k.ts';

export interface NeighbourGraph {
  readonly k: number;
  /** int32, (n, k): row numbers, nearest first; a photo is not its own neighbour. */
  readonly ids: Int32Array;
  /** float32, (n, k): affinity in (0, 1], relative to each photo's own k-th neighbour. */
  readonly affinities: Float32Array;
}

export interface GraphTools {
  readonly breathe: () => Promise<void>;
  /** Finds neighbours where it is there; TensorFlow.js does where it is not. */
  readonly makeVectorIndex?: MakeVectorIndex | undefined;
}

/** Photos between two breaths: some tens of milliseconds. */
const ROWS_A_SEARCH = 512;
/** Cosines that are in memory at once: each block of rows packs all of them anew, so blocks are large. */
const COSINES_A_BLOCK = 16e6;

/**
 * Exact k nearest neighbours by cosine, with self-tuning affinities exp(-d² / σ²) in which σ² is the
 * squared distance to the photo's own k-th neighbour (Zelnik-Manor and Perona 2004, section 2), so that
 * dense and sparse corners of a library are weighted alike.
 * @param features float32, (n, d), rows of unit length
 * @param k below n
 */
export async function neighbourGraph(
  features: Float32Array,
  n: number,
  k: number,
  { breathe, makeVectorIndex }: GraphTools,
): Promise<NeighbourGraph> {
  const d = features.length / n;
  const ids = new Int32Array(n * k);
  const affinities = new Float32Array(n * k);
  const graph = { k, ids, affinities };
  if (makeVectorIndex) await fillFromIndex(graph, makeVectorIndex(features, d), features, n, breathe);
  else await fillFromProducts(graph, features, n, breathe);
  return graph;
}

async function fillFromIndex(
  graph: NeighbourGraph,
  index: VectorIndex,
  features: Float32Array,
  n: number,
  breathe: () => Promise<void>,
): Promise<void> {
  const { k } = graph;
  const d = features.length / n;
  for (let start = 0; start < n; start += ROWS_A_SEARCH) {
    const rows = Math.min(ROWS_A_SEARCH, n - start);
    // One more than is wanted: most find themselves.
    const { places, products } = await index.nearest(features.subarray(start * d, (start + rows) * d), k + 1);
    for (let r = 0; r < rows; r++) {
      const own = { ids: [] as number[], distances: [] as number[] };
      for (let at = r * (k + 1); own.ids.length < k; at++) {
        if (places[at] === start + r) continue;
        own.ids.push(places[at]);
        own.distances.push(2 - 2 * products[at]);
      }
      keep(own, start + r, graph);
    }
    await breathe();
  }
}

async function fillFromProducts(
  graph: NeighbourGraph,
  features: Float32Array,
  n: number,
  breathe: () => Promise<void>,
): Promise<void> {
  const d = features.length / n;
  const all = tf.tensor2d(features, [n, d]);
  const allT = tf.transpose(all);
  const height = Math.max(64, Math.min(1024, Math.floor(COSINES_A_BLOCK / n)));
  try {
    for (let start = 0; start < n; start += height) {
      const rows = Math.min(height, n - start);
      const block = tf.tidy(() => tf.matMul(tf.slice(all, [start, 0], [rows, d]), allT));
      const cosines = await block.data<'float32'>();
      block.dispose();
      for (let r = 0; r < rows; r++) {
        nearestOfRow(cosines.subarray(r * n, (r + 1) * n), start + r, graph);
      }
      await breathe();
    }
  } finally {
    tf.dispose([all, allT]);
  }
}

function nearestOfRow(cosines: ArrayLike<number>, self: number, graph: NeighbourGraph): void {
  const best = new TopK(graph.k);
  for (let j = 0; j < cosines.length; j++) {
    if (j === self) continue;
    const distance = 2 - 2 * cosines[j];
    if (distance <= best.threshold) best.offer(j, distance);
  }
  keep(best.drain(), self, graph);
}

function keep(
  found: { readonly ids: ArrayLike<number>; readonly distances: ArrayLike<number> },
  self: number,
  { k, ids, affinities }: NeighbourGraph,
): void {
  const scale = Math.max(found.distances[k - 1], 1e-6);
  for (let i = 0; i < k; i++) {
    ids[self * k + i] = found.ids[i];
    affinities[self * k + i] = Math.exp(-Math.max(0, found.distances[i]) / scale);
  }
}
