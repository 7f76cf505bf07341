// Reader processes, as many as the engine allows, each replaced when a file crashes or hangs it.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { LikenessError } from '../../contract/errors.ts';
import type { PixelRequest } from '../../contract/pixels.ts';
import { fromOutcome, type Outcome } from '../../contract/outcome.ts';
import type { Match } from '../../numeric/picture-correlation.ts';
import type { AgreementQuestion, Comparison } from './compare-pictures.ts';
import type { DecodedPhoto } from './decode.ts';
import type { Box } from '../rows/region-rows.ts';
import type { PhotoFacts } from './metadata.ts';
import type { FileStamp } from '../files/read-file.ts';
import { MOST_MEMORY } from './most-memory.ts';
import type { Measured } from './reader-process.ts';
import type { SeenPicture } from './small-picture.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

/** A picture that takes longer is given up. Milliseconds. */
const PATIENCE = 30_000;
/** Bytes a millisecond that the slowest disk gives: large files are read for longer. */
const SLOWEST_DISK = 20_000;
const MAX_OLD_SPACE_MIB = 512;

/** Bytes that a reader may go on with: decoders in WebAssembly never give memory back, and some lose it over damaged files. */
const MOST_KEPT = 384 * 2 ** 20;

/** Readers that were started together. */
interface Crew {
  readonly pool: ReturnType<typeof workerpool.pool>;
  /** Tasks that wait for an answer. */
  running: number;
}

/** All methods throw LikenessError: 'unreadable' with the reason in words, or 'changed'. */
export class ReaderPool {
  readonly #processes: number;
  #crew: Crew;
  readonly #leaving = new Set<Crew>();

  /** @param processes how many files are opened at once */
  constructor(processes: number) {
    this.#processes = processes;
    this.#crew = newCrew(processes);
  }

  /** SHA-256 of a file's bytes. */
  hash(path: string, stamp: FileStamp): Promise<Uint8Array> {
    return this.#run('hash', [path, stamp], PATIENCE + stamp.size / SLOWEST_DISK);
  }

  decode(path: string, stamp: FileStamp, request: PixelRequest): Promise<DecodedPhoto> {
    return this.#run('decode', [path, stamp, request]);
  }

  decodeBytes(bytes: Uint8Array, request: PixelRequest): Promise<DecodedPhoto> {
    return this.#run('decodeBytes', [bytes, request]);
  }

  /** Only what an embedder looks at. */
  pixels(bytes: Uint8Array, request: PixelRequest): Promise<Uint8Array> {
    return this.#run('pixels', [bytes, request]);
  }

  pixelsOfFile(path: string, stamp: FileStamp, request: PixelRequest): Promise<Uint8Array> {
    return this.#run('pixelsOfFile', [path, stamp, request]);
  }

  /** What an embedder looks at of some parts of a picture. */
  parts(bytes: Uint8Array, boxes: readonly Box[], request: PixelRequest): Promise<Uint8Array[]> {
    return this.#run('parts', [bytes, boxes, request]);
  }

  partsOfFile(path: string, stamp: FileStamp, boxes: readonly Box[], request: PixelRequest): Promise<Uint8Array[]> {
    return this.#run('partsOfFile', [path, stamp, boxes, request]);
  }

  /** See decodeViews. */
  views(bytes: Uint8Array, request: PixelRequest, seed: number): Promise<Uint8Array[]> {
    return this.#run('views', [bytes, request, seed]);
  }

  /** See comparePictures. */
  compare(picture: Uint8Array, others: readonly Uint8Array[]): Promise<number[]> {
    return this.#run('compare', [picture, others]);
  }

  /** See seePictures. */
  see(pictures: readonly Uint8Array[]): Promise<SeenPicture[]> {
    return this.#run('see', [pictures]);
  }

  /** See measureSharpness. */
  sharpness(pictures: readonly Uint8Array[]): Promise<number[]> {
    return this.#run('sharpness', [pictures]);
  }

  /** See compareSmall. */
  compareSmall(asked: readonly Comparison[]): Promise<Match[][]> {
    return this.#run('compareSmall', [asked]);
  }

  /** See comparePlaces. */
  comparePlaces(asked: readonly AgreementQuestion[]): Promise<boolean[][]> {
    return this.#run('comparePlaces', [asked]);
  }

  /** What the camera says, without decoding the picture. */
  facts(path: string, stamp: FileStamp): Promise<PhotoFacts> {
    return this.#run('facts', [path, stamp]);
  }

  /** The pixels of edited copies of a photo: cropped, brightened, recompressed. */
  decodeEdited(path: string, stamp: FileStamp, request: PixelRequest): Promise<Uint8Array[]> {
    return this.#run('decodeEdited', [path, stamp, request]);
  }

  preview(path: string, stamp: FileStamp, side: number): Promise<Uint8Array> {
    return this.#run('preview', [path, stamp, side]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#crew, ...this.#leaving].map(({ pool }) => pool.terminate(true)));
  }

  async #run<T>(task: string, parameters: unknown[], patience = PATIENCE): Promise<T> {
    const crew = this.#crew;
    crew.running++;
    try {
      const { outcome, memory } = (await crew.pool.exec(task, parameters).timeout(patience)) as Measured<Outcome<T>>;
      if (memory > MOST_KEPT) this.#replace(crew);
      return fromOutcome(outcome);
    } catch (error) {
      if (error instanceof LikenessError) throw error;
      throw new LikenessError('unreadable', describeLoss(error as Error, patience), { cause: error });
    } finally {
      crew.running--;
      this.#letGo(crew);
    }
  }

  /** Others take over; these end once they have answered. */
  #replace(crew: Crew): void {
    if (crew !== this.#crew) return;
    this.#leaving.add(crew);
    this.#crew = newCrew(this.#processes);
  }

  #letGo(crew: Crew): void {
    if (crew.running > 0 || !this.#leaving.delete(crew)) return;
    void crew.pool.terminate();
  }
}

function newCrew(processes: number): Crew {
  // Under Node the sources run as they are; in the package their compiled twins lie at the same places.
  const script = fileURLToPath(new URL(`./reader-process${extname(import.meta.url)}`, import.meta.url));
  const pool = workerpool.pool(script, {
    workerType: 'process',
    maxWorkers: processes,
    forkOpts: {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${MAX_OLD_SPACE_MIB}`],
    },
    // Taken in and dropped: what a decoder complains of comes as a warning of the photo.
    emitStdStreams: true,
  });
  return { pool, running: 0 };
}

function describeLoss(error: Error, patience: number): Sentence {
  if (error.name === 'TimeoutError')
    return say`Reading it took longer than ${Math.round(patience / 1000)} seconds and was given up`;
  if (error.message.includes('SIGKILL'))
    return say`Reading it took more than ${MOST_MEMORY / 2 ** 30} GiB of memory and was given up`;
  if (/terminat|crash|exit/i.test(error.message)) return say`Reading it made the decoder crash`;
  return say`Reading it failed: ${error.message}`;
}
