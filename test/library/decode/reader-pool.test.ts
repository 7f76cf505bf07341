import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import type { PixelRequest } from '../../../electron/contract/pixels.ts';
import { ReaderPool } from '../../../electron/library/decode/reader-pool.ts';
import { until } from '../../support/engines.ts';
import { makePicture } from '../../support/pictures.ts';

const REQUEST: PixelRequest = { width: 32, height: 32, fit: 'fill', resizeShortSide: 32 };

/** A bitmap of so many pixels, all black (Windows' BITMAPINFOHEADER, three bytes a pixel). */
function bitmap(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(54 + width * height * 3);
  bytes.write('BM');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(54, 10);
  bytes.writeUInt32LE(40, 14);
  bytes.writeInt32LE(width, 18);
  bytes.writeInt32LE(height, 22);
  bytes.writeUInt16LE(1, 26);
  bytes.writeUInt16LE(24, 28);
  return bytes;
}

const readers = (): string[] =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('reader-process'));

it.skipIf(process.platform !== 'linux')(
  'A reader that holds much memory after a large picture makes room for another, and answers what it was asked before',
  async () => {
    const pool = new ReaderPool(1);
    onTestFinished(() => pool.close());
    const small = await makePicture(1);
    await pool.decodeBytes(small, REQUEST);
    const before = readers();
    await pool.decodeBytes(small, REQUEST);
    expect(readers()).toEqual(before);
    const [large, queued] = await Promise.all([
      pool.decodeBytes(bitmap(4096, 4096), REQUEST),
      pool.decodeBytes(small, REQUEST),
    ]);
    expect([large.width, queued.width]).toEqual([4096, 160]);
    await until(readers, (now) => !now.some((id) => before.includes(id)));
    expect((await pool.decodeBytes(small, REQUEST)).width).toBe(160);
  },
);
