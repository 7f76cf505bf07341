// What is said of photos, where it has changed since they came here.
import { SvelteMap } from 'svelte/reactivity';
import type { Events } from '../../electron/contract/events.ts';
import type { PhotoTile } from '../../electron/contract/photos.ts';

export interface Said {
  favourite: boolean;
  stars: number;
}

export class Annotations {
  /** Grows with every change of what is said of any photo. */
  version = $state(0);
  /** Grows when photos are hidden, or are not any more. */
  hidings = $state(0);
  /** Grows when albums were made, filled, named or forgotten. */
  albums = $state(0);
  readonly #said = new SvelteMap<number, Said>();

  of(tile: PhotoTile): Said {
    return this.#said.get(tile.contentId) ?? tile;
  }

  take({ photos, hiding, albums }: Events['annotationsChanged']): void {
    for (const { contentId, favourite, stars } of photos ?? []) this.#said.set(contentId, { favourite, stars });
    this.version++;
    if (hiding) this.hidings++;
    if (albums) this.albums++;
  }

  /** Photos come anew, with all that is said of them. */
  forget(): void {
    this.#said.clear();
  }
}

export const annotations = new Annotations();
