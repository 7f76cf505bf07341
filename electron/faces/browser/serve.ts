// Second face: the engine and the page under plain Node, for the browser.
import open from 'open';
import trash from 'trash';
import { dirname, resolve } from 'node:path';
import { LikenessError } from '../../contract/errors.ts';
import { Engine } from '../../engine/engine.ts';
import type { Desktop } from '../../engine/parts.ts';
import { handOver } from './hand-over.ts';
import { startPageServer } from './http-server.ts';
import { loadPageFiles } from '../page-files.ts';
import type { Sentence } from '../../contract/sentence.ts';

export interface ServeOptions {
  libraryPath: string;
  folders: readonly string[];
  /** 0 for any that is free. */
  port: number;
  openBrowser: boolean;
  embedder?: string | undefined;
}

const desktop: Desktop = {
  async openFile(path) {
    await open(path);
  },
  async showInFolder(path) {
    await open(dirname(path));
  },
  async moveToTrash(path) {
    await trash(path, { glob: false });
  },
};

/**
 * Serves until it is told to stop; resolves when everything is closed. Where another program serves the library
 * already, that one gets the folders, and this one ends.
 * @throws LikenessError where the library or a folder cannot be opened
 */
export async function serve(options: ServeOptions): Promise<void> {
  const files = loadPageFiles();
  const folders = options.folders.map((path) => resolve(path));
  let notice: Sentence | null = null;
  const opening = Engine.open({
    libraryPath: options.libraryPath,
    embedder: options.embedder,
    watching: true,
    trainWhileReading: true,
    onOpening: (sentence) => (notice = sentence),
    desktop,
  });
  // Looked at below, and not before the server is there.
  opening.catch(() => undefined);
  const server = await startPageServer({ engine: opening, notice: () => notice }, files, options.port);
  let engine: Engine | undefined;
  try {
    // A catalogue that takes a while to open is shown at once, with what is going on.
    if (notice !== null) await show(server.address, options.openBrowser);
    engine = await opening;
    engine.announce(server.address);
    engine.start();
    for (const path of folders) await engine.methods.addFolder({ path });
    if (notice === null) await show(server.address, options.openBrowser);
    await untilStopped();
  } catch (error) {
    const address =
      error instanceof LikenessError && error.code === 'already-running' && Engine.servedAt(options.libraryPath);
    if (!address) throw error;
    await handOver(address, folders);
    console.log(`Likeness is already running. Its page is at ${address}`);
    if (options.openBrowser) await open(address).catch(() => undefined);
  } finally {
    await server.close();
    await engine?.close();
  }
}

async function show(address: string, openBrowser: boolean): Promise<void> {
  console.log(`Likeness is at ${address}`);
  console.log('Only this machine can reach it. Press Ctrl+C to stop.');
  if (openBrowser)
    await open(address).catch(() => console.log('No browser could be opened; open that address yourself.'));
}

async function untilStopped(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
