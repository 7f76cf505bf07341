// What a person says of photos, and taking it back.
import type { ParsedInput } from '../../contract/methods.ts';
import type { TagCount } from '../../contract/organise.ts';
import type { EngineParts } from '../parts.ts';

export function organiseMethods({ library, organiser }: Pick<EngineParts, 'library' | 'organiser'>) {
  return {
    setFavourite: (input: ParsedInput<'setFavourite'>) => organiser.setFavourite(input),
    setStars: (input: ParsedInput<'setStars'>) => organiser.setStars(input),
    setHidden: (input: ParsedInput<'setHidden'>) => organiser.setHidden(input),
    setTags: (input: ParsedInput<'setTags'>) => organiser.setTags(input),
    putIntoAlbum: (input: ParsedInput<'putIntoAlbum'>) => organiser.putIntoAlbum(input),
    takeOutOfAlbum: (input: ParsedInput<'takeOutOfAlbum'>) => organiser.takeOutOfAlbum(input),
    setFolderHidden: (input: ParsedInput<'setFolderHidden'>) => organiser.setFolderHidden(input),

    showHidden({ shown }: ParsedInput<'showHidden'>): null {
      organiser.showHidden(shown);
      return null;
    },

    getHidden: () => ({
      photos: library.hiding.photoIds().length,
      folders: library.hiding.folders(),
      shown: library.hiding.isShown,
    }),

    describePhotos: ({ photoIds }: ParsedInput<'describePhotos'>) => organiser.describe(photoIds),
    listTags: (): TagCount[] => library.annotations.tags(),
    undoChange: ({ changeId }: ParsedInput<'undoChange'>) => organiser.changes.undo(changeId),
    redoChange: () => organiser.changes.redo(),
  };
}
