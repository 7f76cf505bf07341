// How far exports are, by the ids that the page gave them.
import { SvelteMap } from 'svelte/reactivity';
import type { Events } from '../../electron/contract/events.ts';

export class Exports {
  readonly #done = new SvelteMap<string, number>();

  /** Photos that are done. */
  done(exportId: string): number {
    return this.#done.get(exportId) ?? 0;
  }

  take({ exportId, done }: Events['exportProgressed']): void {
    this.#done.set(exportId, done);
  }
}

export const exports = new Exports();
