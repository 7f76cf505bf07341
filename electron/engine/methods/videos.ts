// Videos, which pages take apart.
import { stat } from 'node:fs/promises';
import type { VideoFile } from '../../contract/media.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { VideoToRead } from '../../contract/videos.ts';
import { videoType } from '../../library/files/formats.ts';
import type { Library } from '../../library/library.ts';
import type { EngineParts } from '../parts.ts';
import { notThere } from '../searching/not-there.ts';
import { existingPath } from './existing-path.ts';

export function videoMethods({ videos }: Pick<EngineParts, 'videos'>) {
  return {
    nextVideo: (): Promise<VideoToRead | null> => videos.next(),

    async addVideo({ photoId, found, bytes }: ParsedInput<'addVideo'>): Promise<null> {
      await videos.take(photoId, found, bytes);
      return null;
    },

    async failVideo({ photoId, reason, codec }: ParsedInput<'failVideo'>): Promise<null> {
      await videos.giveUp(photoId, reason, codec);
      return null;
    },
  };
}

/** @throws LikenessError 'not-found' where it is no video of the library, 'unavailable' where its file is not there */
export async function videoFile(library: Library, photoId: number): Promise<VideoFile> {
  const path = await existingPath(library, photoId);
  const type = videoType(path);
  if (type === undefined) throw notThere();
  return { path, type, size: (await stat(path)).size };
}
