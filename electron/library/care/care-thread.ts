// The thread that looks through a catalogue from end to end, to put it right or to copy it.
import workerpool from 'workerpool';
import { toOutcome, type Outcome } from '../../contract/outcome.ts';
import type { Sentence } from '../../contract/sentence.ts';
import { cataloguePath } from '../catalogue.ts';
import { writeBackup } from './backups.ts';
import { noteDamage } from './damage.ts';
import { examineCatalogue } from './examine.ts';
import { healCatalogue } from './heal.ts';

export const tasks = {
  heal: (libraryPath: string): Promise<Outcome<Sentence | undefined>> => toOutcome(() => healCatalogue(libraryPath)),
  /** @throws LikenessError 'damaged' where it is, and no copy is made */
  care: (libraryPath: string): Promise<Outcome<null>> =>
    toOutcome(() => {
      const examined = examineCatalogue(cataloguePath(libraryPath));
      if (examined.kind === 'damaged') throw noteDamage(libraryPath, examined.why);
      writeBackup(libraryPath, Date.now());
      return null;
    }),
};

workerpool.worker(tasks);
