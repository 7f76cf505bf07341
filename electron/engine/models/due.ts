// What is due for a library's models, told from the facts alone.

/** Photos from which a model is trained; below, search is exact over the features. */
export const PHOTOS_TO_TRAIN = 256;
/** Growth since the last training from the start that asks for another: at rest, and while photos are still being read. */
const GROWTH_AT_REST = 2;
const GROWTH_WHILE_READING = 4;
/** Growth since a fine-tuning or a measurement that failed or was not wanted that allows another. */
const GROWTH_TO_TRY_AGAIN = 1.1;
/** Quantization error of new photos, relative to that of the older ones, that asks for fine-tuning. */
const DRIFT = 1.15;
/** Small segments of codes, and tombstones, that are worth merging. */
const SMALL_SEGMENTS = 64;
const TOMBSTONES = 1024;

export interface ModelFacts {
  /** No photo waits to be read. */
  readonly atRest: boolean;
  /** Regions that the embedder has seen. */
  readonly count: number;
  /** A model is there whose codes are not all written. */
  readonly unfinished: boolean;
  /** A model came with the embedder, and the library has none of its own or has not taken that one yet. */
  readonly baseWaits: boolean;
  readonly active: ActiveFacts | undefined;
  /** Photos that a training learns from at most. */
  readonly mostTrainedOn: number;
  /** Regions there were at the last training that failed or was not wanted; 0 where there was none. */
  readonly failedAt: number;
  /** The same of the last measurement that failed, which what becomes of a training does not hold up. */
  readonly unmeasuredAt: number;
}

/** Of the model in use. What costs something to know is asked for only where it matters. */
export interface ActiveFacts {
  /** Photos of the training that it goes back to; 0 of the model that came with the embedder. */
  readonly startedOn: number;
  /** Photos there were when its operating points were measured; undefined where they were not. */
  readonly measuredAt: number | undefined;
  /** See Drift.ratio; undefined while it cannot be told. */
  readonly driftRatio: () => number | undefined;
  readonly segmentation: () => { readonly small: number; readonly tombstones: number };
}

export type Due = 'encoding' | 'base model' | 'training' | 'fine-tuning' | 'measuring' | 'merging';

/** The piece of work that comes first, or undefined where nothing is due. */
export function whatIsDue(facts: ModelFacts): Due | undefined {
  if (facts.unfinished) return 'encoding';
  if (facts.baseWaits && facts.count > facts.failedAt) return 'base model';
  const training = dueTraining(facts);
  if (training) return training;
  if (!facts.atRest || !facts.active) return undefined;
  if (measuringIsDue(facts, facts.active)) return 'measuring';
  const { small, tombstones } = facts.active.segmentation();
  return small > SMALL_SEGMENTS || tombstones > TOMBSTONES ? 'merging' : undefined;
}

function dueTraining({ atRest, count, active, failedAt, mostTrainedOn }: ModelFacts): Due | undefined {
  if (count < PHOTOS_TO_TRAIN) return undefined;
  const growth = atRest ? GROWTH_AT_REST : GROWTH_WHILE_READING;
  const grown = count >= failedAt * growth;
  if (!active) return grown ? 'training' : undefined;
  if (grown && active.startedOn < mostTrainedOn * 0.9 && count >= active.startedOn * growth) return 'training';
  if (!atRest || active.startedOn === 0 || count < failedAt * GROWTH_TO_TRY_AGAIN) return undefined;
  return (active.driftRatio() ?? 1) >= DRIFT ? 'fine-tuning' : undefined;
}

/** Whether operating points have not been measured yet, or of a library half as large. */
function measuringIsDue({ count, unmeasuredAt }: ModelFacts, { measuredAt }: ActiveFacts): boolean {
  if (count < PHOTOS_TO_TRAIN || count < unmeasuredAt * GROWTH_TO_TRY_AGAIN) return false;
  return measuredAt === undefined || count >= measuredAt * GROWTH_AT_REST;
}
