import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LibraryReport } from '../../electron/engine/reading/library-report.ts';
import { missingClone } from '../support/environment.ts';
import { until } from '../support/engines.ts';
import { temporaryFolder, writePictures } from '../support/pictures.ts';
import { runLikeness } from '../support/run-likeness.ts';

const root = join(import.meta.dirname, '../..');

/** The files that a clone would hold, and nothing beside them. */
function bareClone(): string {
  const clone = join(temporaryFolder(), 'likeness');
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\0')
    .filter(Boolean);
  for (const file of files.filter((name) => existsSync(join(root, name)))) {
    mkdirSync(dirname(join(clone, file)), { recursive: true });
    copyFileSync(join(root, file), join(clone, file));
  }
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

describe.skipIf(missingClone())('A bare clone, with nothing beside it', () => {
  it('sees photos with the network that is in it: npm start -- FOLDER', { timeout: 180_000 }, async () => {
    const [clone, folder, library] = [bareClone(), temporaryFolder(), join(temporaryFolder(), 'library')];
    expect(existsSync(join(clone, '../shared'))).toBe(false);
    await writePictures(folder, 10);
    // Without a display, so that no window opens and the page is served.
    const environment = { ...process.env, DISPLAY: undefined, WAYLAND_DISPLAY: undefined };
    const server = spawn('npm', ['start', '--', folder, '--no-open', '--library', library], {
      cwd: clone,
      env: environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
    const ended = new Promise((resolve) => server.once('exit', resolve));
    onTestFinished(async () => {
      if (server.exitCode === null) process.kill(-server.pid!, 'SIGINT');
      await ended;
    });
    await until(
      () => said,
      (text) => /Likeness is at http:\/\/127\.0\.0\.1:\d+/.test(text),
      90,
    );
    const report = await until(
      async () => JSON.parse((await runLikeness(['status', '--library', library, '--json'])).stdout) as LibraryReport,
      ({ indexed }) => indexed === 10,
      60,
    );
    expect(report).toMatchObject({
      embedder: { name: expect.stringMatching(/^Likeness sight/) as string, dimensions: 256 },
      model: { base: true, bits: 64 },
      problems: 0,
    });
  });
});
