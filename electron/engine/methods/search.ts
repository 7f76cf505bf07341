// Searching.
import type { ParsedInput } from '../../contract/methods.ts';
import type { SearchAnswer } from '../../contract/search.ts';
import type { EngineParts } from '../parts.ts';

export function searchMethods({ queries, samples }: Pick<EngineParts, 'queries' | 'samples'>) {
  return {
    searchPhotos: (input: ParsedInput<'searchPhotos'>, signal?: AbortSignal): Promise<SearchAnswer> =>
      queries.search(input, signal),

    listSamples: () => samples.list(),
    searchSamples: ({ sampleId }: ParsedInput<'searchSamples'>) => samples.search(sampleId),

    addExample: (input: ParsedInput<'addExample'>): Promise<{ exampleId: number }> => queries.addExample(input),
  };
}
