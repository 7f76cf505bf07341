// The process that opens picture files: a hostile one can crash or hang this process and nothing else.
import { setPriority } from 'node:os';
import workerpool from 'workerpool';
import { LikenessError } from '../contract/errors.ts';
import { decodePhoto, decodePixels, renderPreview, type PixelRequest } from './decode.ts';
import { editedCopies } from './edits.ts';
import { FileChanged, hashFile, readPicture, type FileStamp } from './read-file.ts';

try {
  setPriority(10);
} catch {
  // Where the system does not let a program lower its own priority, it runs at the ordinary one.
}

/** Errors lose their class on the way between processes; this is what arrives instead. */
export type Outcome<T> = { ok: T } | { unreadable: string } | { changed: true };

async function outcome<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: await work() };
  } catch (error) {
    if (error instanceof FileChanged) return { changed: true };
    if (error instanceof LikenessError) return { unreadable: error.message };
    throw error;
  }
}

export const tasks = {
  hash: (path: string, stamp: FileStamp) => outcome(() => hashFile(path, stamp)),
  decode: (path: string, stamp: FileStamp, request: PixelRequest) =>
    outcome(async () => decodePhoto(await readPicture(path, stamp), request, Date.now())),
  decodeBytes: (bytes: Uint8Array, request: PixelRequest) => outcome(() => decodePhoto(bytes, request, Date.now())),
  pixels: (bytes: Uint8Array, request: PixelRequest) => outcome(() => decodePixels(bytes, request)),
  pixelsOfFile: (path: string, stamp: FileStamp, request: PixelRequest) =>
    outcome(async () => decodePixels(await readPicture(path, stamp), request)),
  decodeEdited: (path: string, stamp: FileStamp, request: PixelRequest) =>
    outcome(async () => {
      const copies = await editedCopies(await readPicture(path, stamp));
      return Promise.all(copies.map((copy) => decodePixels(copy, request)));
    }),
  preview: (path: string, stamp: FileStamp, side: number) =>
    outcome(async () => renderPreview(await readPicture(path, stamp), side)),
  previewBytes: (bytes: Uint8Array, side: number) => outcome(() => renderPreview(bytes, side)),
};

workerpool.worker(tasks);
