import { describe, expect, it } from 'vitest';
import { movieDate } from '../../../renderer/videos/movie-date.ts';

const box = (type: string, ...parts: Buffer[]): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + parts.reduce((sum, { length }) => sum + length, 0));
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, ...parts]);
};

const SHOT = Date.UTC(2023, 6, 8, 9, 10, 11);
const seconds = (time: number): number => (time - Date.UTC(1904, 0)) / 1000;

/** A movie header (ISO/IEC 14496-12, section 8.2.2), as far as the date goes. */
function header(time: number, version: 0 | 1 = 0): Buffer {
  const bytes = Buffer.alloc(version === 1 ? 32 : 20);
  bytes.writeUInt8(version);
  if (version === 1) bytes.writeBigUInt64BE(BigInt(time), 4);
  else bytes.writeUInt32BE(time, 4);
  return box('mvhd', bytes);
}

const dateOf = (file: Buffer): Promise<number | null> =>
  movieDate((start, length) => {
    const part = Uint8Array.from(file.subarray(start, start + length));
    return Promise.resolve(new DataView(part.buffer));
  });

describe('The date in the header of a video', () => {
  const brand = box('ftyp', Buffer.from('isom'));

  it('is found before or behind the pictures, in both lengths', async () => {
    const movie = box('moov', header(seconds(SHOT)), box('trak'));
    const pictures = box('mdat', Buffer.alloc(5000));
    expect(await dateOf(Buffer.concat([brand, movie, pictures]))).toBe(SHOT);
    expect(await dateOf(Buffer.concat([brand, pictures, movie]))).toBe(SHOT);
    expect(await dateOf(Buffer.concat([brand, box('moov', header(seconds(SHOT), 1))]))).toBe(SHOT);
    // Pictures of more than 4 GiB say their length in eight bytes.
    const long = Buffer.alloc(16);
    long.writeUInt32BE(1);
    long.write('mdat', 4);
    long.writeBigUInt64BE(16n + 100n, 8);
    expect(await dateOf(Buffer.concat([brand, long, Buffer.alloc(100), movie]))).toBe(SHOT);
  });

  it('is none where no clock was set, or where the file is cut, damaged or of another form', async () => {
    for (const time of [0, 1, seconds(Date.UTC(1970, 0))])
      expect(await dateOf(Buffer.concat([brand, box('moov', header(time))]))).toBeNull();
    const whole = Buffer.concat([brand, box('moov', header(seconds(SHOT)))]);
    for (let length = 0; length < whole.length - 13; length++)
      expect(await dateOf(whole.subarray(0, length))).toBeNull();
    expect(
      await dateOf(Buffer.from('\x1aE\xdf\xa3 a file of another form, long enough to look at', 'latin1')),
    ).toBeNull();
    expect(await dateOf(Buffer.alloc(1000))).toBeNull();
    expect(await dateOf(Buffer.concat(Array.from({ length: 200 }, () => box('free'))))).toBeNull();
  });
});
