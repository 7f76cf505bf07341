// How far new photos lie from what a model learned: its quantization error on them against that on older
// ones that it did not learn from either.
import type { Library } from '../../library/library.ts';
import type { ActiveModel } from '../codes/active-model.ts';
import { isHeldOut } from './samples.ts';

export interface Drift {
  /** New photos that were looked at. */
  photos: number;
  /** Their mean relative error over that of the older ones; 1 where they are of the same kind. */
  ratio: number;
}

const SAMPLE = 300;
/** New photos below which nothing is said. */
const LEAST = 64;

/** Older photos that are looked through for those held out: codebooks err less on what they were made from. */
const OLDER_A_NEWER = 40;

/** Regions that come or go before drift is measured anew. */
const EVERY = 64;

/** The drift of a library, measured anew when some photos have come or gone. */
export class DriftWatch {
  readonly #library: Library;
  readonly #embedderId: number;
  #measured: { count: number; modelId: number; drift: Drift | undefined } | undefined;

  constructor(library: Library, embedderId: number) {
    this.#library = library;
    this.#embedderId = embedderId;
  }

  /** @param count regions that the embedder has seen */
  of(active: ActiveModel, count: number): Drift | undefined {
    const measured = this.#measured;
    if (measured?.modelId === active.id && Math.abs(measured.count - count) < EVERY) return measured.drift;
    const drift = measureDrift(this.#library, active, this.#embedderId, isHeldOut);
    this.#measured = { count, modelId: active.id, drift };
    return drift;
  }
}

/** Undefined while there are too few photos to tell. */
export function measureDrift(
  library: Library,
  active: ActiveModel,
  embedderId: number,
  isHeldOut: (regionId: number) => boolean,
): Drift | undefined {
  const after = library.features.regionsAfter(embedderId, active.newestRegion, SAMPLE);
  const before = library.features
    .regionsUpTo(embedderId, active.newestRegion, SAMPLE * OLDER_A_NEWER)
    .filter(isHeldOut)
    .slice(0, SAMPLE);
  if (after.length < LEAST || before.length === 0) return undefined;
  const error = (ids: readonly number[]): number => {
    const decoded = active.decodedOf(ids);
    const errors = [...library.codes.hiddenOf(active.id, ids)].flatMap(([id, hidden]) => {
      const of = decoded.get(id);
      return of ? [relativeError(hidden, of)] : [];
    });
    return errors.reduce((sum, one) => sum + one, 0) / Math.max(1, errors.length);
  };
  return { photos: after.length, ratio: error(after) / Math.max(error(before), 1e-6) };
}

/** ||h - Cb||² / ||h||². */
function relativeError(hidden: Float16Array, decoded: Float32Array): number {
  let [error, length] = [0, 0];
  hidden.forEach((value, i) => {
    error += (value - decoded[i]!) ** 2;
    length += value ** 2;
  });
  return length > 0 ? error / length : 0;
}
