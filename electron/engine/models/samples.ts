// Which features of a library are learned from, which are held out to judge by, and all of them for exact search.
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import type { Library } from '../../library/library.ts';
import { fromHalf } from '../../numeric/half.ts';
import { seededRandom } from '../../numeric/random.ts';
import { FeatureMatrix } from '../../search/exact.ts';

/** Photos that a model learns from at most; larger libraries are sampled. */
export const MOST_TRAINED_ON = 10_000;
const SEED = 2018;
/** Photos that no training sees, so that models can be compared by them: one in so many, and at most so many. */
const HELD_OUT = 20;
const MOST_HELD_OUT = 48;
const READ_AT_ONCE = 1000;

/** Which regions no training sees: by a hash of their numbers, so that it stays the same for good (Knuth 6.4). */
export function isHeldOut(regionId: number): boolean {
  return (Math.imul(regionId, 0x9e3779b1) >>> 0) % HELD_OUT === 0;
}

/** Regions to compare models by, none of which they learned from. */
export function sampleHeldOut(library: Library, { id }: EmbedderRow): number[] {
  const aside = library.features.regionIds(id).filter(isHeldOut);
  return seededRandom(SEED).shuffle(aside).slice(0, MOST_HELD_OUT);
}

export interface TrainingSample {
  readonly regionIds: number[];
  /** float32, (n, dimensions). */
  readonly features: Float32Array<ArrayBuffer>;
}

/** What to learn from: all but those held out, or a seeded sample of them. */
export async function sampleFeatures(
  library: Library,
  { id: embedderId, dimensions }: EmbedderRow,
): Promise<TrainingSample> {
  let ids = library.features.regionIds(embedderId).filter((id) => !isHeldOut(id));
  if (ids.length > MOST_TRAINED_ON)
    ids = seededRandom(SEED)
      .shuffle(ids)
      .slice(0, MOST_TRAINED_ON)
      .sort((a, b) => a - b);
  const out = new Float32Array(ids.length * dimensions);
  const regionIds: number[] = [];
  for (const id of ids) {
    const feature = library.features.get(embedderId, id);
    if (feature) out.set(feature, (regionIds.push(id) - 1) * dimensions);
    if (regionIds.length % READ_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { regionIds, features: out.slice(0, regionIds.length * dimensions) };
}

export function loadFeatureMatrix(library: Library, embedder: EmbedderRow): FeatureMatrix {
  const matrix = new FeatureMatrix(embedder.dimensions);
  for (const { regionId, vector } of library.features.all(embedder.id)) matrix.append(regionId, fromHalf(vector));
  return matrix;
}
