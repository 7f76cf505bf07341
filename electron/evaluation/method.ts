// What every method of retrieval by compact codes looks like to the evaluation.
import type { Random } from '../numeric/random.ts';
import type { MakeVectorIndex } from '../numeric/vector-index.ts';

/** Feature vectors, centred by the mean of the training photos and brought to unit length. */
export interface Features {
  /** float32, (n, d), row-major. */
  readonly rows: Float32Array<ArrayBuffer>;
  readonly d: number;
  /** Each like rows: the same photos seen otherwise, as far as they were made. */
  readonly views?: readonly Float32Array<ArrayBuffer>[];
}

export interface MethodContext {
  readonly random: Random;
  /** Awaited now and then, so that the program stays awake. */
  readonly breathe: () => Promise<void>;
  /** Exact neighbours by something faster than TensorFlow.js, where there is such. */
  readonly makeVectorIndex?: MakeVectorIndex | undefined;
  /** Told how far a long training is, in [0, 1]. */
  readonly onProgress: (share: number) => void;
}

/** What a method made of the photos that are searched. */
export interface SearchIndex {
  /** Bytes that each photo takes in the index. */
  readonly bytesAPhoto: number;
  /** Encodes one query. @param query float32, (d), as in Features */
  prepare(query: Float32Array): PreparedQuery;
}

export interface PreparedQuery {
  /** @param out float32, (n): a distance >= 0 to each photo, in the order they were given; smaller is more alike */
  distancesInto(out: Float32Array): void;
}

export interface FittedMethod {
  /** Encodes the photos to be searched. */
  index(photos: Features): Promise<SearchIndex>;
}

export const methodNames = [
  'lsh',
  'sh',
  'itq',
  'kmh',
  'agh1',
  'agh2',
  'uh-bdnn',
  'deepbit',
  'uth',
  'pq',
  'opq',
  'cq',
  'rq',
  'lsq',
  'rabitq',
  'spq',
  'deepquan',
  'deepquan-rq',
  'deepquan-linear',
  'deepquan-linear-opq',
  'deepquan-linear-rq',
  'deepquan-linear-lsq',
  'deepquan-paper',
  'exact',
] as const;
export type MethodName = (typeof methodNames)[number];

export interface RetrievalMethod {
  readonly name: MethodName;
  /** Where it comes from. */
  readonly source: string;
  /** Whether it learns from views of photos; it must take raw features, because views are raw. */
  readonly takesViews?: boolean;
  /** Whether it is given features as the embedder made them, because it prepares them itself. */
  readonly takesRawFeatures?: boolean;
  /**
   * Settings to choose from by validation, in words; one where there is nothing to choose, and none where the method
   * cannot make codes of so many bits from features of d dimensions.
   */
  variants(d: number, bits: number): readonly string[];
  /**
   * Learns from photos without labels.
   * @param bits a photo; every method takes 16 to 64 here, in steps of 8
   */
  fit(training: Features, bits: number, variant: string, context: MethodContext): Promise<FittedMethod>;
}
