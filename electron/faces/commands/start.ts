// What `npm start` does once it knows that its Node will do.
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from './command-line.ts';
import { findRuntime } from '../desktop/desktop-runtime.ts';

/**
 * @param args as for `likeness serve`: folders, --library, --port, --no-open, --embedder
 * @returns the exit code
 */
export async function start(args: readonly string[]): Promise<number> {
  const runtime = findRuntime(process.platform, process.env, (line) => console.log(line));
  if ('missing' in runtime) {
    console.log(`No desktop window, because ${runtime.missing}; the same page opens in the browser instead.`);
    return runCommandLine(['serve', ...args]);
  }
  const main = fileURLToPath(new URL('../../..', import.meta.url));
  // Electron reads its own flags before the application's; after "--" everything is ours.
  const child = spawn(runtime.electron, [resolve(main), '--', ...args], { stdio: 'inherit' });
  return new Promise((done) => {
    child.once('error', (error) => {
      console.log(
        `No desktop window, because Electron did not start (${error.message}); the same page opens in the browser instead.`,
      );
      done(runCommandLine(['serve', ...args]));
    });
    child.once('exit', (code) => done(code ?? 1));
  });
}
