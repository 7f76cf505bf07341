// What a person says of photos, the trash, and taking all of it back.
import type { ParsedInput } from '../../contract/methods.ts';
import { trashPhotos, type RemovalParts } from '../organising/trash.ts';
import type { EngineParts } from '../parts.ts';

type Parts = Pick<EngineParts, 'library' | 'organiser' | 'folders' | 'timeline' | 'jobs' | 'desktop'>;

export function organiseMethods({ library, organiser, folders, timeline, jobs, desktop }: Parts) {
  const trash = {
    ...removalParts({ library, folders, timeline, jobs }),
    changes: organiser.changes,
    moveToTrash: desktop?.moveToTrash.bind(desktop),
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

/** What follows for the catalogue and the pages when files are moved away. */
export function removalParts({
  library,
  folders,
  timeline,
  jobs,
}: Pick<EngineParts, 'library' | 'folders' | 'timeline' | 'jobs'>): RemovalParts {
  return {
    library,
    onRemoved: (photoIds) => {
      timeline.remove(photoIds);
      jobs.publish();
    },
    onBack: (paths) => folders.lookAt(paths),
  };
}
