// Follows what happens in the watched folders, through the system's own notices where it gives enough of them.
import { watch as chokidarWatch, type FSWatcher } from 'chokidar';
import { basename } from 'node:path';
import { isWithin } from './paths.ts';
import { isSkippedName } from './walk.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

export interface WatchHandlers {
  /** A file appeared or changed. */
  onFile(path: string): void;
  /** A file or folder went. */
  onGone(path: string): void;
  /** A sentence for the person, where a folder is not watched as usual. */
  onNotice(folder: string, notice: Sentence | null): void;
}

export interface FolderWatch {
  /** Resolves when everything that happens from then on is told. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds between looks where the system's notices do not suffice. */
const POLL_EVERY = 5000;
const LIMIT_NOTICE = say`The system allows no more watches, so this folder is looked through every few seconds instead. On Linux, a larger fs.inotify.max_user_watches lifts the limit.`;

/**
 * @param folder an absolute path, the folder or the target of a link in it
 * @param exclude paths below which nothing is told
 */
export function watchFolder(folder: string, exclude: readonly string[], handlers: WatchHandlers): FolderWatch {
  let watcher: FSWatcher;
  let polling = false;
  let closed = false;
  let settle: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (settle = resolve));

  const start = (): void => {
    watcher = chokidarWatch(folder, {
      ignoreInitial: true,
      // The scan says which links lead elsewhere; each of those is watched on its own.
      followSymlinks: false,
      usePolling: polling,
      interval: POLL_EVERY,
      binaryInterval: POLL_EVERY,
      ignored: (path) =>
        path !== folder && (isSkippedName(basename(path)) || exclude.some((place) => isWithin(path, place))),
    });
    watcher
      .on('add', (path) => handlers.onFile(path))
      .on('change', (path) => handlers.onFile(path))
      .on('unlink', (path) => handlers.onGone(path))
      .on('unlinkDir', (path) => handlers.onGone(path))
      .on('ready', () => settle())
      .on('error', (error) => void fail(error as NodeJS.ErrnoException));
  };

  const fail = async (error: NodeJS.ErrnoException): Promise<void> => {
    if (closed) return;
    if ((error.code === 'ENOSPC' || error.code === 'EMFILE') && !polling) {
      polling = true;
      handlers.onNotice(folder, LIMIT_NOTICE);
      await watcher.close();
      if (!closed) start();
    } else if (!polling && error.code !== 'EACCES' && error.code !== 'EPERM') {
      handlers.onNotice(folder, say`Watching it failed (${error.message}); changes are found at the next start.`);
      settle();
    }
  };

  start();
  return {
    ready,
    async close() {
      closed = true;
      settle();
      await watcher.close();
    },
  };
}
