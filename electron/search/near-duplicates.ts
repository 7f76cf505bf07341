// What is nearly the same picture comes first.
import type { Candidates } from './code-index.ts';

/** How much nearer than the usual of its neighbours a near-duplicate is: at most this share of their median distance. */
const NEAR = 0.5;

/**
 * What is nearly the same picture first: an edited copy, the next shot of a burst. Hidden vectors are learned to bring photos of a kind
 * together, so they tell photos of a kind apart less well than features do. How near is near depends on the embedder, so it is
 * measured against the other candidates.
 * @param candidates best first
 * @param cosines of query and candidate by their features; a candidate without one keeps its place
 * @returns distances that still rise: what is put before others is at least as alike as they
 */
export function nearDuplicatesFirst(candidates: Candidates, cosines: ReadonlyMap<number, number>): Candidates {
  const apart = Array.from(candidates.ids, (id) => 1 - (cosines.get(id) ?? -Infinity));
  const known = apart.filter(Number.isFinite).sort((a, b) => a - b);
  const near = NEAR * known[Math.floor(known.length / 2)];
  const order = apart.map((_, i) => i);
  const before = order.filter((i) => apart[i] < near).sort((a, b) => apart[a] - apart[b] || a - b);
  const rest = order.filter((i) => !(apart[i] < near));
  const ids = [...before, ...rest].map((i) => candidates.ids[i]);
  const distances = [...before, ...rest].map((i) => candidates.distances[i]);
  for (let i = before.length - 1; i >= 0; i--) distances[i] = Math.min(distances[i], distances[i + 1] ?? Infinity);
  return { ids: Float64Array.from(ids), distances: Float32Array.from(distances) };
}
