// One task in a thread of its own, which ends with it.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { fromOutcome, type Outcome } from '../contract/outcome.ts';

/**
 * @param script a module of this folder that gives tasks to workerpool; without its ending, because compiled ones have another
 * @throws LikenessError as the task does
 */
export async function inThread<T>(script: string, task: string, args: unknown[]): Promise<T> {
  const path = fileURLToPath(new URL(`./${script}${extname(import.meta.url)}`, import.meta.url));
  const pool = workerpool.pool(path, { workerType: 'thread', maxWorkers: 1 });
  try {
    return fromOutcome((await pool.exec(task, args)) as Outcome<T>);
  } finally {
    await pool.terminate();
  }
}
