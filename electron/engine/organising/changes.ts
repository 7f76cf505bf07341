// What a person changed, newest last, so that it can be undone and done again. It is forgotten when the program ends.
import type { Change, ChangeKind } from '../../contract/organise.ts';

/** Turns what was changed back; what it gives does it again. */
export interface Turn {
  turn(): Turn | Promise<Turn>;
  /** It will not be asked for any more. */
  forget?(): void;
}

interface Turnable {
  readonly change: Change;
  readonly turn: Turn;
}

/** Changes that can be undone, at most. */
const MOST = 100;

export class Changes {
  readonly #made: Turnable[] = [];
  readonly #undone: Turnable[] = [];
  #newest = 0;
  /** One after the other. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param turn undoes it */
  add(kind: ChangeKind, photos: number, turn: Turn): Change {
    const change = { changeId: ++this.#newest, kind, photos };
    this.#made.push({ change, turn });
    const forgotten = [...this.#undone.splice(0), ...this.#made.splice(0, this.#made.length - MOST)];
    for (const one of forgotten) one.turn.forget?.();
    return change;
  }

  /** Takes the newest change back. @param changeId only if it is that one */
  undo(changeId: number | undefined): Promise<Change | null> {
    return this.#inTurn(this.#made, this.#undone, changeId);
  }

  redo(): Promise<Change | null> {
    return this.#inTurn(this.#undone, this.#made, undefined);
  }

  #inTurn(from: Turnable[], to: Turnable[], changeId: number | undefined): Promise<Change | null> {
    const done = this.#last.then(async () => {
      const last = from.at(-1);
      if (!last || (changeId !== undefined && last.change.changeId !== changeId)) return null;
      // Where it fails it stays, to be tried again.
      const turn = await last.turn.turn();
      from.splice(from.indexOf(last), 1);
      to.push({ change: last.change, turn });
      return last.change;
    });
    this.#last = done.catch(() => undefined);
    return done;
  }
}
