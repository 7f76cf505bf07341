// The thread that brings a catalogue up to date.
import { join } from 'node:path';
import workerpool from 'workerpool';
import { LikenessError, saidBy } from '../contract/errors.ts';
import { toOutcome, type Outcome } from '../contract/outcome.ts';
import { say } from '../contract/sentence.ts';
import { writeBackup } from './care/backups.ts';
import { openCatalogue } from './open-catalogue.ts';
import { isOutOfSpace } from './out-of-space.ts';

export const tasks = {
  upgrade: (libraryPath: string): Promise<Outcome<null>> =>
    toOutcome(() => {
      // As the version before left it, whatever comes of this one.
      try {
        writeBackup(libraryPath, Date.now());
      } catch (error) {
        throw new LikenessError(
          isOutOfSpace(error) ? 'no-space' : 'unavailable',
          say`The catalogue could not be copied before it is brought up to date: ${saidBy(error)}. Nothing was changed. Make that possible in ${join(libraryPath, 'backups')}, and start again.`,
          { cause: error },
        );
      }
      openCatalogue(libraryPath).close();
      return null;
    }),
};

workerpool.worker(tasks);
