// How good a ranking is, by the class of what it found: the measures of the retrieval field.
import { bootstrapInterval, type Interval } from './bootstrap.ts';

/** Ranks at which average precision is cut off where nothing else is said, as published code of learned hashing does. */
export const MAP_DEPTH = 1000;
/** Recalls at which the precision-recall curve is drawn. */
export const RECALLS: readonly number[] = Array.from({ length: 20 }, (_, i) => (i + 1) / 20);

/** Query by query, in the order asked. */
export interface QueryQuality {
  readonly averagePrecision: readonly number[];
  readonly precisionAt10: readonly number[];
}

export interface Quality {
  /** Mean average precision within the first so many, in [0, 1]. */
  readonly mAP: number;
  /** Share of the first 10 (100) that are of the query's class, in [0, 1]. */
  readonly precisionAt10: number;
  readonly precisionAt100: number;
  /** Where mAP and precisionAt10 lie with 95% confidence, by the bootstrap over queries. */
  readonly interval: { readonly mAP: Interval; readonly precisionAt10: Interval };
  /** Mean precision where each of RECALLS is reached, in [0, 1]. */
  readonly curve: readonly number[];
}

/** Gathers the quality of one query after the other. */
export class QualityMeter {
  readonly #averagePrecision: number[] = [];
  readonly #at10: number[] = [];
  #at100 = 0;
  readonly #curve = new Float64Array(RECALLS.length);
  #keys = new Float64Array(0);
  readonly #depth: number;

  constructor(depth = MAP_DEPTH) {
    this.#depth = depth;
  }

  /**
   * @param distances float32, (n), >= 0, to each photo that is searched; equal ones rank in the order given
   * @param relevant uint8, (n): 1 where the photo is of the query's class
   */
  add(distances: Float32Array, relevant: Uint8Array): void {
    const order = this.#order(distances);
    const n = order.length;
    let found = 0;
    let precisions = 0;
    let foundInDepth = 0;
    const total = relevant.reduce((sum, one) => sum + one, 0);
    let nextRecall = 0;
    const cut = (depth: number): number => Math.min(depth, n);
    for (let rank = 1; rank <= n; rank++) {
      if (relevant[order[rank - 1] % INDEX_RANGE] === 1) {
        found++;
        if (rank <= this.#depth) {
          foundInDepth++;
          precisions += found / rank;
        }
        while (nextRecall < RECALLS.length && found >= RECALLS[nextRecall] * total - 1e-9)
          this.#curve[nextRecall++] += found / rank;
      }
      if (rank === cut(10)) this.#at10.push(found / rank);
      if (rank === cut(100)) this.#at100 += found / rank;
    }
    this.#averagePrecision.push(foundInDepth > 0 ? precisions / foundInDepth : 0);
  }

  get quality(): Quality {
    const mean = (sum: number): number => sum / this.#averagePrecision.length;
    const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
    return {
      mAP: mean(sumOf(this.#averagePrecision)),
      precisionAt10: mean(sumOf(this.#at10)),
      interval: { mAP: bootstrapInterval(this.#averagePrecision), precisionAt10: bootstrapInterval(this.#at10) },
      precisionAt100: mean(this.#at100),
      curve: Array.from(this.#curve, mean),
    };
  }

  get queries(): QueryQuality {
    return { averagePrecision: this.#averagePrecision, precisionAt10: this.#at10 };
  }

  /** Photos by distance, each as a number whose remainder by INDEX_RANGE is the photo's place. */
  #order(distances: Float32Array): Float64Array {
    if (distances.length > INDEX_RANGE)
      throw new RangeError(`Expected at most ${INDEX_RANGE} photos to rank, got ${distances.length}`);
    if (this.#keys.length !== distances.length) this.#keys = new Float64Array(distances.length);
    // The bits of a float32 that is not negative order as it does; behind them comes the place, so that one
    // sort of plain numbers ranks everything, ties in the order given.
    const bits = new Uint32Array(distances.buffer, distances.byteOffset, distances.length);
    for (let i = 0; i < bits.length; i++) {
      if (!(distances[i] >= 0)) throw new RangeError(`Expected distances of 0 or more, got ${distances[i]}`);
      this.#keys[i] = (bits[i] & 0x7fffffff) * INDEX_RANGE + i;
    }
    return this.#keys.sort();
  }
}

/** 2^21 places behind 32 bits of distance fill the 53 bits of a double. */
const INDEX_RANGE = 2 ** 21;
