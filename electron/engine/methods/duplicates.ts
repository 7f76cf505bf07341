// Duplicates: what there is to decide, what was decided, and files that move away.
import type { ParsedInput } from '../../contract/methods.ts';
import type { DuplicateFile, Duplicates } from '../../contract/duplicates.ts';
import type { Change } from '../../contract/organise.ts';
import type { Trashed } from '../../contract/trash.ts';
import { writableFolder } from '../export/writable-folder.ts';
import { moveBack, moveInto } from '../export/move-into.ts';
import { movePhotos } from '../organising/trash.ts';
import type { EngineParts } from '../parts.ts';
import { toFile } from '../duplicates/duplicate-groups.ts';
import { DuplicateReview } from '../duplicates/duplicate-review.ts';
import { setPreferredFolders } from '../duplicates/preferred-folders.ts';
import { removalParts } from './organise.ts';

type Parts = Pick<EngineParts, 'library' | 'organiser' | 'duplicateSearch' | 'folders' | 'timeline' | 'jobs'>;

export function duplicateMethods(parts: Parts) {
  const { library, organiser, duplicateSearch } = parts;
  const review = new DuplicateReview(library);
  return {
    getDuplicates(input: ParsedInput<'getDuplicates'>): Duplicates {
      duplicateSearch.wanted();
      return review.list(input);
    },

    decideDuplicates: (input: ParsedInput<'decideDuplicates'>): Change => organiser.decideDuplicates(input),

    getStacks: (): { stacks: number[][] } => ({ stacks: [...review.stacks()] }),

    listToGo: (): { files: DuplicateFile[] } => ({ files: library.duplicates.toGo().map(toFile) }),

    keepAfterAll: ({ photoIds }: ParsedInput<'keepAfterAll'>): Change => organiser.keepAfterAll(photoIds),

    setPreferredFolders({ folders }: ParsedInput<'setPreferredFolders'>): null {
      setPreferredFolders(library, folders);
      return null;
    },

    async movePhotosAway({ photoIds, folder }: ParsedInput<'movePhotosAway'>): Promise<Trashed> {
      const into = await writableFolder(library, folder);
      const places = new Map<string, string>();
      return movePhotos({ ...removalParts(parts), changes: organiser.changes }, photoIds, 'moved', {
        go: async (path) => void places.set(path, await moveInto(path, into)),
        back: (path) => moveBack(places.get(path)!, path),
      });
    },
  };
}
