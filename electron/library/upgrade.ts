// Brings the catalogue of an earlier version up to date in a thread of its own, so that the page can say meanwhile
// what is going on.
import { inThread } from './in-thread.ts';
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
  await inThread('upgrade-thread', 'upgrade', [libraryPath]);
}
