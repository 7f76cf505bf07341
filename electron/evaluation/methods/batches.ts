// How long methods with a network learn.
import { batchesOf } from '../../deepquan/training/batch.ts';
import type { MethodContext } from '../method.ts';

const BATCH = 256;
const MOST_EPOCHS = 300;

/** Numbers of photos, a batch for each of so many steps, fewer where there are few photos; breathes and tells between them. */
export async function* batchesFor(
  n: number,
  mostSteps: number,
  { random, breathe, onProgress }: MethodContext,
): AsyncGenerator<Int32Array> {
  const steps = Math.min(mostSteps, MOST_EPOCHS * Math.max(1, Math.floor(n / BATCH)));
  for (let step = 0; step < steps;) {
    for (const members of batchesOf(n, BATCH, random)) {
      yield members;
      await breathe();
      if (++step === steps) return;
      if (step % 50 === 0) onProgress(step / steps);
    }
  }
}
