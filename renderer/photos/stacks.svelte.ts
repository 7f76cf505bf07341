// Which photos lie on each other in the grid, and which of these stacks are open.
import { SvelteSet } from 'svelte/reactivity';
import { transport } from '../shell/transport.ts';
import { view } from '../shell/view.svelte.ts';

/** Milliseconds in which changes that follow each other are asked about once. */
const SOON = 400;
/** Milliseconds that the first photos wait at most to be known as stacks, so that they do not move together right after they came. */
const PATIENCE = 300;
const KEPT = 'likeness-stacks';

class Stacks {
  isOn = $state(localStorage.getItem(KEPT) !== 'off');
  /** Photo ids of each, the one on top first. */
  all = $state.raw<readonly (readonly number[])[]>([]);
  /** Whether the first photos need not wait any more. */
  settled = $state(false);
  /** A photo of each stack that is open. */
  readonly #open = new SvelteSet<number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  switch(on: boolean): void {
    this.isOn = on;
    localStorage.setItem(KEPT, on ? 'on' : 'off');
    if (on) this.ask();
  }

  isOpen = (photoIds: readonly number[]): boolean => this.#open.size > 0 && photoIds.some((id) => this.#open.has(id));

  /** The stack that a photo is in; undefined where it is in none. */
  of(photoId: number): readonly number[] | undefined {
    return this.isOn ? this.all.find((photoIds) => photoIds.includes(photoId)) : undefined;
  }

  /** Opens the stack that a photo is in, or closes it. */
  toggle(photoId: number): void {
    const photoIds = this.of(photoId);
    if (!photoIds) return;
    if (!this.isOpen(photoIds)) this.#open.add(photoId);
    else for (const id of photoIds) this.#open.delete(id);
  }

  /** Photos may have come or gone, or something may have been said of them. */
  ask(): void {
    if (!this.isOn) return;
    if (!this.settled) setTimeout(() => (this.settled = true), PATIENCE);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), this.settled ? SOON : 0);
  }

  async #ask(): Promise<void> {
    try {
      const { stacks } = await transport.call('getStacks', {});
      if (JSON.stringify(stacks) !== JSON.stringify(this.all)) this.all = stacks;
    } catch (error) {
      view.word = (error as Error).message;
    }
    this.settled = true;
  }
}

export const stacks = new Stacks();
