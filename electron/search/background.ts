// What a likeness means in this library: how far a result stands out from photos taken at random.

/** Spreads above the median at which a likeness begins to count, and from which a result is alike. */
const COUNTS = 2;
const ALIKE = 4;
/** From this score on a result is very alike: half the way from a stranger to the same picture. */
const VERY_ALIKE = 0.5;
/** Of a normal distribution, the share that lies more than one spread below the median. */
const ONE_SPREAD = 0.1587;
const LEAST_SPREAD = 1e-3;
/** Where photos at random differ so much that nothing would count, what is nearer than half the way does. */
const MOST_OF_THE_WAY = 0.5;
/** No result is alike below this score, in however uniform a library. */
const LEAST_ALIKE = 0.08;

/** Turns likenesses into scores: 0 for a stranger, 1 for the same picture. */
export interface ScoreScale {
  readonly zero: number;
  readonly one: number;
  /** Scores from which a result is alike, and very alike. */
  readonly alike: number;
  readonly veryAlike: number;
}

/**
 * The scale of one query. Median and spread come from the lower half of the likenesses to photos at random, because the upper one
 * holds the photos that are alike: how many they are must not matter.
 * @param likenesses of the query to photos at random; sorted in place
 * @param one the likeness of the same picture
 */
export function scoreScale(likenesses: Float32Array, one: number): ScoreScale {
  const { median, spread } = lowerHalf(likenesses);
  const zero = median + Math.min(COUNTS * spread, MOST_OF_THE_WAY * Math.max(LEAST_SPREAD, one - median));
  const alike = Math.max(LEAST_ALIKE, ((ALIKE - COUNTS) * spread) / (one - zero));
  return { zero, one, alike: Math.min(alike, VERY_ALIKE), veryAlike: VERY_ALIKE };
}

/** @param likenesses sorted in place */
function lowerHalf(likenesses: Float32Array): { median: number; spread: number } {
  likenesses.sort();
  const at = (share: number): number => likenesses[Math.floor(share * likenesses.length)] ?? 0;
  return { median: at(0.5), spread: Math.max(LEAST_SPREAD, at(0.5) - at(ONE_SPREAD)) };
}

/** Spreads above the median at which a photo shows what words say as well as any. */
const WORDS_FULL = 8;

/**
 * The scale of a query with words: no photo is the same as words are, so that only photos at random tell what is much.
 * @param likenesses of the query to photos at random; sorted in place
 * @param most that a likeness can be
 */
export function wordScale(likenesses: Float32Array, most: number): ScoreScale {
  const { median, spread } = lowerHalf(likenesses);
  return scoreScale(likenesses, Math.min(most, median + WORDS_FULL * spread));
}

/** @returns 0 to 1 */
export function scoreOf(likeness: number, { zero, one }: ScoreScale): number {
  return Math.max(0, Math.min(1, (likeness - zero) / (one - zero)));
}
