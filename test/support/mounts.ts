// Disks of their own for tests, where the system allows to mount them.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Whether disks cannot be mounted here. */
export function cannotMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'likeness-test', folder], { stdio: 'ignore' });
    execFileSync('umount', [folder], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A disk in memory that goes with the test. @param options of the mount: size=64k; @param at where, a folder of its own where it is not given */
export function mountedDisk(options: string, at?: string): string {
  const folder = at ?? mkdtempSync(join(tmpdir(), 'likeness-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'likeness-test', folder]);
  onTestFinished(() => {
    unmount(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Mounts a disk somewhere else, as a drive that is connected again. @returns where */
export function moveMount(folder: string): string {
  const elsewhere = mkdtempSync(join(tmpdir(), 'likeness-disk-'));
  execFileSync('mount', ['--bind', folder, elsewhere]);
  unmount(folder);
  onTestFinished(() => {
    unmount(elsewhere);
    rmSync(elsewhere, { recursive: true, force: true });
  });
  return elsewhere;
}

export function unmount(folder: string): void {
  // It may be unmounted already.
  spawnSync('umount', ['--lazy', folder]);
}
