// Narrowing: what there is to narrow by, and what a filter leaves.
import type { FilterChoices, InsideFolder } from '../../contract/filters.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { EngineParts } from '../parts.ts';
import { checkFilter } from '../searching/check-query.ts';

export function filterMethods({ library }: Pick<EngineParts, 'library'>) {
  const { filters, annotations } = library;
  return {
    filterPhotos({ filter }: ParsedInput<'filterPhotos'>): { photos: number; ids: string } {
      checkFilter(filter);
      const ids = Uint32Array.from(filters.photoIds(filter));
      return { photos: ids.length, ids: Buffer.from(ids.buffer).toString('base64') };
    },

    getFilterChoices: (): FilterChoices => ({
      cameras: filters.choices('camera'),
      lenses: filters.choices('lens'),
      formats: filters.choices('format'),
      tags: annotations.tags().map(({ name, photos }) => ({ value: name, photos })),
    }),

    listInsideFolder: ({ path }: ParsedInput<'listInsideFolder'>): InsideFolder[] => filters.foldersInside(path),
  };
}
