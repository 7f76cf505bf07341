// What an evaluation found out, kept in the platform's cache folder, so that one that was broken off goes on where it was.
import { createHash, type Hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { evaluationCache } from './dataset-features.ts';

/** What results depend on beside their photos: the code that makes them. */
const SOURCES = ['evaluation', 'deepquan', 'numeric', 'search'].map((room) => join(import.meta.dirname, '../..', room));

export class KeptResults {
  readonly #start: Hash;

  private constructor(start: Hash) {
    this.#start = start;
  }

  /** @param about numbers that tell one evaluation from another: features, labels */
  static async of(about: readonly ArrayBufferView[]): Promise<KeptResults> {
    const hash = createHash('sha256');
    for (const folder of SOURCES) {
      const files = await readdir(folder, { recursive: true });
      for (const file of files.filter((name) => /\.[jt]s$/.test(name)).sort())
        hash.update(file).update(await readFile(join(folder, file)));
    }
    for (const part of about) hash.update(bytesOf(part));
    return new KeptResults(hash);
  }

  /**
   * What was found under a name, or is now, and is kept.
   * @param more what this depends on beside
   */
  async get<T>(
    name: string,
    more: readonly ArrayBufferView[],
    afresh: boolean,
    compute: () => Promise<T>,
  ): Promise<{ value: T; kept: boolean }> {
    const key = this.#start.copy().update(name);
    for (const part of more) key.update(bytesOf(part));
    const file = join(evaluationCache(), 'results', `${key.digest('hex')}.json`);
    if (!afresh && existsSync(file)) return { value: JSON.parse(await readFile(file, 'utf8')) as T, kept: true };
    const value = await compute();
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.part`, JSON.stringify(value));
    await rename(`${file}.part`, file);
    return { value, kept: false };
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
