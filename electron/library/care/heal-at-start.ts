// A catalogue is put right before it is opened; in a thread of its own where that takes long, so that the page can say meanwhile
// what is going on.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { fromOutcome, type Outcome } from '../../contract/outcome.ts';
import { say, type Sentence } from '../../contract/sentence.ts';
import { damageWasNoted } from './damage.ts';
import { healCatalogue } from './heal.ts';

/**
 * To be called by who holds the library's lock.
 * @param tell told what goes on, and what was done
 * @returns what was done, in a sentence; undefined where nothing was
 * @throws LikenessError as healCatalogue does
 */
export async function healAtStart(
  libraryPath: string,
  tell: (sentence: Sentence) => void,
): Promise<Sentence | undefined> {
  const isLong = damageWasNoted(libraryPath);
  if (isLong) tell(say`Damage was met in the catalogue. It is looked through from end to end.`);
  const healed = isLong ? await inThread(libraryPath) : healCatalogue(libraryPath);
  if (healed) tell(healed);
  return healed;
}

async function inThread(libraryPath: string): Promise<Sentence | undefined> {
  const script = fileURLToPath(new URL(`./care-thread${extname(import.meta.url)}`, import.meta.url));
  const pool = workerpool.pool(script, { workerType: 'thread', maxWorkers: 1 });
  try {
    return fromOutcome((await pool.exec('heal', [libraryPath])) as Outcome<Sentence | undefined>);
  } finally {
    await pool.terminate();
  }
}
