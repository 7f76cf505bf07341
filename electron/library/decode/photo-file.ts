// A photo's file with what another program did to it, kept beside it.
import { createHash } from 'node:crypto';
import { readBeside, type Beside } from '../files/beside.ts';
import { isRawName } from '../files/formats.ts';
import { hashFile, readPicture, whileUnchanged, type FileStamp } from '../files/read-file.ts';
import { rawEdits, type RawEdits } from './raw-edits.ts';

/** Bytes from the beginning in which RAW files that are TIFFs say how the camera was held. */
const HEAD = 2 ** 16;

export interface PhotoFile {
  bytes: Uint8Array;
  /** What lies beside it. */
  beside: Beside;
  edits: RawEdits | undefined;
}

/** @throws LikenessError as readPicture does */
export async function readPhoto(path: string, stamp: FileStamp): Promise<PhotoFile> {
  const [bytes, beside] = await Promise.all([readPicture(path, stamp), readBeside(path)]);
  return { bytes, beside, edits: isRawName(path) ? rawEdits(bytes.subarray(0, HEAD), beside) : undefined };
}

/**
 * SHA-256 of a file's bytes; of a RAW file that was turned or cropped, of that and how: shown otherwise, it is another picture.
 * @throws LikenessError as hashFile does
 */
export async function hashPhoto(path: string, stamp: FileStamp): Promise<Uint8Array> {
  const hash = await hashFile(path, stamp);
  if (!isRawName(path)) return hash;
  const beside = await readBeside(path);
  if (beside.xmp.length === 0) return hash;
  const head = await whileUnchanged(path, stamp, async (handle) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(HEAD, stamp.size)), 0, null, 0);
    return buffer.subarray(0, bytesRead);
  });
  const edits = rawEdits(head, beside);
  return edits ? createHash('sha256').update(hash).update(JSON.stringify(edits)).digest() : hash;
}
