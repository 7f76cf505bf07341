// A photo's file with what another program did to it, kept beside it.
import { createHash } from 'node:crypto';
import { readBeside } from '../files/beside.ts';
import { isRawName } from '../files/formats.ts';
import { hashFile, readPicture, whileUnchanged, type FileStamp } from '../files/read-file.ts';
import { rawEdits, type RawEdits } from './raw-edits.ts';

/** Bytes from the beginning in which RAW files that are TIFFs say how the camera was held. */
const HEAD = 2 ** 16;

/** @throws LikenessError as readPicture does */
export async function readPhoto(
  path: string,
  stamp: FileStamp,
): Promise<{ bytes: Uint8Array; edits: RawEdits | undefined }> {
  const bytes = await readPicture(path, stamp);
  return { bytes, edits: await editsOf(path, () => Promise.resolve(bytes.subarray(0, HEAD))) };
}

/**
 * SHA-256 of a file's bytes; of a RAW file that was turned or cropped, of that and how: shown otherwise, it is another picture.
 * @throws LikenessError as hashFile does
 */
export async function hashPhoto(path: string, stamp: FileStamp): Promise<Uint8Array> {
  const hash = await hashFile(path, stamp);
  const edits = await editsOf(path, () =>
    whileUnchanged(path, stamp, async (handle) => {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(HEAD, stamp.size)), 0, null, 0);
      return buffer.subarray(0, bytesRead);
    }),
  );
  return edits ? createHash('sha256').update(hash).update(JSON.stringify(edits)).digest() : hash;
}

async function editsOf(path: string, readHead: () => Promise<Uint8Array>): Promise<RawEdits | undefined> {
  if (!isRawName(path)) return undefined;
  const beside = await readBeside(path);
  return beside.xmp.length === 0 ? undefined : rawEdits(await readHead(), beside);
}
