// Folders: adding, removing and choosing them.
import { homedir } from 'node:os';
import { LikenessError } from '../../contract/errors.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { FolderInfo, Listing } from '../../contract/folders.ts';
import { say } from '../../contract/sentence.ts';
import { listFolders } from '../indexing/list-folders.ts';
import type { EngineParts } from '../parts.ts';
import { folderInfos } from './status.ts';

type Parts = Pick<EngineParts, 'library' | 'folders' | 'removal' | 'jobs' | 'sidecars' | 'cards' | 'emit'>;

export function folderMethods({ library, folders, removal, jobs, sidecars, cards, emit }: Parts) {
  const tellFoldersChanged = (): void =>
    emit({ name: 'foldersChanged', detail: { folders: library.folders.all().length } });
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
      tellFoldersChanged();
      return null;
    },

    async setDriveCard({ folderId, on }: ParsedInput<'setDriveCard'>): Promise<null> {
      const folder = library.folders.all().find(({ id }) => id === folderId);
      if (!folder) throw new LikenessError('not-found', say`There is no folder with the number ${folderId}.`);
      await cards.set(folder, on);
      tellFoldersChanged();
      return null;
    },

    browseFolders: ({ path }: ParsedInput<'browseFolders'>): Promise<Listing> => listFolders(path ?? homedir()),
  };
}
