// The thread that brings a catalogue up to date.
import workerpool from 'workerpool';
import { toOutcome, type Outcome } from '../contract/outcome.ts';
import { openCatalogue } from './open-catalogue.ts';

export const tasks = {
  upgrade: (libraryPath: string): Promise<Outcome<null>> =>
    toOutcome(() => {
      openCatalogue(libraryPath).close();
      return null;
    }),
};

workerpool.worker(tasks);
