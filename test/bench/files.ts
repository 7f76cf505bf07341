// Reading each kind of file: photos a second, milliseconds of each stage and memory, beside the bare decoder and the bare embedder in the
// same run, one thread each.
import decodeHeic from 'heic-decode';
import { ImageMagick, initializeImageMagick, MagickFormat } from '@imagemagick/magick-wasm';
import load from 'libraw-wasm/dist/libraw.js';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { openEmbedder } from '../../electron/engine/embedding/choose-embedder.ts';
import { Engine, spareCores } from '../../electron/engine/engine.ts';
import { THUMBNAIL_SIDE } from '../../electron/library/decode/decode.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { makeDng } from '../support/raw-files.ts';
import { seconds } from './indexing.ts';
import { benchVideos } from './video-files.ts';

/** Files that are read before, so that programs and their code are warm. */
const WARM = 4;

interface Kind {
  readonly name: string;
  readonly extension: string;
  readonly count: number;
  /** The bytes of a file; no two are the same. */
  make(seed: number): Promise<Uint8Array>;
  /** The picture by the bare decoder, ready to be scaled. */
  decode(bytes: Uint8Array): Promise<Sharp>;
}

/** @param heic a photo; its pixels are those of all HEIC files, whose last bytes differ */
export async function benchFiles(heic: string): Promise<void> {
  // A new library tries all providers once, beside reading.
  process.env.LIKENESS_PROVIDER ??= 'cpu';
  sharp.concurrency(1);
  sharp.cache(false);
  const { resolve } = createRequire(import.meta.url);
  const { LibRaw } = await load({ wasmBinary: readFileSync(resolve('libraw-wasm/dist/libraw.wasm')) });
  const settings = { useCameraWb: true, outputBps: 8 } as const;
  const bySharp = (bytes: Uint8Array): Promise<Sharp> => Promise.resolve(sharp(bytes).autoOrient());
  const kinds: Kind[] = [
    {
      name: 'JPEG, 12 megapixels',
      extension: 'jpg',
      count: 60,
      make: (seed) => photo(4000, 3000, seed).jpeg({ quality: 90 }).toBuffer(),
      decode: bySharp,
    },
    {
      name: 'JPEG, 48 megapixels',
      extension: 'jpg',
      count: 20,
      make: (seed) => photo(8000, 6000, seed).jpeg({ quality: 90 }).toBuffer(),
      decode: bySharp,
    },
    {
      name: 'PNG, 12 megapixels',
      extension: 'png',
      count: 20,
      make: (seed) => photo(4000, 3000, seed).png({ compressionLevel: 3 }).toBuffer(),
      decode: bySharp,
    },
    {
      name: `HEIC, ${megapixels(await sizeOfHeic(heic))} megapixels`,
      extension: 'heic',
      count: 20,
      make: (seed) => Promise.resolve(Buffer.concat([readFileSync(heic), box(seed)])),
      decode: async (bytes) => {
        const { width, height, data } = await decodeHeic({ buffer: bytes });
        return sharp(data, { raw: { width, height, channels: 4 } });
      },
    },
    {
      name: 'RAW, by its preview of 12 megapixels',
      extension: 'dng',
      count: 20,
      make: async (seed) =>
        makeDng({ width: 4000, height: 3000, preview: await photo(4000, 3000, seed).jpeg({ quality: 90 }).toBuffer() }),
      decode: (bytes) => {
        const raw = new LibRaw();
        raw.open(bytes, settings);
        const jpeg = Buffer.from(raw.thumbnailData()!.data);
        raw.delete();
        return Promise.resolve(sharp(jpeg));
      },
    },
    {
      name: 'RAW, developed, 12 megapixels',
      extension: 'dng',
      count: 10,
      make: (seed) => Promise.resolve(makeDng({ width: 4000, height: 3000, model: `Test ${seed}` })),
      decode: (bytes) => {
        const raw = new LibRaw();
        raw.open(bytes, { ...settings, halfSize: true });
        const { data, width, height, colors } = raw.imageData()!;
        const picture = sharp(Buffer.from(data as Uint8Array), { raw: { width, height, channels: colors as 3 } });
        raw.delete();
        return Promise.resolve(picture);
      },
    },
  ];
  const perPicture = await embeddingAlone();
  console.log(`  spare cores ${spareCores()}; onnxruntime alone ${ms(perPicture)} ms a photo`);
  for (const kind of kinds) await benchKind(kind, perPicture);
  await otherHeicDecoder(heic);
  await benchVideos(perPicture);
}

/** A picture with much to tell in it: grain over coarse patches of colour. */
function photo(width: number, height: number, seed: number): Sharp {
  const random = seededRandom(seed + 1);
  const patches = Buffer.from(Array.from({ length: 16 * 12 * 3 }, () => random.below(256)));
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 12 };
  return sharp(patches, { raw: { width: 16, height: 12, channels: 3 } })
    .resize(width, height, { kernel: 'cubic' })
    .composite([{ input: { create: { width, height, channels: 3, background: '#000', noise } }, blend: 'overlay' }])
    .removeAlpha();
}

/** A box of the container that readers pass over. */
function box(seed: number): Buffer {
  const bytes = Buffer.from('\0\0\0\x10free\0\0\0\0\0\0\0\0', 'latin1');
  bytes.writeUInt32BE(seed, 8);
  return bytes;
}

async function sizeOfHeic(heic: string): Promise<number> {
  const { width, height } = await sharp(heic).metadata();
  return width * height;
}

async function benchKind(kind: Kind, perPicture: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
  try {
    const [warm, folder] = ['warm', 'files'].map((name) => join(root, name));
    for (const place of [warm, folder]) mkdirSync(place);
    for (let i = 0; i < WARM; i++) writeSettled(join(warm, `${i}.${kind.extension}`), await kind.make(kind.count + i));
    for (let i = 0; i < kind.count; i++) writeSettled(join(folder, `${i}.${kind.extension}`), await kind.make(i));
    const paths = readdirSync(folder).map((name) => join(folder, name));
    const bare = await seconds(async () => {
      for (const path of paths) await thumbnail(await kind.decode(readFileSync(path)));
    });
    const engine = await Engine.open({ libraryPath: join(root, 'library'), watching: false, trainWhileReading: false });
    // The readers are there, and their code is warm.
    await engine.indexOnce([warm]);
    const before = { ...engine.timeSpent };
    const whole = await seconds(() => engine.indexOnce([folder]));
    const { decode, embed, write } = engine.timeSpent;
    const memory = mostMemoryOfReaders();
    const { indexed } = engine.methods.getStatus();
    await engine.close();
    if (indexed !== kind.count + WARM) throw new Error(`${kind.name}: ${indexed} of ${kind.count + WARM} were read`);
    const each = (time: number): string => ms(time / kind.count);
    const least = bare + perPicture * kind.count;
    console.log(
      `  ${kind.name}: ${(kind.count / whole).toFixed(1)} a second; ${each((decode - before.decode) / 1000)} ms reading, ${each((embed - before.embed) / 1000)} ms embedding, ${each((write - before.write) / 1000)} ms writing; ` +
        `bare decoder ${each(bare)} ms; ${(whole / least).toFixed(2)} times both alone; a reader takes ${memory}`,
    );
  } finally {
    rmSync(root, { recursive: true });
  }
}

const thumbnail = (picture: Sharp): Promise<Buffer> =>
  picture
    .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside', withoutEnlargement: true })
    .flatten()
    .jpeg({ quality: 80 })
    .toBuffer();

/** Seconds a picture. */
async function embeddingAlone(): Promise<number> {
  const embedder = await openEmbedder('built-in');
  const { width, height } = embedder.input;
  const pictures = Array<Uint8Array>(embedder.batch).fill(new Uint8Array(width * height * 3).fill(120));
  await embedder.embed(pictures);
  const rounds = Math.ceil(200 / embedder.batch);
  const taken = await seconds(async () => {
    for (let i = 0; i < rounds; i++) await embedder.embed(pictures);
  });
  await embedder.close();
  return taken / (rounds * embedder.batch);
}

/** HEIC by ImageMagick's WebAssembly, which comes along for other kinds, beside libheif's, in the same run. */
async function otherHeicDecoder(heic: string): Promise<void> {
  const bytes = readFileSync(heic);
  const wasm = createRequire(import.meta.url).resolve('@imagemagick/magick-wasm/magick.wasm');
  await initializeImageMagick(readFileSync(wasm));
  const libheif = await middle(() => decodeHeic({ buffer: bytes }));
  try {
    const magick = await middle(() => {
      ImageMagick.read(bytes, MagickFormat.Heic, () => undefined);
    });
    console.log(`  HEIC by libheif as WebAssembly ${ms(libheif)} ms, by ImageMagick's ${ms(magick)} ms`);
  } catch (error) {
    console.log(`  HEIC by libheif as WebAssembly ${ms(libheif)} ms; ImageMagick's cannot: ${String(error)}`);
  }
}

/** The middle of seven, in seconds. */
async function middle(work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 7; i++) times.push(await seconds(work));
  return times.sort((a, b) => a - b)[3];
}

export function writeSettled(path: string, bytes: Uint8Array): void {
  writeFileSync(path, bytes);
  const before = new Date(Date.now() - 3_600_000);
  utimesSync(path, before, before);
}

/** Of the processes that this one started, the most that one held; Linux alone tells. */
function mostMemoryOfReaders(): string {
  try {
    const kibibytes = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => {
        try {
          return readFileSync(`/proc/${pid}/status`, 'utf8');
        } catch {
          return '';
        }
      })
      .filter((status) => status.includes(`\nPPid:\t${process.pid}\n`))
      .map((status) => Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    // Readers that held more than they may go on with are replaced by new ones.
    return kibibytes.length > 0 ? `${(Math.max(...kibibytes) / 1024).toFixed(0)} MiB` : 'more than it may keep';
  } catch {
    return 'memory unknown here';
  }
}

const ms = (time: number): string => (time * 1000).toFixed(time < 0.1 ? 1 : 0);
const megapixels = (pixels: number): string => (pixels / 1e6).toFixed(1);
