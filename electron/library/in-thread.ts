// Tasks in a thread of their own, which ends with them.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { fromOutcome, type Outcome } from '../contract/outcome.ts';

/** Runs a task of the thread. */
export type Exec = <T>(task: string, args: unknown[]) => Promise<T>;

/**
 * @param script a module of this folder that gives tasks to workerpool; without its ending, because compiled ones have another
 * @param work calls tasks, one after the other
 * @param signal ends the thread in the middle of a task, which then fails
 * @throws LikenessError as a task does
 */
export async function withThread<T>(
  script: string,
  work: (exec: Exec) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const path = fileURLToPath(new URL(`./${script}${extname(import.meta.url)}`, import.meta.url));
  const pool = workerpool.pool(path, { workerType: 'thread', maxWorkers: 1 });
  // Once: of two that wait for the end of one worker, workerpool tells the second alone.
  let ending: Promise<unknown> | undefined;
  const end = (): Promise<unknown> => (ending ??= Promise.resolve(pool.terminate(true)));
  // A task that waits for a file system which does not answer ends when that does; nobody waits for it.
  const leave = (): void => void end().catch(() => undefined);
  signal?.addEventListener('abort', leave, { once: true });
  try {
    signal?.throwIfAborted();
    const done = await work(async (task, args) => fromOutcome((await pool.exec(task, args)) as Outcome<never>));
    await end();
    return done;
  } catch (error) {
    leave();
    throw error;
  } finally {
    signal?.removeEventListener('abort', leave);
  }
}

/** One task in a thread of its own; see withThread. */
export const inThread = <T>(script: string, task: string, args: unknown[], signal?: AbortSignal): Promise<T> =>
  withThread(script, (exec) => exec<T>(task, args), signal);
