// Disks of their own for tests, where the system allows to mount them.
import { execFileSync } from 'node:child_process';
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

/** A disk in memory that goes with the test. @param options of the mount: size=64k */
export function mountedDisk(options: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'likeness-test', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
