import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withThread } from '../../electron/library/in-thread.ts';
import { Library } from '../../electron/library/library.ts';
import { temporaryFolder } from '../support/pictures.ts';

it('A thread that is told to end while it ends does so', { timeout: 20_000 }, async () => {
  const libraryPath = temporaryFolder();
  Library.open(libraryPath).close();
  for (let i = 0; i < 5; i++) {
    const closing = new AbortController();
    const work = withThread(
      'upgrade-thread',
      async (exec) => {
        await exec('upgrade', [libraryPath]);
        // The task has been answered, and its thread is being ended.
        void turn().then(() => closing.abort());
        return i;
      },
      closing.signal,
    );
    expect(await work).toBe(i);
  }
});
