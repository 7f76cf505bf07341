// How embedders rank what the person marked as right: all of them on the same photos, by the features alone.
import type { LimitFunction } from 'p-limit';
import type { EmbedderRanking } from '../../contract/embedders.ts';
import type { EmbedderRow } from '../../library/rows/feature-rows.ts';
import type { Library } from '../../library/library.ts';
import type { RelevanceMark } from '../../library/rows/relevance-mark-rows.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import { seededRandom } from '../../numeric/random.ts';
import { FeatureMatrix } from '../../search/exact.ts';
import type { Embedder } from '../../vision/embedder.ts';

const MARKS = 200;
const OTHERS = 500;
const PLACES = 10;
const SEED = 11;

/** What embedders are compared on. */
export interface RankingTask {
  marks: RelevanceMark[];
  /** The contents of all marks, and others to be told from them. */
  contentIds: number[];
}

/** The latest marks, and photos drawn at random; the same at every call while the library is the same. */
export function chooseRankingTask(library: Library, inUse: EmbedderRow): RankingTask {
  const seen = library.regions.find(library.features.regionIds(inUse.id));
  const known = [...seen.values()].flatMap(({ kind, contentId }) => (kind === 'whole' ? contentId : []));
  const there = new Set(known);
  const marks = library.marks
    .latest(MARKS)
    .filter(({ queryContentId, resultContentId }) => there.has(queryContentId) && there.has(resultContentId));
  const marked = new Set(marks.flatMap(({ queryContentId, resultContentId }) => [queryContentId, resultContentId]));
  const others = seededRandom(SEED)
    .shuffle(known.filter((id) => !marked.has(id)))
    .slice(0, OTHERS);
  return { marks, contentIds: [...marked, ...others] };
}

/** Looks at the thumbnails of all of them, with one embedder. */
export async function rankWith(
  embedder: Embedder,
  { marks, contentIds }: RankingTask,
  { library, readers, semaphore }: { library: Library; readers: ReaderPool; semaphore: LimitFunction },
): Promise<EmbedderRanking> {
  // Known by their contents: each is looked at as a whole.
  const matrix = new FeatureMatrix(embedder.dimensions);
  const features = new Map<number, Float32Array>();
  for (let start = 0; start < contentIds.length; start += embedder.batch) {
    const ids = contentIds.slice(start, start + embedder.batch);
    const pixels = await Promise.all(
      ids.map((id) => semaphore(() => readers.pixels(library.contents.thumbnail(id)!, embedder.input))),
    );
    const vectors = await semaphore(() => embedder.embed(pixels));
    ids.forEach((id, i) => {
      matrix.append(id, vectors[i]!);
      features.set(id, vectors[i]!);
    });
  }
  const found = marks.filter(({ queryContentId, resultContentId }) => {
    const { candidates } = matrix.search(
      { positives: [{ vector: features.get(queryContentId)!, weight: 1 }], negatives: [] },
      PLACES + 1,
    );
    return [...candidates.ids]
      .filter((id) => id !== queryContentId)
      .slice(0, PLACES)
      .includes(resultContentId);
  });
  return { marks: marks.length, share: marks.length === 0 ? 0 : found.length / marks.length, among: contentIds.length };
}
