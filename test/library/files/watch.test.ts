import { EventEmitter } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { inEnglish } from '../../../electron/contract/sentence.ts';

const started: { emitter: EventEmitter; options: { usePolling: boolean } }[] = [];
vi.mock('chokidar', () => ({
  watch: (_path: string, options: { usePolling: boolean }) => {
    const emitter = Object.assign(new EventEmitter(), { close: () => Promise.resolve() });
    started.push({ emitter, options });
    return emitter;
  },
}));
const { watchFolder } = await import('../../../electron/library/files/watch.ts');

afterEach(() => {
  started.length = 0;
});

/** A watch whose system answers as the test says. */
function watchWith(error: object | null): { notices: (string | null)[]; ready: Promise<void> } {
  const notices: (string | null)[] = [];
  const { ready } = watchFolder('/photos', [], {
    onFile: () => undefined,
    onGone: () => undefined,
    onNotice: (_, notice) => notices.push(notice && inEnglish(notice)),
  });
  if (error) started[0].emitter.emit('error', error);
  return { notices, ready };
}

describe('A system that allows no more watches', () => {
  it('is told in a sentence, and the folder is looked through instead', async () => {
    const { notices, ready } = watchWith(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    await vi.waitFor(() => expect(started).toHaveLength(2));
    expect(started[1].options.usePolling).toBe(true);
    expect(notices).toEqual([expect.stringMatching(/no more watches.*fs\.inotify\.max_user_watches/)]);
    started[1].emitter.emit('ready');
    await ready;
  });

  it('does not hold up what waits for the watch when it fails for another reason', async () => {
    const { notices, ready } = watchWith(new Error('strange'));
    await ready;
    expect(notices[0]).toMatch(/Watching it failed \(strange\); changes are found at the next start/);
    expect(started).toHaveLength(1);
  });
});
