// Writes what is said of photos into XMP files beside them, in folders where the person switched that on. What another program wrote is
// left as it is, and so is a photo itself.
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { describeFileError } from '../../library/files/walk.ts';
import type { Library } from '../../library/library.ts';
import { saidOf } from './said-of.ts';
import { isOurs, isWorthWriting, sidecarOf, toXmp } from './xmp.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

/** Milliseconds after a change until files are written: changes come in rows. */
const REST = 400;

export class Sidecars {
  readonly #library: Library;
  /** Told where files could not be written, in a sentence. */
  readonly #onTrouble: (sentence: Sentence) => void;
  readonly #due = new Set<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(library: Library, onTrouble: (sentence: Sentence) => void) {
    this.#library = library;
    this.#onTrouble = onTrouble;
  }

  /** Something was said of some photos. */
  changed(photoIds: readonly number[]): void {
    if (photoIds.length === 0 || !this.#library.folders.all().some(({ sidecars }) => sidecars)) return;
    this.#add(this.#library.annotations.withSidecars(photoIds));
  }

  /** The switch of a folder was set, or the program starts: what is missing is written. */
  catchUp(): void {
    this.#add(this.#library.annotations.allWithSidecars());
  }

  /** Writes what is due. */
  async close(): Promise<void> {
    if (this.#timer) this.#write();
    await this.#writing;
  }

  #add(photoIds: readonly number[]): void {
    for (const id of photoIds) this.#due.add(id);
    if (this.#due.size > 0) this.#timer ??= setTimeout(() => this.#write(), REST);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const photoIds = [...this.#due];
    this.#due.clear();
    this.#writing = this.#writing.then(() => this.#writeAll(photoIds));
  }

  async #writeAll(photoIds: readonly number[]): Promise<void> {
    const others: string[] = [];
    const failed: Sentence[] = [];
    for (const id of photoIds) {
      const path = this.#library.photos.path(id);
      const said = saidOf(this.#library, id);
      if (path === undefined || !said) continue;
      const file = sidecarOf(path);
      try {
        const before = await readFile(file, 'utf8').catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
          throw error;
        });
        if (before === undefined ? !isWorthWriting(said) : before === toXmp(said)) continue;
        if (before !== undefined && !isOurs(before)) others.push(file);
        else await replace(file, toXmp(said), before === undefined);
      } catch (error) {
        failed.push(say`${file}: ${describeFileError(error)}`);
      }
    }
    if (failed.length > 0) this.#onTrouble(say`${failed.length} XMP files could not be written. ${failed[0]!}.`);
    else if (others.length > 0)
      this.#onTrouble(
        say`${others.length} XMP files of other programs were left as they are, the first of them ${others[0]!}.`,
      );
  }
}

/** Whole or not at all. @param isNew fails where a file has come meanwhile */
async function replace(file: string, text: string, isNew: boolean): Promise<void> {
  if (isNew) return writeFile(file, text, { flag: 'wx' });
  const part = `${file}.part`;
  try {
    await writeFile(part, text, { flag: 'wx' });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
