// When a video was taken by the header of its file, which mediabunny does not tell (ISO/IEC 14496-12, section 8.2.2: `mvhd`).

/** Bytes of the file from a place on; fewer at its end. */
export type ReadBytes = (start: number, length: number) => Promise<DataView>;

/** Milliseconds between 1904 and 1970, from which the two count. */
const SINCE_1904 = -Date.UTC(1904, 0);
/** Boxes that are looked at until the header is found: files of another form have no end of them. */
const MOST_BOXES = 64;
/** Before it no phone wrote videos: clocks that were never set. */
const EARLIEST = Date.UTC(1990, 0);

/** @returns milliseconds since 1970, UTC; null where the file does not say, or is of another form */
export async function movieDate(read: ReadBytes): Promise<number | null> {
  const movie = await findBox(read, 'moov', 0, Infinity);
  const header = movie && (await findBox(read, 'mvhd', movie.start, movie.end));
  if (!header) return null;
  const view = await read(header.start, 12);
  if (view.byteLength < 12) return null;
  const isLong = view.getUint8(0) === 1;
  const seconds = isLong ? Number(view.getBigUint64(4)) : view.getUint32(4);
  const time = seconds * 1000 - SINCE_1904;
  return seconds > 0 && time >= EARLIEST ? time : null;
}

/** Where what is in a box begins and ends. */
async function findBox(
  read: ReadBytes,
  type: string,
  start: number,
  end: number,
): Promise<{ start: number; end: number } | undefined> {
  for (let at = start, boxes = 0; at < end && boxes < MOST_BOXES; boxes++) {
    const view = await read(at, 16);
    if (view.byteLength < 8) return undefined;
    const short = view.getUint32(0);
    const head = short === 1 ? 16 : 8;
    if (view.byteLength < head) return undefined;
    // Nothing said means to the end of the file.
    const size = short === 1 ? Number(view.getBigUint64(8)) : short === 0 ? Infinity : short;
    if (size < head) return undefined;
    const name = String.fromCharCode(...[4, 5, 6, 7].map((i) => view.getUint8(i)));
    if (name === type) return { start: at + head, end: at + size };
    at += size;
  }
  return undefined;
}
