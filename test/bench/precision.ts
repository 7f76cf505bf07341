// How often the ten nearest are of the query's own class.
import { basename, dirname, sep } from 'node:path';
import { ActiveModel } from '../../electron/engine/codes/active-model.ts';
import { embedderInUse } from '../../electron/engine/embedding/choose-embedder.ts';
import { loadFeatureMatrix } from '../../electron/engine/models/samples.ts';
import { search, type SeenQuery } from '../../electron/engine/searching/searcher.ts';
import { Library } from '../../electron/library/library.ts';

export interface Precision {
  queries: number;
  features: number;
  codes: number | null;
  reranked: number | null;
}

/**
 * P@10 over the photos below `<...>/labelled/<class>/`: each is the query, and of the labelled results the
 * ten nearest count.
 */
export async function precisionAtTen(libraryPath: string): Promise<Precision> {
  const library = Library.openReadOnly(libraryPath);
  try {
    const embedder = embedderInUse(library)!;
    const active = ActiveModel.load(library, embedder.id);
    const matrix = loadFeatureMatrix(library, embedder);
    const labels = new Map<number, string>();
    for (const { photoId } of [...library.photos.timelineRows()]) {
      const folder = dirname(library.photos.path(photoId)!);
      if (basename(dirname(folder)) === 'labelled') labels.set(photoId, folder.split(sep).at(-1)!);
    }
    const measure = async (model: ActiveModel | undefined, codesOnly: boolean): Promise<number> => {
      let right = 0;
      for (const [photoId, label] of labels) {
        const { contentId } = library.photos.tile(photoId)!;
        const regionId = library.regions.wholeOf(contentId)!;
        const example = {
          feature: library.features.get(embedder.id, regionId)!,
          regionId,
          contentId,
          photoId,
          weight: 1,
        };
        const query: SeenQuery = { positives: [example], negatives: [], sort: 'likeness' };
        const { results } = await search(
          {
            library,
            embedderId: embedder.id,
            active: model,
            matrix: () => matrix,
            parts: () => {
              throw new Error('No box is asked about here');
            },
            compare: (_, others) => Promise.resolve(others.map(() => -1)),
          },
          query,
          100,
          { codesOnly },
        );
        const labelled = results.filter((result) => labels.has(result.photoId)).slice(0, 10);
        right += labelled.filter((result) => labels.get(result.photoId) === label).length;
      }
      return right / (labels.size * 10);
    };
    return {
      queries: labels.size,
      features: await measure(undefined, false),
      codes: active ? await measure(active, true) : null,
      reranked: active ? await measure(active, false) : null,
    };
  } finally {
    library.close();
  }
}
