// What the person says of results.
import type { ParsedInput } from '../../contract/methods.ts';
import type { EngineParts } from '../parts.ts';
import { notThere } from '../searching/not-there.ts';

export function reviewMethods({ library }: Pick<EngineParts, 'library'>) {
  return {
    markResult({ queryPhotoId, resultPhotoId, relevant }: ParsedInput<'markResult'>): null {
      const [query, result] = [queryPhotoId, resultPhotoId].map((id) => library.photos.tile(id));
      if (!query || !result) throw notThere();
      const mark = { queryContentId: query.contentId, resultContentId: result.contentId };
      if (relevant) library.marks.add(mark, Date.now());
      else library.marks.remove(mark);
      return null;
    },
  };
}
