// Folders: adding, removing and choosing them.
import { homedir } from 'node:os';
import type { ParsedInput } from '../../contract/methods.ts';
import type { FolderInfo, Listing } from '../../contract/folders.ts';
import { listFolders } from '../indexing/list-folders.ts';
import type { EngineParts } from '../parts.ts';
import { folderInfos } from './status.ts';

type Parts = Pick<EngineParts, 'library' | 'folders' | 'removal' | 'jobs' | 'sidecars' | 'emit'>;

export function folderMethods({ library, folders, removal, jobs, sidecars, emit }: Parts) {
  return {
    async addFolder({ path }: ParsedInput<'addFolder'>): Promise<FolderInfo> {
      const row = await folders.add(path);
      folders.start(row).catch((error: unknown) => jobs.fail(error));
      return folderInfos({ library, folders }).find(({ folderId }) => folderId === row.id)!;
    },

    async removeFolder({ folderId }: ParsedInput<'removeFolder'>): Promise<null> {
      await folders.remove(folderId);
      await removal.removeFolder(folderId);
      return null;
    },

    async relocateFolder({ folderId, path }: ParsedInput<'relocateFolder'>): Promise<null> {
      await folders.relocate(folderId, path);
      return null;
    },

    setSidecars({ folderId, on }: ParsedInput<'setSidecars'>): null {
      library.folders.setSidecars(folderId, on);
      sidecars.catchUp();
      emit({ name: 'foldersChanged', detail: { folders: library.folders.all().length } });
      return null;
    },

    browseFolders: ({ path }: ParsedInput<'browseFolders'>): Promise<Listing> => listFolders(path ?? homedir()),
  };
}
