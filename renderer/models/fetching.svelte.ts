// How far an embedder that is being fetched has come.
import type { PackProgress } from '../../electron/contract/embedders.ts';

export class Fetching {
  /** Of the one that is fetched now, or was last; null where none was. */
  progress = $state.raw<PackProgress | null>(null);
  readonly isUnderWay = $derived(this.progress?.state === 'fetching' || this.progress?.state === 'trying');
}

export const fetching = new Fetching();
