import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cataloguePath } from '../../electron/library/catalogue.ts';
import { Library } from '../../electron/library/library.ts';
import { lockLibrary } from '../../electron/library/lock.ts';
import { migrations } from '../../electron/library/migrations.ts';
import { BLOCK_SIZE } from '../../electron/library/model-rows.ts';
import { temporaryFolder } from '../pictures.ts';

describe('The catalogue', () => {
  it('is made at the latest schema, and each migration can be taken on its own', () => {
    const path = temporaryFolder();
    Library.open(path).close();
    const db = new Database(cataloguePath(path));
    expect(db.pragma('user_version', { simple: true })).toBe(migrations.length);
    db.close();
    for (let version = 0; version < migrations.length; version++) {
      const older = temporaryFolder();
      const at = new Database(cataloguePath(older));
      for (let step = 0; step < version; step++) at.exec(migrations[step]);
      at.pragma(`user_version = ${version}`);
      at.close();
      const library = Library.open(older);
      expect(library.integrity()).toBe('ok');
      library.close();
    }
  });

  it('of a later program, or that is none, is refused with a sentence and left as it is', () => {
    const later = temporaryFolder();
    Library.open(later).close();
    const db = new Database(cataloguePath(later));
    db.pragma('user_version = 999');
    db.close();
    expect(() => Library.open(later)).toThrow(/later version of Likeness \(schema 999/);
    const damaged = temporaryFolder();
    writeFileSync(cataloguePath(damaged), 'this is no database, but it is long enough to look at'.repeat(100));
    expect(() => Library.open(damaged)).toThrow(/damaged or is not a catalogue.*photos are not affected/s);
    expect(() => Library.openReadOnly(temporaryFolder())).toThrow(/no library at .* Index a folder first/);
  });

  it("takes a folder's photos over when a folder around it is added", () => {
    const library = Library.open(temporaryFolder());
    const inner = library.folders.add('/p/inner', '1', [], 0);
    library.photos.reconcile(inner, { path: '/p/inner/a.jpg', size: 1, modifiedAt: 1 }, 1);
    const outer = library.folders.add('/p', '1', [inner], 0);
    expect(library.folders.all().map(({ path }) => path)).toEqual(['/p']);
    expect(library.folders.photoCounts().get(outer)).toBe(1);
    library.close();
  });

  it('counts photos as they come, change hands and go, as counting them all would', () => {
    const library = Library.open(temporaryFolder());
    const [first, second] = ['/a', '/b'].map((path) => library.folders.add(path, '1', [], 0));
    const counted = (): number[] => [first, second].map((id) => library.folders.photoCounts().get(id) ?? 0);
    for (let i = 0; i < 7; i++)
      library.photos.reconcile(i < 5 ? first : second, { path: `/a/${i}.jpg`, size: 1, modifiedAt: 1 }, 1);
    expect(counted()).toEqual([5, 2]);
    // Seen again: unchanged, changed, and now in the other folder.
    library.photos.reconcile(first, { path: '/a/0.jpg', size: 1, modifiedAt: 1 }, 2);
    library.photos.reconcile(first, { path: '/a/1.jpg', size: 2, modifiedAt: 1 }, 2);
    library.photos.reconcile(second, { path: '/a/2.jpg', size: 1, modifiedAt: 1 }, 2);
    expect(counted()).toEqual([4, 3]);
    expect(library.photos.counts()).toMatchObject({ photos: 7, waiting: 7 });
    library.photos.remove(library.photos.under('/a/3.jpg', '/'));
    expect(counted()).toEqual([3, 3]);
    library.folders.remove(first);
    expect(library.photos.counts().photos).toBe(3);
    library.close();
  });

  it('finds everything below a path, and nothing beside it', () => {
    const library = Library.open(temporaryFolder());
    const folder = library.folders.add('/p', '1', [], 0);
    for (const path of ['/p/a/1.jpg', '/p/a/b/2.jpg', '/p/a.jpg', '/p/ab/3.jpg'])
      library.photos.reconcile(folder, { path, size: 1, modifiedAt: 1 }, 1);
    expect(library.photos.under('/p/a', '/')).toHaveLength(2);
    expect(library.photos.under('/p/a.jpg', '/')).toHaveLength(1);
    library.close();
  });

  it('keeps codes in blocks in the order they came, and writes zeros for what is gone', () => {
    const library = Library.open(temporaryFolder());
    const encoded = Array.from({ length: BLOCK_SIZE + 5 }, (_, i) => ({
      contentId: i + 1,
      code: Uint8Array.of(i & 255, i >> 8),
      fastCode: Uint8Array.of(i & 15),
      hidden: Float32Array.of(i),
    }));
    library.inTransaction(() => library.models.append(1, encoded.slice(0, 7)));
    library.inTransaction(() => library.models.append(1, encoded.slice(7)));
    library.inTransaction(() => library.models.forget(new Set([3, BLOCK_SIZE + 2])));
    const blocks = [...library.models.blocks(1)];
    expect(blocks.map(({ contents }) => contents.length)).toEqual([BLOCK_SIZE, 5]);
    expect([...blocks[0].contents.slice(0, 4)]).toEqual([1, 2, 0, 4]);
    expect([...blocks[1].contents]).toEqual([BLOCK_SIZE + 1, 0, BLOCK_SIZE + 3, BLOCK_SIZE + 4, BLOCK_SIZE + 5]);
    expect([...blocks[1].codes.slice(0, 2)]).toEqual([BLOCK_SIZE & 255, BLOCK_SIZE >> 8]);
    expect([...library.models.blocks(1, '4-bit')].map(({ codes }) => codes.length)).toEqual([BLOCK_SIZE, 5]);
    expect(library.models.hidden(1, 6)![0]).toBe(5);
    expect([...library.models.hiddenOf(1, [6, 8, 99_999])].map(([id, [value]]) => [id, value])).toEqual([
      [6, 5],
      [8, 7],
    ]);
    library.close();
  });
});

describe('The lock of a library', () => {
  it('tells a second start who has it and where', () => {
    const path = temporaryFolder();
    const lock = lockLibrary(path);
    lock.announce('http://127.0.0.1:1234/?token=x');
    expect(() => lockLibrary(path)).toThrow(
      new RegExp(`already running on the library .*process ${process.pid}.*http://127.0.0.1:1234`),
    );
    lock.release();
    lockLibrary(path).release();
  });

  it('is free again when its holder was killed', async () => {
    const path = temporaryFolder();
    const script = `import { lockLibrary } from ${JSON.stringify(join(import.meta.dirname, '../../electron/library/lock.ts'))}; globalThis.lock = lockLibrary(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');
    expect(() => lockLibrary(path)).toThrow(/already running/);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    lockLibrary(path).release();
  });
});
