// Candidates of the scan over codes, sorted by their hidden vectors.
import type { Candidates } from './code-index.ts';
import { innerProductDistance } from './exact.ts';

/**
 * @param query float32, (D), unit length
 * @param candidates of the scan over codes
 * @param hidden the hidden vectors, (D), by region; a candidate without one keeps its distance by codes
 */
export function rerank(
  query: Float32Array,
  candidates: Candidates,
  hidden: ReadonlyMap<number, ArrayLike<number>>,
): Candidates {
  const exact = Array.from(candidates.ids, (id, i) => {
    const vector = hidden.get(id);
    return { id, distance: vector ? innerProductDistance(query, vector) : candidates.distances[i] };
  });
  exact.sort((a, b) => a.distance - b.distance || a.id - b.id);
  return {
    ids: Float64Array.from(exact, ({ id }) => id),
    distances: Float32Array.from(exact, ({ distance }) => distance),
  };
}
