// Copies of photos in a folder that is none of the library's: photo folders are never written into.
import { stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import type { Exported } from '../../contract/export.ts';
import type { ParsedInput } from '../../contract/methods.ts';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import { videoType } from '../../library/files/formats.ts';
import { describeFileError } from '../../library/files/walk.ts';
import type { Library } from '../../library/library.ts';
import { isOutOfSpace } from '../../library/out-of-space.ts';
import { saidOf } from './said-of.ts';
import { FolderTarget, ZipTarget, type Target } from './targets.ts';
import { writableFolder } from './writable-folder.ts';
import { isWorthWriting, sidecarOf, toXmp } from './xmp.ts';
import { say } from '../../contract/sentence.ts';

export interface ExportParts {
  readonly library: Library;
  readonly readers: ReaderPool;
  readonly onProgress: (done: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** @throws LikenessError 'bad-input' where the folder is none that may be written into, 'no-space' where the disk is full */
export async function exportPhotos(
  { library, readers, onProgress, signal }: ExportParts,
  { photoIds, folder, side, zip, sidecars }: Omit<ParsedInput<'exportPhotos'>, 'exportId'>,
): Promise<Exported> {
  const into = await writableFolder(library, folder);
  const target: Target = zip ? new ZipTarget(into) : new FolderTarget(into);
  const paths = library.photos.paths(photoIds);
  const failed: Exported['failed'] = [];
  let written = 0;
  try {
    for (const [i, id] of photoIds.entries()) {
      signal?.throwIfAborted();
      const path = paths.get(id);
      try {
        if (path === undefined) throw new LikenessError('not-found', say`It is not in the library any more`);
        await copyOne(target, path, readers, side, sidecars ? xmpOf(library, id) : undefined);
        if (side === null)
          for (const companion of library.companions.of(id))
            await copyOne(target, companion.path, readers, side, undefined);
        written++;
      } catch (error) {
        if (isOutOfSpace(error))
          throw new LikenessError(
            'no-space',
            say`The disk of ${folder} is full, after ${written} photos. Make room there.`,
            {
              cause: error,
            },
          );
        const reason = error instanceof LikenessError ? error.said : describeFileError(error);
        failed.push({ path: path ?? `Photo ${id}`, reason });
      }
      onProgress(i + 1);
    }
    return { written, failed, at: await target.finish() };
  } catch (error) {
    await target.abandon();
    throw error;
  }
}

async function copyOne(
  target: Target,
  path: string,
  readers: ReaderPool,
  side: number | null,
  xmp: string | undefined,
): Promise<void> {
  const { size, mtime, mtimeMs } = await stat(path);
  const name = basename(path, extname(path));
  // A video stays as it is.
  const written =
    side === null || videoType(path) !== undefined
      ? await target.put(name, extname(path), { file: path }, mtime)
      : await target.put(
          name,
          '.jpg',
          { bytes: await readers.preview(path, { size, modifiedAt: mtimeMs }, side) },
          mtime,
        );
  if (xmp !== undefined) await target.put(sidecarOf(written), '', { bytes: Buffer.from(xmp) }, mtime);
}

/** Undefined where nothing is said of it. */
function xmpOf(library: Library, photoId: number): string | undefined {
  const said = saidOf(library, photoId);
  return said && isWorthWriting(said) ? toXmp(said) : undefined;
}
