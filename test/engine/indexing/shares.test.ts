import { EventEmitter } from 'node:events';
import { rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FolderPlaces } from '../../../electron/engine/indexing/folder-sync.ts';
import { LookRhythm } from '../../../electron/engine/indexing/look-rhythm.ts';
import { openEngine, pathsOf, photoAt, until } from '../../support/engines.ts';
import { makePicture, settle, temporaryFolder, writePicture, writePictures } from '../../support/pictures.ts';

describe('The rhythm of looks', () => {
  it('is slower the longer nothing happens, and quick again when something does', () => {
    const rhythm = new LookRhythm({ shortest: 10, longest: 60 });
    expect([false, false, false, false, false, false].map((changed) => rhythm.next(0, changed))).toEqual([
      10, 15, 22.5, 33.75, 50.625, 60,
    ]);
    expect(rhythm.next(0, true)).toBe(10);
  });

  it('leaves nineteen twentieths of the time to others, however long a look takes', () => {
    const rhythm = new LookRhythm({ shortest: 10, longest: 60 });
    expect(rhythm.next(1000, true)).toBe(20_000);
    expect(rhythm.next(1000, false)).toBe(20_000);
  });
});

describe('A folder on a share', () => {
  it('is followed by looking through it now and then, and says so', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 2);
    const rhythm = { shortest: 100, longest: 300 };
    const engine = await openEngine({ places: { isOnShare: () => Promise.resolve(true), rhythm } });
    engine.start();
    await engine.methods.addFolder({ path: folder });
    const shown = (count: number) =>
      until(
        () => pathsOf(engine),
        (paths) => paths.length === count,
      );
    await shown(2);
    expect(engine.methods.getStatus().folders[0].notice?.text).toContain('looked through every few minutes');
    await writePicture(join(folder, 'new.jpg'), 7);
    await shown(3);
    rmSync(join(folder, '0.jpg'));
    await shown(2);
  });
});

describe('A folder that the system cannot watch', () => {
  it('is followed by looking through it now and then, and says why', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 1);
    const watch = (() => {
      const emitter = Object.assign(new EventEmitter(), { close: () => Promise.resolve() });
      setImmediate(() => emitter.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' })));
      return emitter;
    }) as unknown as NonNullable<FolderPlaces['watch']>;
    const engine = await openEngine({ places: { watch, rhythm: { shortest: 100, longest: 300 } } });
    engine.start();
    await engine.methods.addFolder({ path: folder });
    await writePicture(join(folder, 'new.jpg'), 7);
    await until(
      () => pathsOf(engine),
      (paths) => paths.length === 2,
    );
    await writePicture(join(folder, 'newer.jpg'), 8);
    await until(
      () => pathsOf(engine),
      (paths) => paths.length === 3,
    );
    expect(engine.methods.getStatus().folders[0].notice?.text).toContain('fs.inotify.max_user_watches');
  });
});

describe('A file that is kept in the cloud', () => {
  const places = { placeholders: true };

  it('is not fetched to be looked at: it is a problem with its reason, until it is here', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 2);
    const there = join(folder, 'there.jpg');
    writeFileSync(there, '');
    // All hole: no room on the disk.
    truncateSync(there, 3_000_000);
    settle(there);
    const libraryPath = temporaryFolder();
    const first = await openEngine({ libraryPath, watching: false, places });
    await first.indexOnce([folder]);
    const { problems } = first.methods.listProblems({ start: 0, count: 5 });
    expect(problems.map(({ path, reason }) => [path, reason.text])).toEqual([
      [there, expect.stringContaining('kept in the cloud')],
    ]);
    expect(first.timeSpent.decode).toBeGreaterThan(0);
    await first.close();
    // Fetched by the cloud's own program.
    writeFileSync(there, await makePicture(9));
    settle(there);
    const engine = await openEngine({ libraryPath, watching: false, places });
    await engine.indexOnce([folder]);
    expect(pathsOf(engine)).toContain(there);
    expect(engine.methods.getStatus().problems).toBe(0);
    await engine.close();
    // Let go of again, it stays what it is.
    const size = 3_000_000;
    truncateSync(there, 0);
    truncateSync(there, size);
    settle(there);
    const again = await openEngine({ libraryPath, watching: false, places });
    await again.indexOnce([folder]);
    expect(again.methods.getStatus()).toMatchObject({ photos: 3, problems: 0, waiting: 0 });
    expect(pathsOf(again)).toContain(there);
  });

  it('is read where the person asks for it', async () => {
    const folder = temporaryFolder();
    const there = join(folder, 'there.jpg');
    writeFileSync(there, '');
    truncateSync(there, 100_000);
    settle(there);
    const engine = await openEngine({ places });
    engine.start();
    await engine.methods.addFolder({ path: folder });
    const problem = () => engine.methods.listProblems({ start: 0, count: 1 }).problems[0]?.reason.text;
    await until(problem, (reason) => reason !== undefined);
    engine.methods.retryProblems({ photoId: photoAt(engine, there) });
    // It was opened: this one holds nothing but zeros.
    await until(problem, (reason) => reason?.includes('does not hold'));
  });
});
