// Where a list of results falls off: the step that a person would see too.

/** Results before which no step is told, and the size a step must have. */
const FEWEST = 3;
const SMALLEST_STEP = 0.04;
/** How many times the usual step, by the median. */
const STANDS_OUT = 6;

/**
 * The place of the first result after the largest step down in likeness, or null where none stands out.
 * @param scores descending, 0 to 1
 */
export function findScoreGap(scores: readonly number[]): number | null {
  if (scores.length <= FEWEST + 1) return null;
  const steps = scores.slice(1).map((score, i) => scores[i] - score);
  const usual = steps.toSorted((a, b) => a - b)[Math.floor(steps.length / 2)];
  let place = -1;
  for (let i = FEWEST - 1; i < steps.length; i++) if (place < 0 || steps[i] > steps[place]) place = i;
  return steps[place] >= Math.max(SMALLEST_STEP, usual * STANDS_OUT) ? place + 1 : null;
}
