// Which pictures may show the same as one, and how much their pixels have to agree; see docs/experiments/duplicates.md.
import { COPIES } from '../../numeric/picture-correlation.ts';
import type { AlikePicture } from '../../search/signature-index.ts';
import type { NearPicture } from './feature-neighbours.ts';

/** How much nearer than is usual among the nearest one has to be to be compared by its pixels, and how many are at most. */
const NEAR = 0.5;
const COMPARED = 12;
/** From this share of the usual distance on, pixels have to agree the more, the farther two are by features. */
const NO_DOUBT = 0.2;
const DOUBT = 0.6;

export interface Candidate {
  readonly contentId: number;
  readonly turned: boolean;
  /** Correlation from which it is the same picture. */
  readonly threshold: number;
}

/**
 * @param near by features, the nearest first
 * @param alike by what a turned picture keeps
 */
export function candidatesOf(near: readonly NearPicture[], alike: readonly AlikePicture[]): Candidate[] {
  const usual = near[Math.floor(near.length / 2)]?.distance ?? 0;
  const thresholds = new Map(
    near
      .filter(({ distance }) => distance < NEAR * usual)
      .slice(0, COMPARED)
      .map(({ contentId, distance }) => [contentId, COPIES + DOUBT * Math.max(0, distance / usual - NO_DOUBT)]),
  );
  const turned = new Set(alike.map(({ id }) => id));
  return Array.from(new Set([...thresholds.keys(), ...turned]), (contentId) => ({
    contentId,
    turned: turned.has(contentId),
    threshold: turned.has(contentId) ? COPIES : thresholds.get(contentId)!,
  }));
}
