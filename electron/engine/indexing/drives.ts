// On which drive each watched folder lies, and where that drive is now.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { movedPath } from '../../library/files/paths.ts';
import type { Library } from '../../library/library.ts';
import type { FolderRow } from '../../library/rows/folder-rows.ts';
import { placeOn, type ListVolumes, type Volume } from '../../library/files/volumes.ts';

/** Photos that are looked for to tell whether a folder is the one that was known. */
const SAMPLE = 20;
/** Milliseconds that a list of the drives holds. */
const LIST_HOLDS = 3000;
/** A drive that is away is looked for in this share of the time at most: asking the system starts a program, on Windows a slow one. */
const SHARE_OF_TIME = 1 / 30;

export class Drives {
  readonly #library: Library;
  readonly #list: ListVolumes;
  /** Folders whose drive was looked at, with the device it had then. */
  readonly #seen = new Map<number, string>();
  #listed: { volumes: Promise<Volume[]>; at: number; took: number } | undefined;

  constructor(library: Library, list: ListVolumes) {
    this.#library = library;
    this.#list = list;
  }

  /**
   * Whether what lies at a folder's path is on the folder's own drive. Notes the drive of a folder that has none yet.
   * @param device st_dev of what is there
   */
  async isItsOwn(folder: FolderRow, device: string): Promise<boolean> {
    if (this.#seen.get(folder.id) === device) return true;
    const place = await placeOn(await this.#volumes(), folder.path);
    if (place && place.volume.id !== folder.volume) {
      // A drive that was copied or formatted has another id: the photos tell that it is the folder that was known.
      if (folder.volume !== null && !(await holdsPhotosOf(this.#library, folder, folder.path))) return false;
      this.#library.folders.setVolume(folder.id, place);
    } else if (!place && folder.volume !== null && (await this.placeNow(folder)) !== undefined) return false;
    this.#seen.set(folder.id, device);
    return true;
  }

  /** Where a folder lies on its drive, where that is connected somewhere else than it was; undefined where it is not. */
  async placeNow({ volume, volumePath, path }: FolderRow): Promise<string | undefined> {
    if (volume === null || volumePath === null) return undefined;
    const holds = Math.max(LIST_HOLDS, (this.#listed?.took ?? 0) / SHARE_OF_TIME);
    for (const { id, mountPoint } of await this.#volumes(holds)) {
      const now = join(mountPoint, volumePath);
      if (id === volume && now !== path && (await isFolder(now))) return now;
    }
    return undefined;
  }

  /** What is there is looked at again. */
  forget(folderId: number): void {
    this.#seen.delete(folderId);
  }

  /** @param holds milliseconds that an earlier list will do */
  async #volumes(holds = LIST_HOLDS): Promise<Volume[]> {
    const at = performance.now();
    if (!this.#listed || at - this.#listed.at > holds) {
      // Without a list, folders are known by their paths alone, as on a system that knows no ids.
      const listed = { volumes: this.#list().catch(() => []), at, took: 0 };
      this.#listed = listed;
      void listed.volumes.then(() => (listed.took = performance.now() - at));
    }
    return this.#listed.volumes;
  }
}

/** Whether most of some photos of a folder are found below a path, in the same size; true of a folder without photos. */
export async function holdsPhotosOf(library: Library, { id, path: from }: FolderRow, at: string): Promise<boolean> {
  const sample = library.photos.sampleOf(id, SAMPLE);
  const found = await Promise.all(
    sample.map(({ path, size }) => {
      return stat(movedPath(path, from, at)).then(
        (stats) => stats.size === size,
        () => false,
      );
    }),
  );
  return found.filter(Boolean).length * 2 >= sample.length;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
