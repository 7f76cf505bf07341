// Lets a thread work in time slices beside everything else that wants a core, so that training takes no core beyond
// those that the engine may use.
import type { LimitFunction } from 'p-limit';

/** Milliseconds of one slice. */
const SLICE = 250;

/** Shared between the threads: 1 while the thread may work. */
export type Gate = Int32Array<SharedArrayBuffer>;

export function createGate(): Gate {
  return new Int32Array(new SharedArrayBuffer(4));
}

/**
 * Opens the gate slice by slice, holding the semaphore in each slice, until the work is done.
 * @param semaphore of as many as there are cores to be used
 */
export async function runInSlices<T>(gate: Gate, semaphore: LimitFunction, work: Promise<T>): Promise<T> {
  let done = false;
  const ended = work.finally(() => (done = true)).catch(() => undefined);
  while (!done) {
    await semaphore(async () => {
      setGate(gate, 1);
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, SLICE)))]);
      clearTimeout(timer);
      setGate(gate, 0);
    });
  }
  return work;
}

/** In the thread: resolves when it may work. */
export async function waitForSlice(gate: Gate): Promise<void> {
  // Lets messages in, even where the gate stands open.
  await new Promise((resolve) => setImmediate(resolve));
  while (Atomics.load(gate, 0) === 0) await Atomics.waitAsync(gate, 0, 0).value;
}

function setGate(gate: Gate, value: 0 | 1): void {
  Atomics.store(gate, 0, value);
  Atomics.notify(gate, 0);
}
