// What is nearly the same picture comes first.
import type { Candidates } from './code-index.ts';

/** How much nearer than the usual of its neighbours a near-duplicate is: at most this share of their median distance. */
const NEAR = 0.5;
/** What may be a copy, and is looked at more closely. */
const MAYBE_COPY = 0.55;

export interface NearDuplicates {
  /** Region ids, nearest first. */
  readonly near: number[];
  /** The same and some more. */
  readonly maybeCopies: number[];
}

/**
 * An edited copy, the next shot of a burst. Hidden vectors are learned to bring photos of a kind together, so they tell photos of
 * a kind apart less well than features do. How near is near depends on the embedder, so it is measured against the other candidates.
 * @param candidates best first
 * @param cosines of query and candidate by their features; one without keeps its place
 */
export function findNearDuplicates(candidates: Candidates, cosines: ReadonlyMap<number, number>): NearDuplicates {
  const known = Array.from(candidates.ids)
    .filter((id) => cosines.has(id))
    .map((id) => ({ id, apart: 1 - cosines.get(id)! }));
  // Stable, so that those equally near keep their order.
  known.sort((a, b) => a.apart - b.apart);
  const usual = known[Math.floor(known.length / 2)]?.apart ?? 0;
  const within = (share: number): number[] => known.filter(({ apart }) => apart < share * usual).map(({ id }) => id);
  return { near: within(NEAR), maybeCopies: within(MAYBE_COPY) };
}

/**
 * @param first ids of candidates, in their new order
 * @returns distances that still rise: what is put before others is at least as alike as they
 */
export function putFirst(candidates: Candidates, first: readonly number[]): Candidates {
  if (first.length === 0) return candidates;
  const placeOf = new Map(Array.from(candidates.ids, (id, i) => [id, i]));
  const before = first.map((id) => placeOf.get(id)!);
  const chosen = new Set(before);
  const order = [...before, ...placeOf.values().filter((i) => !chosen.has(i))];
  const distances = order.map((i) => candidates.distances[i]);
  for (let i = before.length - 1; i >= 0; i--) distances[i] = Math.min(distances[i], distances[i + 1] ?? Infinity);
  return { ids: Float64Array.from(order, (i) => candidates.ids[i]), distances: Float32Array.from(distances) };
}
