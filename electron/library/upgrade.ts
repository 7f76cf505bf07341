// Brings the catalogue of an earlier version up to date in a thread of its own, so that the page can say meanwhile
// what is going on.
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import { fromOutcome, type Outcome } from '../contract/outcome.ts';
import { needsUpgrade } from './open-catalogue.ts';
import { say, type Sentence } from '../contract/sentence.ts';

/**
 * Does nothing where the catalogue is new or of this version.
 * @param tell told once, before it begins
 * @throws LikenessError as openCatalogue does
 */
export async function upgradeCatalogue(libraryPath: string, tell: (sentence: Sentence) => void): Promise<void> {
  if (!needsUpgrade(libraryPath)) return;
  tell(say`Bringing the catalogue up to date, once. No photo is read again.`);
  const script = fileURLToPath(new URL(`./upgrade-thread${extname(import.meta.url)}`, import.meta.url));
  const pool = workerpool.pool(script, { workerType: 'thread', maxWorkers: 1 });
  try {
    fromOutcome((await pool.exec('upgrade', [libraryPath])) as Outcome<null>);
  } finally {
    await pool.terminate();
  }
}
