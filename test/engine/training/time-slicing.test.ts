import pLimit from 'p-limit';
import { expect, it } from 'vitest';
import { createGate, runInSlices, waitForSlice } from '../../../electron/engine/training/time-slicing.ts';

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

it('Training and reading take turns: while one works, the other waits, and both get on', async () => {
  const semaphore = pLimit(1);
  const gate = createGate();
  let steps = 0;
  const training = (async () => {
    while (steps < 40) {
      await waitForSlice(gate);
      steps++;
      await sleep(10);
    }
    return 'trained';
  })();
  const turns = runInSlices(gate, semaphore, training);
  let reads = 0;
  const reading = Promise.all(
    Array.from({ length: 6 }, () =>
      semaphore(async () => {
        expect(Atomics.load(gate, 0)).toBe(0);
        await sleep(15);
        reads++;
      }),
    ),
  );
  await reading;
  expect(steps).toBeLessThan(40);
  expect(await turns).toBe('trained');
  expect(reads).toBe(6);
  expect(Atomics.load(gate, 0)).toBe(0);
});

it('Work that fails is not swallowed, and gives the semaphore back', async () => {
  const semaphore = pLimit(1);
  await expect(
    runInSlices(
      createGate(),
      semaphore,
      sleep(20).then(() => Promise.reject(new Error('diverged'))),
    ),
  ).rejects.toThrow('diverged');
  expect(await semaphore(() => Promise.resolve('free'))).toBe('free');
});
