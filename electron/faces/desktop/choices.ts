// What the person chose of the window and its place in the system, and what follows from it.
import { z } from 'zod';
import { desktopChoices, firstChoices, type ChangedChoices, type DesktopChoices } from '../../contract/desktop.ts';
import { readSmallFile, writeSmallFile } from './small-file.ts';

/** What another version kept beside is passed over. */
const kept = z.object(desktopChoices.shape).partial();

export class Choices {
  readonly #file: string;
  readonly #onChanged: (now: DesktopChoices, before: DesktopChoices | undefined) => void;
  #now: DesktopChoices;

  /** @param onChanged does what they say: at once for what is kept, and at each change */
  constructor(file: string, onChanged: (now: DesktopChoices, before: DesktopChoices | undefined) => void) {
    this.#file = file;
    this.#onChanged = onChanged;
    this.#now = desktopChoices.parse({ ...firstChoices, ...readSmallFile(file, kept) });
    onChanged(this.#now, undefined);
  }

  get now(): DesktopChoices {
    return this.#now;
  }

  /** @throws what the system says where it cannot be done, or an error of the disk; what was chosen before holds then */
  change(some: ChangedChoices): void {
    const before = this.#now;
    const next = desktopChoices.parse({ ...before, ...some });
    this.#onChanged(next, before);
    writeSmallFile(this.#file, next);
    this.#now = next;
  }
}
