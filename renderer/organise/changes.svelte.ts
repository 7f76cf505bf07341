// The change that was made last, which can be taken back.
import type { Change, ChangeKind } from '../../electron/contract/organise.ts';
import { library } from '../photos/library.svelte.ts';
import { transport } from '../shell/transport.ts';
import { view } from '../shell/view.svelte.ts';
import { t } from '../words/t.ts';

/** Milliseconds that a change is told, and can be undone by a button. */
const TOLD = 10_000;

export class LastChange {
  /** What to say. */
  sentence = $state<string>();
  /** The change that the button undoes; undefined where there is none to undo. */
  change = $state.raw<Change>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Changes something, and says so. @returns whether it worked */
  make(work: () => Promise<Change>): Promise<boolean> {
    return view.attempt(async () => {
      const change = await work();
      this.#say(inWords(change), change);
    });
  }

  /** Says what was changed. @param change null where it cannot be undone */
  tell(kind: ChangeKind, photos: number, change: Change | null): void {
    this.#say(t(`changes.${kind}`, { count: photos }), change ?? undefined);
  }

  /** Says what was done where nothing was changed. */
  note(sentence: string): void {
    this.#say(sentence);
  }

  /** @param changeId undoes this one only; without it, whichever is the newest */
  undo(changeId?: number): Promise<boolean> {
    return view.attempt(async () => {
      library.expectChange();
      const change = await transport.call('undoChange', changeId === undefined ? {} : { changeId });
      this.#say(change ? t('changes.undone', { what: inWords(change) }) : t('changes.nothing-to-undo'));
    });
  }

  redo(): Promise<boolean> {
    return view.attempt(async () => {
      library.expectChange();
      const change = await transport.call('redoChange', {});
      this.#say(change ? t('changes.redone', { what: inWords(change) }) : t('changes.nothing-to-redo'));
    });
  }

  dismiss(): void {
    clearTimeout(this.#timer);
    this.sentence = undefined;
    this.change = undefined;
  }

  #say(sentence: string, change?: Change): void {
    this.dismiss();
    this.sentence = sentence;
    this.change = change;
    this.#timer = setTimeout(() => this.dismiss(), TOLD);
  }
}

const inWords = ({ kind, photos }: Change): string => t(`changes.${kind}`, { count: photos });

export const lastChange = new LastChange();
