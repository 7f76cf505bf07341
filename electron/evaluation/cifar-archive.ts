// CIFAR-10 as published (Krizhevsky 2009): the binary and the Python version, as an archive or unpacked. Pictures of 32 by 32; the
// batches of the training set are searched, the test batch asks.
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BufferReader, Parser } from 'pickleparser';
import sharp from 'sharp';
import { list, type ReadEntry } from 'tar';
import { LikenessError } from '../contract/errors.ts';
import type { DatasetItem } from './dataset.ts';

const SIDE = 32;
const PLANE = SIDE * SIDE;
const PIXELS = 3 * PLANE;
const BATCH = /^(data_batch_\d|test_batch)(\.bin)?$/;
const NAMES = /^batches\.meta(\.txt)?$/;

/** Whether a folder holds batches of CIFAR-10. */
export async function holdsCifar(folder: string): Promise<boolean> {
  return (await readdir(folder)).some((name) => BATCH.test(name));
}

/**
 * @param path a .tar.gz, or a folder that holdsCifar
 * @throws LikenessError where there are no batches in it, or they are not as long as they should be
 */
export async function openCifar(path: string, isFolder: boolean): Promise<DatasetItem[]> {
  const files = isFolder ? await inFolder(path) : await inArchive(path);
  const batches = [...files].filter(([name]) => BATCH.test(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (batches.length === 0)
    throw new LikenessError(
      'bad-input',
      `${path} holds no batches of CIFAR-10 (data_batch_1 and so on, or with .bin).`,
    );
  const names = classNames(files);
  return batches.flatMap(([name, bytes]) => {
    const query = name.startsWith('test');
    const pictures = name.endsWith('.bin') ? fromBinary(name, bytes) : fromPickle(name, bytes);
    return pictures.map(({ label, planes }, i) => ({
      name: `${name}/${i}`,
      labels: [names[label] ?? String(label)],
      query,
      size: planes.length,
      read: () => encode(planes),
    }));
  });
}

async function inFolder(folder: string): Promise<Map<string, Uint8Array>> {
  const wanted = (await readdir(folder)).filter((name) => BATCH.test(name) || NAMES.test(name));
  return new Map(await Promise.all(wanted.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}

async function inArchive(path: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const waiting: Promise<void>[] = [];
  const onReadEntry = (entry: ReadEntry): void => {
    const name = basename(entry.path);
    if (!BATCH.test(name) && !NAMES.test(name)) return;
    waiting.push(entry.concat().then((bytes) => void files.set(name, bytes)));
  };
  try {
    await list({ file: path, onReadEntry });
    await Promise.all(waiting);
  } catch (error) {
    throw new LikenessError('bad-input', `The archive ${path} cannot be read: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return files;
}

interface Picture {
  label: number;
  /** uint8, (3, 32, 32): red, green and blue, each row by row. */
  planes: Uint8Array;
}

/** A byte that names the class, and the pixels, picture after picture. */
function fromBinary(name: string, bytes: Uint8Array): Picture[] {
  if (bytes.length === 0 || bytes.length % (1 + PIXELS) !== 0)
    throw new LikenessError(
      'bad-input',
      `${name}: expected records of ${1 + PIXELS} bytes, got ${bytes.length} bytes.`,
    );
  return Array.from({ length: bytes.length / (1 + PIXELS) }, (_, i) => {
    const at = i * (1 + PIXELS);
    return { label: bytes[at], planes: bytes.subarray(at + 1, at + 1 + PIXELS) };
  });
}

/** A pickle of Python 2: a dictionary with an array of pixels, (n, 3072), and a list of classes. */
function fromPickle(name: string, bytes: Uint8Array): Picture[] {
  const { data, labels } = unpickle(name, bytes) as { data?: Pickled; labels?: number[] };
  const pixels = data?.bytes;
  if (!pixels || !Array.isArray(labels) || pixels.length !== labels.length * PIXELS)
    throw new LikenessError(
      'bad-input',
      `${name}: expected "labels", and "data" with ${PIXELS} bytes for each, as in the Python version of CIFAR-10.`,
    );
  return labels.map((label, i) => ({ label, planes: pixels.subarray(i * PIXELS, (i + 1) * PIXELS) }));
}

/** A NumPy array, as far as it matters here: its bytes. Nothing that a pickle names is run. */
class Pickled {
  bytes: Uint8Array | undefined;

  __setstate__(state: readonly unknown[]): void {
    const content = state.at(-1);
    this.bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : (content as Uint8Array);
  }
}

/** Strings of Python 2 are bytes. */
class BytesReader extends BufferReader {
  override string(size: number, encoding: 'ascii' | 'utf-8'): string {
    return encoding === 'utf-8' ? super.string(size, encoding) : Buffer.from(this.bytes(size)).toString('latin1');
  }
}

function unpickle(name: string, bytes: Uint8Array): unknown {
  // Whatever is named, arrays and their types alike, stands for an object that keeps what it is given.
  const parser = new Parser({ nameResolver: { resolve: () => () => new Pickled() } });
  try {
    return parser.read(new BytesReader(bytes));
  } catch (error) {
    throw new LikenessError(
      'bad-input',
      `${name}: expected a pickle of Python, and got what is none: ${(error as Error).message}.`,
      {
        cause: error,
      },
    );
  }
}

function classNames(files: ReadonlyMap<string, Uint8Array>): string[] {
  const text = files.get('batches.meta.txt');
  if (text)
    return Buffer.from(text)
      .toString('utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
  const pickle = files.get('batches.meta');
  const names = pickle && (unpickle('batches.meta', pickle) as { label_names?: unknown }).label_names;
  return Array.isArray(names) ? names.map(String) : [];
}

function encode(planes: Uint8Array): Promise<Uint8Array> {
  const pixels = new Uint8Array(PIXELS);
  for (let i = 0; i < PLANE; i++) for (let c = 0; c < 3; c++) pixels[3 * i + c] = planes[c * PLANE + i];
  return sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toBuffer();
}
