// Where copies go: a folder, or one zip file in it. Neither ever writes over what is there.
import { createWriteStream, type ReadStream, type WriteStream } from 'node:fs';
import { constants } from 'node:fs';
import { copyFile, open, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import ZipStream from 'zip-stream';
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

/** Names that are tried for one file: name.jpg, name (2).jpg … */
const MOST_NAMES = 10_000;
/** Bytes of a file that goes into a zip file in one piece. */
const LARGEST_AT_ONCE = 64 * 2 ** 20;

/** What is copied: a file as it is, or bytes. */
export type Source = { file: string } | { bytes: Uint8Array };

export interface Target {
  /**
   * @param name without its ending; a number is added where it is taken
   * @param extension with its dot, or empty
   * @returns the name it has now
   */
  put(name: string, extension: string, source: Source, date: Date): Promise<string>;
  /** Everything is in it. @returns where it is */
  finish(): Promise<string>;
  /** It is not wanted any more. */
  abandon(): Promise<void>;
}

export class FolderTarget implements Target {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(name: string, extension: string, source: Source, date: Date): Promise<string> {
    const written = await underFreeName(this.#folder, name, extension, (to) =>
      'file' in source
        ? copyFile(source.file, to, constants.COPYFILE_EXCL)
        : writeFile(to, source.bytes, { flag: 'wx' }),
    );
    await utimes(join(this.#folder, written), date, date);
    return written;
  }

  finish(): Promise<string> {
    return Promise.resolve(this.#folder);
  }

  /** What was copied stays: it is whole. */
  async abandon(): Promise<void> {}
}

/** Written under another name until it is whole. Pictures are compressed already, so they are stored as they are. */
export class ZipTarget implements Target {
  readonly #folder: string;
  readonly #part: string;
  readonly #zip = new ZipStream({ store: true });
  readonly #out: WriteStream;
  readonly #ended: Promise<void>;
  readonly #names = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#part = join(folder, `.likeness-${process.pid}-${Date.now()}.part`);
    this.#out = createWriteStream(this.#part, { flags: 'wx' });
    this.#zip.on('error', (error: Error) => this.#out.destroy(error));
    this.#zip.pipe(this.#out);
    this.#ended = finished(this.#out);
    this.#ended.catch(() => undefined);
  }

  async put(name: string, extension: string, source: Source, date: Date): Promise<string> {
    const content = 'file' in source ? await this.#contentOf(source.file) : Buffer.from(source.bytes);
    const free = this.#freeName(name, extension);
    const added = new Promise<void>((resolve, reject) => {
      this.#zip.entry(content, { name: free, date }, (error) => (error ? reject(error) : resolve()));
    });
    // A full disk ends the file, and then no entry is ever told to be done.
    await Promise.race([added, this.#ended]);
    return free;
  }

  /**
   * A video may be larger than memory. Of what is read as it is written, the size stands behind it, which some programs do not
   * understand; so this is for large files alone.
   */
  async #contentOf(path: string): Promise<Buffer | ReadStream> {
    const handle = await open(path, 'r');
    if ((await handle.stat()).size > LARGEST_AT_ONCE) {
      const stream = handle.createReadStream();
      // Half a file spoils the whole.
      return stream.once('error', (error) => this.#out.destroy(error));
    }
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  }

  async finish(): Promise<string> {
    this.#zip.finalize();
    await this.#ended;
    const written = await underFreeName(this.#folder, 'Photos', '.zip', async (to) => {
      await writeFile(to, '', { flag: 'wx' });
      await rename(this.#part, to);
    });
    return join(this.#folder, written);
  }

  async abandon(): Promise<void> {
    this.#out.destroy();
    await this.#ended.catch(() => undefined);
    await rm(this.#part, { force: true });
  }

  #freeName(name: string, extension: string): string {
    // Upper and lower case are one on some systems that unpack it.
    for (let number = 1; ; number++) {
      const free = numbered(name, extension, number);
      const key = free.toLowerCase();
      if (this.#names.has(key)) continue;
      this.#names.add(key);
      return free;
    }
  }
}

const numbered = (name: string, extension: string, number: number): string =>
  `${name}${number === 1 ? '' : ` (${number})`}${extension}`;

/** Writes under the first name that is free. @param write fails with EEXIST where something is there @returns the name */
async function underFreeName(
  folder: string,
  name: string,
  extension: string,
  write: (to: string) => Promise<void>,
): Promise<string> {
  for (let number = 1; number <= MOST_NAMES; number++) {
    const free = numbered(name, extension, number);
    const to = join(folder, free);
    try {
      await write(to);
      return free;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      // What is there now is a part of this copy, or nothing.
      await rm(to, { force: true });
      throw error;
    }
  }
  throw new LikenessError('unavailable', say`There are ${MOST_NAMES} files of its name there already`);
}
