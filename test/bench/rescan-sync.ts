// Folders of a library that are followed, or looked through once, by nothing else than what does that in the engine.
import { FolderSync } from '../../electron/engine/indexing/folder-sync.ts';
import type { Library } from '../../electron/library/library.ts';

export function syncOf(library: Library, watching: boolean): FolderSync {
  return new FolderSync(
    library,
    watching,
    { listVolumes: () => Promise.resolve([]), isOnShare: () => Promise.resolve(false), placeholders: false },
    {
      onWork: () => undefined,
      onFirstLook: () => Promise.resolve(),
      onPhotosRemoved: () => undefined,
      onFoldersChanged: () => undefined,
      onWalkProgress: () => undefined,
      onError: (error) => {
        throw error;
      },
    },
  );
}
