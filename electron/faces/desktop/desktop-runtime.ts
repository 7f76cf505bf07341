// Whether the desktop window can open here, and the Electron to open it with.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export type Runtime = { electron: string } | { missing: string };

/** Milliseconds that the download of Electron may take. */
const DOWNLOAD_PATIENCE = 10 * 60_000;

/** Whether there is a screen to open a window on. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  return platform !== 'linux' || Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY);
}

/**
 * Electron's program, downloaded by its own package the first time. Never throws: what is missing is said in
 * words.
 * @param say told when a download begins
 */
export function findRuntime(platform: NodeJS.Platform, env: NodeJS.ProcessEnv, say: (line: string) => void): Runtime {
  if (!hasDisplay(platform, env)) return { missing: 'there is no display to open a window on' };
  let folder: string;
  try {
    folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return { missing: 'the electron package is not installed' };
  }
  const installed = programIn(folder);
  if (installed) return { electron: installed };
  say('Fetching the Electron runtime, once…');
  const result = spawnSync(process.execPath, [join(folder, 'install.js')], {
    encoding: 'utf8',
    timeout: DOWNLOAD_PATIENCE,
  });
  const fetched = programIn(folder);
  return fetched && result.status === 0
    ? { electron: fetched }
    : { missing: 'the Electron runtime is not there and could not be downloaded' };
}

function programIn(folder: string): string | undefined {
  const note = join(folder, 'path.txt');
  if (!existsSync(note)) return undefined;
  const program = join(folder, 'dist', readFileSync(note, 'utf8').trim());
  return existsSync(program) ? program : undefined;
}
