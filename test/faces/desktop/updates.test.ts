import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Updates, type Updater } from '../../../electron/faces/desktop/updates.ts';
import { wordsFor } from '../../../electron/faces/desktop/words.ts';
import { temporaryFolder } from '../../support/pictures.ts';

const DAY = 24 * 3600 * 1000;

/** An application that is started again and again; the person answers by the first button or the last. */
function anApplication(newest: string | null | Error) {
  const file = join(temporaryFolder(), 'versions.json');
  const state = { wanted: 'not-asked' as 'not-asked' | 'weekly' | 'never', now: 100 * DAY, said: [] as number[] };
  const asked: string[] = [];
  const done: string[] = [];
  const updater: Updater = {
    autoDownload: true,
    autoInstallOnAppQuit: false,
    checkForUpdates: () => {
      done.push('looked');
      if (newest instanceof Error) return Promise.reject(newest);
      const updateInfo = { version: newest ?? '1.0.0' };
      return Promise.resolve({ isUpdateAvailable: newest !== null, updateInfo });
    },
    downloadUpdate: () => Promise.resolve(void done.push('fetched')),
    quitAndInstall: () => void done.push('installed'),
  };
  const updates = (): Updates =>
    new Updates({
      words: wordsFor('en'),
      file,
      now: () => state.now,
      updater: () => Promise.resolve(updater),
      ask: (message) => {
        asked.push(message);
        return Promise.resolve(state.said.shift() ?? expect.unreachable());
      },
      wanted: () => state.wanted,
      onWanted: (wanted) => (state.wanted = wanted),
    });
  const start = (): Promise<void> => updates().atStart();
  return { state, asked, done, updater, updates, start };
}

describe('New versions', () => {
  it('are never looked for before the person has said so, at the second start, and never again after a no', async () => {
    const { state, asked, done, start } = anApplication('2.0.0');
    await start();
    expect(asked).toEqual([]);
    state.said = [1];
    await start();
    expect(asked).toEqual(['Look for new versions of Likeness once a week?']);
    state.now += 30 * DAY;
    await start();
    expect([state.wanted, asked.length, done]).toEqual(['never', 1, []]);
  });

  it('are looked for once a week, and fetched and put in after a word each', async () => {
    const { state, asked, done, updater, start } = anApplication('2.0.0');
    state.wanted = 'weekly';
    state.said = [1];
    await start();
    expect([asked, done]).toEqual([['Likeness 2.0.0 is there'], ['looked']]);
    expect([updater.autoDownload, updater.autoInstallOnAppQuit]).toEqual([false, true]);
    state.now += 6 * DAY;
    await start();
    expect(done).toEqual(['looked']);
    state.now += DAY;
    state.said = [0, 1];
    await start();
    expect(done).toEqual(['looked', 'looked', 'fetched']);
    state.now += 7 * DAY;
    state.said = [0, 0];
    await start();
    expect(done.slice(3)).toEqual(['looked', 'fetched', 'installed']);
  });

  it('are not asked about where there is none, and the next look is a week later where one fails', async () => {
    const none = anApplication(null);
    none.state.wanted = 'weekly';
    await none.start();
    expect([none.asked, none.done]).toEqual([[], ['looked']]);
    const failing = anApplication(new Error('no network'));
    failing.state.wanted = 'weekly';
    await expect(failing.start()).rejects.toThrow('no network');
    failing.state.now += DAY;
    await failing.start();
    expect(failing.done).toEqual(['looked']);
  });

  it('are looked for also by an application that is not started again for weeks', async () => {
    const { state, done, updates } = anApplication(null);
    const running = updates();
    await running.lookIfDue();
    state.wanted = 'weekly';
    await running.lookIfDue();
    state.now += 6 * DAY;
    await running.lookIfDue();
    expect(done).toEqual(['looked']);
    state.now += DAY;
    await running.lookIfDue();
    expect(done).toEqual(['looked', 'looked']);
  });
});
