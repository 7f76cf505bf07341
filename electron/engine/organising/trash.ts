// Moves files into the system's trash, or to a folder that a person named, and back: only when it is told to.
import { stat } from 'node:fs/promises';
import { LikenessError } from '../../contract/errors.ts';
import type { Trashed } from '../../contract/trash.ts';
import { canRestore, restore } from '../../library/files/trashed.ts';
import { describeFileError } from '../../library/files/walk.ts';
import type { Library } from '../../library/library.ts';
import type { Changes, Turn } from './changes.ts';
import { say } from '../../contract/sentence.ts';

export interface RemovalParts {
  readonly library: Library;
  /** Photos are gone from the catalogue. */
  readonly onRemoved: (photoIds: readonly number[]) => void;
  /** Files have come back, or should be looked at again. */
  readonly onBack: (paths: readonly string[]) => void;
}

export interface MoveParts extends RemovalParts {
  readonly changes: Changes;
}

export interface TrashParts extends MoveParts {
  /** Moves one file into the trash; absent where nobody could be asked. */
  readonly moveToTrash: ((path: string) => Promise<void>) | undefined;
}

/** Where files go, one at a time, and how they come back to where they were. */
export interface Way {
  go(path: string): Promise<void>;
  /** Absent where a program cannot take them back. */
  back?: (path: string) => Promise<void>;
}

/** What a file was when it was read: another one in its place is not what the person saw. */
interface Seen {
  photoId: number;
  path: string;
  size: number;
  modifiedAt: number;
}

/** With the files that the photos show. @throws LikenessError 'unavailable' in commands, which ask nobody */
export async function trashPhotos(parts: TrashParts, photoIds: readonly number[]): Promise<Trashed> {
  return movePhotos(parts, photoIds, 'trash', { go: toTrash(parts), ...(canRestore && { back: restore }) });
}

/** Moves the files of photos, with those that they show, to where a person wants them. */
export async function movePhotos(
  parts: MoveParts,
  photoIds: readonly number[],
  kind: 'trash' | 'moved',
  way: Way,
): Promise<Trashed> {
  const { trashed, failed } = await moveAll(parts, parts.library.companions.withCompanions(photoIds), way);
  const paths = trashed.map(({ path }) => path);
  const canUndo = way.back !== undefined && paths.length > 0;
  const change = canUndo ? parts.changes.add(kind, paths.length, restoring(parts, paths, way)) : null;
  return { trashed: paths.length, failed, change };
}

function toTrash({ moveToTrash }: TrashParts): Way['go'] {
  if (!moveToTrash)
    throw new LikenessError('unavailable', say`Files are moved to the trash from the window or the browser page only.`);
  return moveToTrash;
}

async function moveAll(
  { library, onRemoved, onBack }: RemovalParts,
  photoIds: readonly number[],
  way: Way,
): Promise<{ trashed: Seen[]; failed: Trashed['failed'] }> {
  const trashed: Seen[] = [];
  const failed: Trashed['failed'] = [];
  const changed: string[] = [];
  for (const photoId of photoIds) {
    const path = library.photos.path(photoId);
    const photo = path === undefined ? undefined : library.photos.byPath(path);
    if (!photo) continue;
    const { size, modifiedAt } = photo;
    try {
      const now = await stat(photo.path);
      if (now.size !== size || now.mtimeMs !== modifiedAt) {
        changed.push(photo.path);
        throw new LikenessError('changed', say`It has changed since it was read. Look at it again first`);
      }
      await way.go(photo.path);
      trashed.push({ photoId, path: photo.path, size, modifiedAt });
    } catch (error) {
      const reason = error instanceof LikenessError ? error.said : describeFileError(error);
      failed.push({ path: photo.path, reason });
    }
  }
  const ids = trashed.map(({ photoId }) => photoId);
  library.photos.remove(ids);
  if (ids.length > 0) onRemoved(ids);
  if (changed.length > 0) onBack(changed);
  return { trashed, failed };
}

/** Puts files back; done again, they go once more. Those that do not come back may be tried again. */
function restoring(parts: RemovalParts, paths: readonly string[], way: Way): Turn {
  let left = paths;
  return {
    async turn() {
      const back: string[] = [];
      const failed: Trashed['failed'] = [];
      for (const path of left) {
        try {
          await way.back!(path);
          back.push(path);
        } catch (error) {
          const reason = error instanceof LikenessError ? error.said : say`${path}: ${describeFileError(error)}`;
          failed.push({ path, reason });
        }
      }
      if (back.length > 0) parts.onBack(back);
      left = failed.map(({ path }) => path);
      if (failed.length > 0) {
        throw new LikenessError(
          'unavailable',
          say`${back.length} of ${back.length + failed.length} files came back. ${failed[0]!.reason}.`,
        );
      }
      return {
        turn: async () => {
          const photoIds = back.flatMap((path) => parts.library.photos.byPath(path)?.id ?? []);
          const { trashed } = await moveAll(parts, photoIds, way);
          const gone = trashed.map(({ path }) => path);
          return restoring(parts, gone, way);
        },
      };
    },
  };
}
