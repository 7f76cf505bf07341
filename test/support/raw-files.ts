// RAW files as cameras write them: a TIFF with the camera's own JPEG, and what the sensor saw (Adobe's DNG specification 1.7, chapter 3).
import sharp from 'sharp';

export interface RawFileOptions {
  /** Pixels of the sensor. */
  width?: number;
  height?: number;
  /** The JPEG in it; none where it is not given. */
  preview?: Buffer | undefined;
  /** As EXIF numbers it: 1, 3, 6 or 8. */
  orientation?: number;
  make?: string;
  model?: string;
  /** As EXIF writes it. */
  date?: string;
}

type Entry = [tag: number, type: number, values: number[] | string];
const [BYTE, ASCII, SHORT, LONG, RATIONAL, SRATIONAL] = [1, 2, 3, 4, 5, 10];
const SIZES: Record<number, number> = { [BYTE]: 1, [ASCII]: 1, [SHORT]: 2, [LONG]: 4, [RATIONAL]: 8, [SRATIONAL]: 8 };

/** A picture of one colour as a JPEG. */
export const plainJpeg = (width: number, height: number, colour: string): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: colour } })
    .jpeg()
    .toBuffer();

/** A DNG of a sensor with 2 by 2 colours, in which red grows to the right and nothing else is. */
export function makeDng(options: RawFileOptions = {}): Buffer {
  const { width = 512, height = 384, preview, orientation = 1, make = 'Likeness', model = 'Test 1' } = options;
  const sensor = Buffer.alloc(width * height * 2);
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2) sensor.writeUInt16LE(Math.round((x / width) * 16383), (y * width + x) * 2);
  const sides = preview ? jpegSides(preview) : { width: 1, height: 1 };
  const jpeg = preview ?? Buffer.alloc(2);
  const first = (jpegAt: number, sensorAt: number): Entry[] => [
    [254, LONG, [1]],
    [256, LONG, [sides.width]],
    [257, LONG, [sides.height]],
    [258, SHORT, [8, 8, 8]],
    [259, SHORT, [7]],
    [262, SHORT, [6]],
    [271, ASCII, make],
    [272, ASCII, model],
    [273, LONG, [jpegAt]],
    [274, SHORT, [orientation]],
    [277, SHORT, [3]],
    [278, LONG, [sides.height]],
    [279, LONG, [preview?.length ?? 0]],
    [306, ASCII, options.date ?? '2021:05:06 07:08:09'],
    [330, LONG, [sensorAt]],
    [50706, BYTE, [1, 4, 0, 0]],
    [50708, ASCII, `${make} ${model}`],
    [50721, SRATIONAL, [1, 0, 0, 0, 1, 0, 0, 0, 1]],
    [50728, RATIONAL, [1, 1, 1]],
    [50778, SHORT, [21]],
  ];
  const second = (sensorAt: number): Entry[] => [
    [254, LONG, [0]],
    [256, LONG, [width]],
    [257, LONG, [height]],
    [258, SHORT, [16]],
    [259, SHORT, [1]],
    [262, SHORT, [32803]],
    [273, LONG, [sensorAt]],
    [277, SHORT, [1]],
    [278, LONG, [height]],
    [279, LONG, [sensor.length]],
    [33421, SHORT, [2, 2]],
    [33422, BYTE, [0, 1, 1, 2]],
    [50717, LONG, [16383]],
  ];
  const secondAt = 8 + directorySize(first(0, 0).length);
  const blobs = new Blobs(secondAt + directorySize(second(0).length));
  const [jpegAt, sensorAt] = [blobs.put(jpeg), blobs.put(sensor)];
  const directories = [writeDirectory(first(jpegAt, secondAt), blobs), writeDirectory(second(sensorAt), blobs)];
  const header = Buffer.from('II*\0\x08\0\0\0', 'latin1');
  return Buffer.concat([header, ...directories, ...blobs.all]);
}

/** What lies behind the directories, each at an even place. */
class Blobs {
  readonly all: Buffer[] = [];
  #at: number;

  constructor(at: number) {
    this.#at = at;
  }

  put(blob: Buffer): number {
    const at = this.#at;
    const padded = blob.length % 2 === 0 ? blob : Buffer.concat([blob, Buffer.alloc(1)]);
    this.all.push(padded);
    this.#at += padded.length;
    return at;
  }
}

const directorySize = (entries: number): number => 2 + 12 * entries + 4;

function writeDirectory(entries: readonly Entry[], blobs: Blobs): Buffer {
  const directory = Buffer.alloc(directorySize(entries.length));
  directory.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, type, values], i) => {
    const bytes = typeof values === 'string' ? Buffer.from(`${values}\0`, 'latin1') : encode(type, values);
    const at = 2 + 12 * i;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(bytes.length / SIZES[type], at + 4);
    if (bytes.length <= 4) bytes.copy(directory, at + 8);
    else directory.writeUInt32LE(blobs.put(bytes), at + 8);
  });
  return directory;
}

function encode(type: number, values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * SIZES[type]);
  values.forEach((value, i) => {
    if (type === BYTE) bytes.writeUInt8(value, i);
    else if (type === SHORT) bytes.writeUInt16LE(value, i * 2);
    else if (type === LONG) bytes.writeUInt32LE(value, i * 4);
    else {
      bytes.writeInt32LE(Math.round(value * 10_000), i * 8);
      bytes.writeInt32LE(10_000, i * 8 + 4);
    }
  });
  return bytes;
}

/** From the frame header (ITU T.81, B.2.2). */
function jpegSides(jpeg: Buffer): { width: number; height: number } {
  const at = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  return { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7) };
}
