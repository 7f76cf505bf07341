// Work on models that did not come to a good end.
import { saidBy } from '../../contract/errors.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

/** What is remembered of work that did not come to a good end, so that it is not tried again and again. */
export interface Setbacks {
  /** Regions there were. */
  failedAt: number;
  unmeasuredAt: number;
  /** For the person. */
  reason: Sentence | null;
}

/** @param beside it was work beside training, which only measures or merges */
export function describeSetback(beside: boolean, cancelled: boolean, error: unknown): Sentence {
  if (cancelled)
    return beside
      ? say`The measurement was cancelled, so search goes on as before.`
      : say`The training was cancelled, so search goes on as before.`;
  return beside
    ? say`The last measurement failed, so search goes on as before: ${saidBy(error)}`
    : say`The last training failed, so search goes on as before: ${saidBy(error)}`;
}
