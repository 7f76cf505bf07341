// Second face: the engine and the page under plain Node, for the browser.
import open from 'open';
import { dirname } from 'node:path';
import { Engine, type Desktop } from './engine/engine.ts';
import { startPageServer } from './http-server.ts';
import { loadPageFiles } from './page-files.ts';

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
};

/** Serves until it is told to stop. Resolves when everything is closed. */
export async function serve(options: ServeOptions): Promise<void> {
  const files = loadPageFiles();
  const engine = await Engine.open({
    libraryPath: options.libraryPath,
    embedder: options.embedder,
    watching: true,
    trainWhileReading: true,
    desktop,
  });
  try {
    const server = await startPageServer(engine, files, options.port);
    engine.announce(server.address);
    engine.start();
    for (const path of options.folders) await engine.addFolder({ path });
    console.log(`Likeness is at ${server.address}`);
    console.log('Only this machine can reach it. Press Ctrl+C to stop.');
    if (options.openBrowser) {
      await open(server.address).catch(() => console.log('No browser could be opened; open that address yourself.'));
    }
    await untilStopped();
    await server.close();
  } finally {
    await engine.close();
  }
}

async function untilStopped(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
