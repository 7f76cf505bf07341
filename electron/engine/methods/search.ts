// Searching.
import type { ParsedInput } from '../../contract/methods.ts';
import type { Explanation, SearchAnswer } from '../../contract/search.ts';
import type { EngineParts } from '../parts.ts';
import { compareParts } from '../searching/compare-parts.ts';

type Parts = Pick<EngineParts, 'queries' | 'samples' | 'library' | 'photoParts'>;

export function searchMethods({ queries, samples, library, photoParts }: Parts) {
  return {
    searchPhotos: (input: ParsedInput<'searchPhotos'>, signal?: AbortSignal): Promise<SearchAnswer> =>
      queries.search(input, signal),

    listSamples: () => samples.list(),
    searchSamples: ({ sampleId }: ParsedInput<'searchSamples'>) => samples.search(sampleId),

    explainResult: (input: ParsedInput<'explainResult'>): Promise<Explanation | null> => queries.explain(input),

    compareParts: ({ photoId, otherId }: ParsedInput<'compareParts'>) =>
      compareParts({ library, photoParts }, photoId, otherId),

    addExample: (input: ParsedInput<'addExample'>): Promise<{ exampleId: number }> => queries.addExample(input),
  };
}
