// Follows what happens in a watched folder, through the system's own notices where it gives enough of them.
import { watch as chokidarWatch, type FSWatcher } from 'chokidar';
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { say, type Sentence } from '../../contract/sentence.ts';
import { isWithin } from './paths.ts';
import { isSkippedName } from './walk.ts';

export interface WatchHandlers {
  /** A file appeared or changed. */
  onFile(path: string): void;
  /** A file or folder went. */
  onGone(path: string): void;
  /** Notices do not suffice, for the reason given: from now on the folder is to be looked through instead. */
  onEnd(reason: Sentence): void;
}

export interface FolderWatch {
  /** Resolves when everything that happens from then on is told. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

export interface WatchOptions {
  /** Paths below which nothing is told. */
  readonly exclude: readonly string[];
  /** chokidar's; tests give others. */
  readonly watch?: typeof chokidarWatch;
}

const LIMIT = say`The system allows no more watches, so this folder is looked through every few minutes instead. On Linux, a larger fs.inotify.max_user_watches lifts the limit.`;
/** What the system says of a folder that went, or may not be looked into: a look through it says so. */
const NOT_THERE = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP']);
/**
 * Files that are looked at, at once, while folders begin to be watched. chokidar asks for the state of all at once: over 200,000 files that
 * takes 900 MiB, which stay.
 */
const FILES_AT_ONCE = 1000;
const FOLDERS_AT_ONCE = 200;

/** @param folder an absolute path, the folder or the target of a link in it; links in it are not followed */
export function watchFolder(folder: string, options: WatchOptions, handlers: WatchHandlers): FolderWatch {
  return new BatchedWatch(folder, options, handlers);
}

/** Watches some folders at a time, each without those in it. */
class BatchedWatch implements FolderWatch {
  readonly ready: Promise<void>;
  readonly #exclude: readonly string[];
  readonly #watch: typeof chokidarWatch;
  readonly #handlers: WatchHandlers;
  readonly #watchers: FSWatcher[] = [];
  /** Folders that are watched, or are about to be. */
  readonly #folders = new Set<string>();
  readonly #closing: Promise<void>[] = [];
  #isClosed = false;

  constructor(folder: string, { exclude, watch = chokidarWatch }: WatchOptions, handlers: WatchHandlers) {
    this.#exclude = exclude;
    this.#watch = watch;
    this.#handlers = handlers;
    this.ready = this.#follow(folder, false);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#closing.push(...this.#watchers.splice(0).map((watcher) => watcher.close()));
    await Promise.all(this.#closing);
  }

  /**
   * Watches a folder and all folders in it.
   * @param isNew whether the files that are there are told
   */
  async #follow(folder: string, isNew: boolean): Promise<void> {
    const pending = [folder];
    this.#folders.add(folder);
    while (pending.length > 0 && !this.#isClosed) {
      const some: string[] = [];
      for (let files = 0; pending.length > 0 && files < FILES_AT_ONCE && some.length < FOLDERS_AT_ONCE;) {
        const next = pending.pop()!;
        some.push(next);
        // What cannot be read is told by a look through it.
        const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
        files += entries.length;
        for (const entry of entries) {
          const path = join(next, entry.name);
          if (!entry.isDirectory() || this.#isPassedOver(path) || this.#folders.has(path)) continue;
          this.#folders.add(path);
          pending.push(path);
        }
      }
      await this.#open(some, isNew);
    }
  }

  #open(folders: string[], isNew: boolean): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    let isReady = false;
    const watcher = this.#watch(folders, {
      depth: 0,
      // The scan says which links lead elsewhere; each of those is watched on its own.
      followSymlinks: false,
      ignored: (path) => this.#isPassedOver(path),
    });
    this.#watchers.push(watcher);
    const handlers = this.#handlers;
    return new Promise((resolve) => {
      watcher
        .on('add', (path) => {
          if (isReady || isNew) handlers.onFile(path);
        })
        .on('change', (path) => handlers.onFile(path))
        .on('unlink', (path) => handlers.onGone(path))
        .on('addDir', (path) => {
          // One that came since the folder around it was read; what came with it is told.
          if (!this.#folders.has(path)) void this.#follow(path, true);
        })
        .on('unlinkDir', (path) => {
          for (const folder of this.#folders) if (isWithin(folder, path)) this.#folders.delete(folder);
          handlers.onGone(path);
        })
        .on('error', (error) => {
          this.#fail(error as NodeJS.ErrnoException);
          if (this.#isClosed) resolve();
        })
        .on('ready', () => {
          isReady = true;
          resolve();
        });
    });
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#isClosed || NOT_THERE.has(error.code ?? '')) return;
    void this.close();
    const isLimit = error.code === 'ENOSPC' || error.code === 'EMFILE';
    this.#handlers.onEnd(
      isLimit
        ? LIMIT
        : say`Watching it failed (${error.message}), so this folder is looked through every few minutes instead.`,
    );
  }

  #isPassedOver(path: string): boolean {
    // The folder itself may be named as it likes.
    if (this.#folders.has(path)) return false;
    return isSkippedName(basename(path)) || this.#exclude.some((place) => isWithin(path, place));
  }
}
