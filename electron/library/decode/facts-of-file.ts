// What is told of a photo, without decoding its picture.
import { readBeside } from '../files/beside.ts';
import { whileUnchanged, type FileStamp } from '../files/read-file.ts';
import { readFacts, type PhotoFacts } from './metadata.ts';

/** Bytes from the beginning in which JPEG, PNG and WebP files hold their metadata; others may hold them anywhere. */
const HEAD = 2 ** 18;

/** @throws LikenessError 'changed' or 'unreadable' */
export async function factsOfFile(path: string, stamp: FileStamp, now: number): Promise<PhotoFacts> {
  const bytes = await whileUnchanged(path, stamp, async (handle) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(HEAD, stamp.size)), 0, null, 0);
    const head = buffer.subarray(0, bytesRead);
    return holdsThemAtTheBeginning(head) ? head : handle.readFile();
  });
  return readFacts(bytes, now, await readBeside(path));
}

function holdsThemAtTheBeginning(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, 12)).toString('latin1');
  return /^(\xff\xd8|\x89PNG|RIFF....WEBP)/s.test(start);
}
