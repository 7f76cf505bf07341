// Generations of DeepQuan, and what their codes cost.
import { method, none } from './method.ts';
import type { Sentence } from './sentence.ts';

export interface ModelSummary {
  modelId: number;
  /** Came with Likeness, learned from generic pictures. */
  base: boolean;
  /** Photos of this library; the generic ones of a model that came with Likeness. */
  trainedOn: number;
  /** Bits a code. */
  bits: number;
  /** Milliseconds since 1970, UTC. */
  trainedAt: number;
  /** Seconds that training took. */
  seconds: number;
  backend: string;
  /** Mean losses of the last epoch, without their weights; null where there was none. */
  losses: Losses | null;
  quantizationError: number;
  /** What its codes cost in this library; null until it has been measured. */
  operatingPoints: OperatingPoints | null;
}

/** How a search goes: which codes are scanned, and how many of the best are re-ranked by their hidden vectors; 0 for none. */
export interface OperatingPoint {
  /** Of the same size: by 256 centroids a subquantizer, or by 16, which scans faster and tells a little less. */
  codes: '8-bit' | '4-bit';
  rerank: number;
}

export interface MeasuredPoint extends OperatingPoint {
  /** Of the ten that comparing all hidden vectors would find, the share that this finds; in [0, 1]. */
  recall: number;
  /** Of one search, the median. */
  milliseconds: number;
}

/** What was measured of scans and re-rank depths on this library, and what was chosen. */
export interface OperatingPoints {
  /** Photos there were. */
  photos: number;
  /** Photos that recall was measured among; depths in proportion where they are not all. */
  sample: number;
  queries: number;
  /** What scans: an instruction set, or 'typescript'. */
  level: string;
  rows: MeasuredPoint[];
  chosen: OperatingPoint;
}

export interface Losses {
  /** The contrastive loss, or the paper's triplet loss. */
  ranking: number;
  quantization: number;
  manifold: number;
}

/** Share of queries that have what they should find among the first ten, in [0, 1], by the model before and by this one. */
export interface Comparison {
  queries: number;
  before: number;
  after: number;
  /** Of the difference between the two. */
  standardError: number;
}

/** How a model did beside the one before it; null where there was nothing to compare by. */
export interface ModelComparison {
  /** Edited copies of photos that no model learned from, finding their originals. */
  edited: Comparison | null;
  /** Results that the person marked as right. */
  marked: Comparison | null;
}

export interface ModelCard {
  /** How the model did beside the one before it, where it was compared. */
  comparison: ModelComparison | null;
  /** The model before it, which can be gone back to. */
  previous: ModelSummary | null;
  /** New photos' quantization error over that of the older ones, where enough are new. */
  drift: { photos: number; ratio: number } | null;
  model: ModelSummary | null;
  /** Every epoch's mean losses. */
  history: Losses[];
  /** Why there is no model yet, or why the last training failed; else null. */
  reason: Sentence | null;
  /** Photos that a first training waits for. */
  photosNeeded: number;
  training: boolean;
}

export const modelMethods = {
  getModelCard: method(none).returning<ModelCard>(),
  /** Trains anew on the library as it is now; answers at once, progress comes as events. */
  trainModel: method(none).returning<null>(),
  /** Breaks a training off; search goes on with the model there is. */
  cancelTraining: method(none).returning<null>(),
  /** Goes back to the model before this one; the two change places. */
  restorePreviousModel: method(none).returning<null>(),
} as const;
