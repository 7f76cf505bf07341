// How alike a result is, in words that mean the same in every library.
import type { ResultGroup } from '../contract/search.ts';
import type { ScoreScale } from './background.ts';

/** Milliseconds by the camera's clock within which photos are of one moment. */
const BURST = 30_000;

export interface GroupedResult {
  readonly score: number;
  /** Whether its pixels say that it is a copy of an example, byte by byte or edited. */
  readonly isCopy: boolean;
  /** Wall-clock milliseconds; null where the camera did not say. */
  readonly takenAt: number | null;
}

/** @param moments when the examples were taken, by cameras that said so */
export function groupOf(
  { score, isCopy, takenAt }: GroupedResult,
  moments: readonly number[],
  { alike, veryAlike }: Pick<ScoreScale, 'alike' | 'veryAlike'>,
): ResultGroup {
  // Two shots of one scene may look the same; a copy was taken when its original was, if it says so.
  const isOtherShot = takenAt !== null && moments.length > 0 && !moments.includes(takenAt);
  if (isCopy && !isOtherShot) return 'same';
  if (score < alike) return 'less';
  if (takenAt !== null && moments.some((moment) => Math.abs(moment - takenAt) <= BURST)) return 'burst';
  return score >= veryAlike ? 'very alike' : 'alike';
}
