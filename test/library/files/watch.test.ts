import { watch as chokidarWatch } from 'chokidar';
import { EventEmitter } from 'node:events';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { inEnglish } from '../../../electron/contract/sentence.ts';
import { watchFolder, type WatchOptions } from '../../../electron/library/files/watch.ts';
import { temporaryFolder } from '../../support/pictures.ts';

interface Told {
  files: string[];
  gone: string[];
  ends: string[];
}

/** A watch of a folder, and what it tells, below the folder. */
function watching(folder: string, options: Partial<WatchOptions> = {}): { told: Told; ready: Promise<void> } {
  const told: Told = { files: [], gone: [], ends: [] };
  const below = (path: string): string => path.slice(folder.length + 1);
  const watch = watchFolder(
    folder,
    { exclude: [], ...options },
    {
      onFile: (path) => told.files.push(below(path)),
      onGone: (path) => told.gone.push(below(path)),
      onEnd: (reason) => told.ends.push(inEnglish(reason)),
    },
  );
  onTestFinished(() => watch.close());
  return { told, ready: watch.ready };
}

describe('A watched folder', () => {
  it('tells of files that come, change and go, in folders inside too, and of none that was there', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    for (const name of ['0.jpg', 'a/1.jpg', 'a/b/2.jpg']) writeFileSync(join(folder, name), '');
    const { told, ready } = watching(folder);
    await ready;
    expect(told).toEqual({ files: [], gone: [], ends: [] });
    writeFileSync(join(folder, 'a/b/new.jpg'), '');
    await vi.waitFor(() => expect(told.files).toContain('a/b/new.jpg'));
    writeFileSync(join(folder, 'a/1.jpg'), 'changed');
    await vi.waitFor(() => expect(told.files).toContain('a/1.jpg'));
    rmSync(join(folder, '0.jpg'));
    await vi.waitFor(() => expect(told.gone).toEqual(['0.jpg']));
  });

  it('tells of a folder that comes with all that is in it, goes, and comes again', async () => {
    const folder = temporaryFolder();
    const outside = temporaryFolder();
    mkdirSync(join(outside, 'trip/day'), { recursive: true });
    writeFileSync(join(outside, 'trip/day/1.jpg'), '');
    const { told, ready } = watching(folder);
    await ready;
    for (let time = 0; time < 2; time++) {
      renameSync(join(outside, 'trip'), join(folder, 'trip'));
      await vi.waitFor(() => expect(told.files).toContain('trip/day/1.jpg'));
      writeFileSync(join(folder, 'trip/day/2.jpg'), String(time));
      await vi.waitFor(() => expect(told.files).toContain('trip/day/2.jpg'));
      renameSync(join(folder, 'trip'), join(outside, 'trip'));
      await vi.waitFor(() => expect(told.gone).toContain('trip'));
      told.files.length = told.gone.length = 0;
    }
  });

  it('is told of under another name when a folder in it is renamed', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'old/inside'), { recursive: true });
    writeFileSync(join(folder, 'old/inside/1.jpg'), '');
    const { told, ready } = watching(folder);
    await ready;
    renameSync(join(folder, 'old'), join(folder, 'new'));
    await vi.waitFor(() => expect(told.files).toEqual(['new/inside/1.jpg']));
    await vi.waitFor(() => expect(told.gone).toContain('old'));
    writeFileSync(join(folder, 'new/inside/2.jpg'), '');
    await vi.waitFor(() => expect(told.files).toContain('new/inside/2.jpg'));
  });

  it('tells nothing of hidden files and folders, and of what is excluded', async () => {
    const folder = temporaryFolder();
    for (const name of ['.hidden', 'library', 'photos']) mkdirSync(join(folder, name));
    const { told, ready } = watching(folder, { exclude: [join(folder, 'library')] });
    await ready;
    for (const name of ['.hidden/1.jpg', '.2.jpg', 'library/3.jpg', 'photos/4.jpg'])
      writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, '.later'));
    writeFileSync(join(folder, '.later/5.jpg'), '');
    await vi.waitFor(() => expect(told.files).toEqual(['photos/4.jpg']));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told).toEqual({ files: ['photos/4.jpg'], gone: [], ends: [] });
  });

  it('begins with some of its folders at a time, and misses none', async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 450; i++) mkdirSync(join(folder, String(i % 20), String(i)), { recursive: true });
    const started: number[] = [];
    const counted: typeof chokidarWatch = (paths, options) => {
      started.push((paths as string[]).length);
      return chokidarWatch(paths, options);
    };
    const { told, ready } = watching(folder, { watch: counted });
    await ready;
    expect(started.reduce((sum, n) => sum + n)).toBe(471);
    expect(Math.max(...started)).toBeLessThanOrEqual(200);
    const names = Array.from({ length: 450 }, (_, i) => `${i % 20}/${i}/new.jpg`);
    for (const name of names) writeFileSync(join(folder, name), '');
    await vi.waitFor(() => expect(new Set(told.files)).toEqual(new Set(names)), { timeout: 5000 });
  });
});

describe('A system that allows no more watches', () => {
  /** A watch whose system answers as the test says. */
  function failing(code: string): { told: Told; ready: Promise<void> } {
    const watch = (() => {
      const emitter = Object.assign(new EventEmitter(), { close: () => Promise.resolve() });
      setImmediate(() => emitter.emit('error', Object.assign(new Error('strange'), { code })));
      if (code === 'EACCES') setImmediate(() => emitter.emit('ready'));
      return emitter;
    }) as unknown as typeof chokidarWatch;
    return watching(temporaryFolder(), { watch });
  }

  it.each(['ENOSPC', 'EMFILE'])('(%s) is told in a sentence, and holds up nothing', async (code) => {
    const { told, ready } = failing(code);
    await ready;
    expect(told.ends).toEqual([expect.stringMatching(/no more watches.*fs\.inotify\.max_user_watches/)]);
  });

  it('is not one where watching fails for another reason, which is told too', async () => {
    const { told, ready } = failing('EIO');
    await ready;
    expect(told.ends).toEqual([expect.stringMatching(/Watching it failed \(strange\)/)]);
  });

  it('is not one where a folder may not be looked into', async () => {
    const { told, ready } = failing('EACCES');
    await ready;
    expect(told.ends).toEqual([]);
  });
});
