// Where a photo's file lies, once it is sure that it is there.
import { stat } from 'node:fs/promises';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import { describeFileError } from '../../library/files/walk.ts';
import type { Library } from '../../library/library.ts';
import { notThere } from '../searching/not-there.ts';

/** @throws LikenessError 'not-found', or 'unavailable' where the photo's file is not there */
export async function existingPath(library: Library, photoId: number): Promise<string> {
  const path = library.photos.path(photoId);
  if (path === undefined) throw notThere();
  // A share whose server is gone would not answer, and each question costs a thread.
  if (library.photos.isAway(photoId))
    throw new LikenessError('unavailable', say`${path} cannot be opened: its drive is not connected.`);
  try {
    await stat(path);
  } catch (error) {
    const reason = describeFileError(error);
    throw new LikenessError('unavailable', say`${path} cannot be opened: ${reason}. Is its drive connected?`, {
      cause: error,
    });
  }
  return path;
}
