// Regions to contents: a content is found by the best of its regions, once.
import type { Candidates } from './code-index.ts';

export interface Hit {
  readonly contentId: number;
  /** The region of it that is nearest to the query. */
  readonly regionId: number;
  readonly distance: number;
}

/**
 * @param candidates regions, best first
 * @param contentOf undefined for a region that is gone meanwhile
 * @returns best first, at most so many
 */
export function groupByContent(
  { ids, distances }: Candidates,
  contentOf: (regionId: number) => number | undefined,
  most = Infinity,
): Hit[] {
  const hits = new Map<number, Hit>();
  for (let i = 0; i < ids.length && hits.size < most; i++) {
    const contentId = contentOf(ids[i]);
    if (contentId !== undefined && !hits.has(contentId)) {
      hits.set(contentId, { contentId, regionId: ids[i], distance: distances[i] });
    }
  }
  return [...hits.values()];
}
