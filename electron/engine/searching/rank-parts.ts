// A box is looked for in the parts of photos, of which one is the whole.
import type { Box } from '../../contract/query.ts';
import type { Library } from '../../library/library.ts';
import type { Candidates } from '../../search/code-index.ts';
import { scoreScale } from '../../search/background.ts';
import { innerProductDistance } from '../../search/exact.ts';
import { combineExamples } from '../../search/query.ts';
import { contentOfPart, GRID, placeOfPart, WHOLE } from '../photo-parts/grid.ts';
import { orderingVector } from '../photo-parts/ordering-vector.ts';
import type { PartIndex } from '../photo-parts/part-index.ts';
import { partVector } from '../codes/part-model.ts';
import type { RankedRegions, SearchSources, SeenExample, SeenQuery } from './searcher.ts';

/** Parts that are looked at for each result: of one photo, many may be alike. */
const PARTS_A_RESULT = 8;

interface RankedWhole {
  /** The region that is the whole of the photo. */
  id: number;
  /** Where in it the query was found; null where it was the whole. */
  box: Box | null;
  distance: number;
}

/**
 * Each photo stands where the nearest of its parts does; one whose parts are not made yet, where the whole of it does.
 */
export async function rankParts(
  { library, embedderId }: SearchSources,
  index: PartIndex,
  { positives, negatives, partSelector }: SeenQuery,
  wholes: RankedRegions,
  k: number,
  signal?: AbortSignal,
): Promise<RankedRegions> {
  const { partModel } = index;
  const combined = (toVector: (feature: Float32Array) => Float32Array): Float32Array => {
    const weighted = (examples: readonly SeenExample[]) =>
      examples.map(({ feature, weight }) => ({ vector: toVector(feature), weight }));
    return combineExamples({ positives: weighted(positives), negatives: weighted(negatives) });
  };
  const [vector, order] = [combined((feature) => partVector(feature, partModel)), combined(orderingVector)];
  const found = await index.search(vector, order, PARTS_A_RESULT * k, partSelector, signal);
  if (found.ids.length === 0) return wholes;
  const withParts = library.parts.regionsWithParts(partModel.id, [...wholes.candidates.ids]);
  const features = library.features.of(
    embedderId,
    [...wholes.candidates.ids].filter((id) => !withParts.has(id)),
  );
  const asWholes = Array.from(features, ([id, feature]): RankedWhole => {
    return {
      id,
      box: null,
      distance: innerProductDistance(order, orderingVector(Float32Array.from(feature))),
    };
  });
  const all = [...nearestParts(library, found), ...asWholes].sort((a, b) => a.distance - b.distance || a.id - b.id);
  return {
    copies: wholes.copies,
    unit: 1,
    scale: scoreScale(index.likenessesAtRandom(order), 1),
    candidates: {
      ids: Float64Array.from(all, ({ id }) => id),
      distances: Float32Array.from(all, ({ distance }) => distance),
    },
    boxes: new Map(all.map(({ id, box }) => [id, box])),
  };
}

/** The nearest part of each photo. */
function nearestParts(library: Library, { ids, distances }: Candidates): RankedWhole[] {
  const nearest = new Map<number, Omit<RankedWhole, 'id'>>();
  for (let i = 0; i < ids.length; i++) {
    const contentId = contentOfPart(ids[i]!);
    const place = placeOfPart(ids[i]!);
    if (!nearest.has(contentId))
      nearest.set(contentId, { box: place === WHOLE ? null : GRID[place]!, distance: distances[i]! });
  }
  const regions = library.regions.wholesOf([...nearest.keys()]);
  return [...nearest].flatMap(([contentId, part]) => {
    const id = regions.get(contentId);
    return id === undefined ? [] : { id, ...part };
  });
}
