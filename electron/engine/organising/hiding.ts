// Keeps what is hidden out of the order of all photos.
import type { Library } from '../../library/library.ts';
import type { Timeline, TimelineEntry } from '../indexing/timeline.ts';

export class Hiding {
  readonly #library: Library;
  readonly #timeline: Timeline;
  /** Photos that are kept out. */
  #hidden: Set<number>;

  constructor(library: Library, timeline: Timeline) {
    this.#library = library;
    this.#timeline = timeline;
    this.#hidden = this.#wanted();
  }

  /** All photos that are to be seen when the library is opened. */
  atStart(): TimelineEntry[] {
    return [...this.#library.photos.timelineRows()].filter(({ photoId }) => !this.#hidden.has(photoId));
  }

  /** Those of some photos, just read, that are to be seen. */
  visible<T extends Pick<TimelineEntry, 'photoId'>>(entries: readonly T[]): readonly T[] {
    if (!this.#library.hiding.isActive) return entries;
    // They may lie in a hidden folder, or hold what is hidden. A few at a time while photos are read: only these are asked about.
    for (const id of this.#library.hiding.among(entries.map(({ photoId }) => photoId))) this.#hidden.add(id);
    return entries.filter(({ photoId }) => !this.#hidden.has(photoId));
  }

  /** Something may have been hidden, or not be any more. @returns whether the order changed */
  update(): boolean {
    const before = this.#hidden;
    const now = (this.#hidden = this.#wanted());
    const gone = [...now].filter((id) => !before.has(id));
    const back = [...before].filter((id) => !now.has(id));
    if (gone.length > 0) this.#timeline.remove(gone);
    if (back.length > 0) this.#timeline.add(this.#library.photos.timelineRowsOf(back));
    return gone.length + back.length > 0;
  }

  #wanted(): Set<number> {
    const { hiding } = this.#library;
    return new Set(hiding.isActive ? hiding.photoIds() : []);
  }
}
