// A catalogue is put right before it is opened; in a thread of its own where that takes long, so that the page can say meanwhile
// what is going on.
import { say, type Sentence } from '../../contract/sentence.ts';
import { inThread } from '../in-thread.ts';
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
  const healed = isLong
    ? await inThread<Sentence | undefined>('care/care-thread', 'heal', [libraryPath])
    : healCatalogue(libraryPath);
  if (healed) tell(healed);
  return healed;
}
