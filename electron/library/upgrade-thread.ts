// The thread that brings a catalogue up to date.
import workerpool from 'workerpool';
import { toOutcome, type Outcome } from '../contract/outcome.ts';
import { writeBackup } from './care/backups.ts';
import { openCatalogue } from './open-catalogue.ts';

export const tasks = {
  upgrade: (libraryPath: string): Promise<Outcome<null>> =>
    toOutcome(() => {
      // As the version before left it, whatever comes of this one.
      writeBackup(libraryPath, Date.now());
      openCatalogue(libraryPath).close();
      return null;
    }),
};

workerpool.worker(tasks);
