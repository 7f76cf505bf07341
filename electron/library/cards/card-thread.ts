// The thread that reads and writes drive cards: a slow drive, or one that does not answer, holds nothing else up.
import workerpool from 'workerpool';
import { toOutcome, type Outcome } from '../../contract/outcome.ts';
import { readCard, type CardPart, type ToReadFromCard } from './read-card.ts';
import { writeCard, type CardToWrite } from './write-card.ts';

export const tasks = {
  read: (what: ToReadFromCard, after: string, limit: number): Promise<Outcome<CardPart>> =>
    toOutcome(() => readCard(what, after, limit)),
  write: (what: CardToWrite): Promise<Outcome<null>> =>
    toOutcome(() => {
      writeCard(what);
      return null;
    }),
};

workerpool.worker(tasks);
