// What a person says of photos, the trash, and taking all of it back.
import type { ParsedInput } from '../../contract/methods.ts';
import { trashPhotos } from '../organising/trash.ts';
import type { EngineParts } from '../parts.ts';

type Parts = Pick<EngineParts, 'library' | 'organiser' | 'folders' | 'timeline' | 'jobs' | 'desktop'>;

export function organiseMethods({ library, organiser, folders, timeline, jobs, desktop }: Parts) {
  const trash = {
    library,
    changes: organiser.changes,
    moveToTrash: desktop?.moveToTrash.bind(desktop),
    onRemoved: (photoIds: readonly number[]): void => {
      timeline.remove(photoIds);
      jobs.publish();
    },
    onBack: (paths: readonly string[]): void => folders.lookAt(paths),
  };
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

    describePhotos: ({ photoIds }: ParsedInput<'describePhotos'>) => organiser.describe(photoIds),
    getLabels: () => organiser.labels(),
    undoChange: ({ changeId }: ParsedInput<'undoChange'>) => organiser.changes.undo(changeId),
    redoChange: () => organiser.changes.redo(),
    trashPhotos: ({ photoIds }: ParsedInput<'trashPhotos'>) => trashPhotos(trash, photoIds),
  };
}
