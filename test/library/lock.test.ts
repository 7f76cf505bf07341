import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { lockLibrary } from '../../electron/library/lock.ts';
import { missingMounts } from '../support/environment.ts';
import { mountedDisk } from '../support/mounts.ts';
import { temporaryFolder } from '../support/pictures.ts';

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

  it('is taken though something else was written into its file', () => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'lock.sqlite'), 'no lock, but long enough to be taken for a database'.repeat(100));
    const lock = lockLibrary(path);
    expect(() => lockLibrary(path)).toThrow(/already running/);
    lock.release();
  });

  it.each(['null', '5', '{', ''])('is taken though the word of another start says %j', (word) => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'running.json'), word);
    lockLibrary(path).release();
  });

  it.each(['lock.sqlite', 'running.json'])('says so where a folder is in the place of %s', (name) => {
    const path = temporaryFolder();
    mkdirSync(join(path, name));
    expect(() => lockLibrary(path)).toThrow(/A file was expected at .*Move it away/);
  });

  it('is refused while another computer has the library open, and given when that one is silent', () => {
    const path = temporaryFolder();
    const word = join(path, 'running.json');
    writeFileSync(word, JSON.stringify({ pid: 7, address: null, host: 'desk' }));
    expect(() => lockLibrary(path, 'laptop')).toThrow(/is open on the computer desk\. Close Likeness there first/);
    // The same computer after a crash: its lock went with it.
    lockLibrary(path, 'desk').release();
    writeFileSync(word, JSON.stringify({ pid: 7, address: null, host: 'desk' }));
    const twoMinutesAgo = Date.now() / 1000 - 120;
    utimesSync(word, twoMinutesAgo, twoMinutesAgo);
    lockLibrary(path, 'laptop').release();
    expect(readdirSync(path).filter((name) => name.startsWith('clock-'))).toEqual([]);
  });

  it('is renewed, so that another computer knows that the library is still open', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const path = temporaryFolder();
    const lock = lockLibrary(path, 'desk');
    const word = join(path, 'running.json');
    utimesSync(word, 1000, 1000);
    vi.advanceTimersByTime(60_000);
    expect(() => lockLibrary(path, 'laptop')).toThrow(/is open on the computer desk/);
    lock.release();
  });

  it('tells of a folder that cannot be written or made', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => lockLibrary(join(file, 'library'))).toThrow(/cannot be written .*choose another folder/);
  });

  it.skipIf(missingMounts())('tells of a disk that can only be read, and of one that is full', () => {
    const disk = mountedDisk('size=64k');
    writeFileSync(join(disk, 'full'), Buffer.alloc(65_536));
    expect(() => lockLibrary(join(disk))).toThrow(/disk that holds the library .* is full/);
    rmSync(join(disk, 'full'));
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect(() => lockLibrary(disk)).toThrow(/cannot be written .*Make it writable/);
  });
});
