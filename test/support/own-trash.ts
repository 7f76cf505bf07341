// A trash of its own for the tests of a file, on the drive that the pictures are on; where it is is looked up once.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** To be called among the tests of a group. */
export function useOwnTrash(): void {
  const { HOME, XDG_DATA_HOME } = process.env;
  beforeAll(() => {
    process.env.HOME = mkdtempSync(join(tmpdir(), 'likeness-home-'));
    process.env.XDG_DATA_HOME = join(process.env.HOME, 'data');
  });
  afterAll(() => {
    rmSync(process.env.HOME!, { recursive: true });
    Object.assign(process.env, { HOME });
    if (XDG_DATA_HOME === undefined) delete process.env.XDG_DATA_HOME;
    else process.env.XDG_DATA_HOME = XDG_DATA_HOME;
  });
}
