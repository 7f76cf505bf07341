// The photos that a filter lets through, in the order of all photos.
import type { Filter } from '../../electron/contract/query.ts';
import type { ShownOrder } from './order.ts';
import { transport } from '../shell/transport.ts';

export class NarrowedPhotos {
  /** Photos that pass; undefined until it is known. */
  count = $state<number>();
  error = $state<string>();
  order = $state.raw<ShownOrder>();
  #asking: AbortController | undefined;

  /** Asks anew, because the filter or the order has changed. */
  async show(filter: Filter, all: ShownOrder): Promise<void> {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    try {
      const { photos, ids } = await transport.call('filterPhotos', { filter }, asking.signal);
      if (asking.signal.aborted) return;
      this.order = among(all, new Uint32Array(Uint8Array.from(atob(ids), (byte) => byte.charCodeAt(0)).buffer));
      this.count = photos;
      this.error = undefined;
    } catch (error) {
      if (asking.signal.aborted) return;
      this.error = (error as Error).message;
      this.order = undefined;
      this.count = undefined;
    }
  }

  /** Nothing is narrowed. */
  clear(): void {
    this.#asking?.abort();
    this.order = undefined;
    this.count = undefined;
    this.error = undefined;
  }
}

/** Those of some photos that are in an order. */
export function among({ ids, aspects, colours, months }: ShownOrder, passing: Uint32Array): ShownOrder {
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  const passes = new Set(passing);
  const places: number[] = [];
  const narrowed: { at: number; year: number; month: number }[] = [];
  months.forEach(({ at, year, month }, i) => {
    const start = places.length;
    for (let place = at; place < (months[i + 1]?.at ?? ids.length); place++)
      if (passes.has(ids[place])) places.push(place);
    if (places.length > start) narrowed.push({ at: start, year, month });
  });
  return {
    ids: Uint32Array.from(places, (place) => ids[place]),
    aspects: Float32Array.from(places, (place) => aspects[place]),
    colours: Uint32Array.from(places, (place) => colours[place]),
    months: narrowed,
  };
}

export const narrowedPhotos = new NarrowedPhotos();
