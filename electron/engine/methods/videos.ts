// Videos, which pages take apart.
import { stat } from 'node:fs/promises';
import type { VideoFile } from '../../contract/media.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';
import type { VideoToRead } from '../../contract/videos.ts';
import { videoType } from '../../library/files/formats.ts';
import { describeFileError } from '../../library/files/walk.ts';
import type { Library } from '../../library/library.ts';
import type { EngineParts } from '../parts.ts';
import { notThere } from '../searching/not-there.ts';

export function videoMethods({ videos }: Pick<EngineParts, 'videos'>) {
  return {
    nextVideo: (): Promise<VideoToRead | null> => videos.next(),

    async addVideo({ photoId, found, bytes }: ParsedInput<'addVideo'>): Promise<null> {
      await videos.take(photoId, found, bytes);
      return null;
    },

    failVideo({ photoId, reason, codec }: ParsedInput<'failVideo'>): null {
      videos.giveUp(photoId, reason, codec);
      return null;
    },
  };
}

/** @throws LikenessError 'not-found' where it is no video of the library, 'unavailable' where its file is not there */
export async function videoFile(library: Library, photoId: number): Promise<VideoFile> {
  const path = library.photos.path(photoId);
  const type = path === undefined ? undefined : videoType(path);
  if (path === undefined || type === undefined) throw notThere();
  if (library.photos.isAway(photoId))
    throw new LikenessError('unavailable', say`${path} cannot be opened: its drive is not connected.`);
  try {
    return { path, type, size: (await stat(path)).size };
  } catch (error) {
    const reason = describeFileError(error);
    throw new LikenessError('unavailable', say`${path} cannot be opened: ${reason}. Is its drive connected?`, {
      cause: error,
    });
  }
}
