// The bitmaps of filters, kept while their queries stand.
import { LRUCache } from 'lru-cache';
import type { Filter } from '../../contract/query.ts';
import type { Library } from '../../library/library.ts';
import { selectorOf, selectorWithout, type IdSelector } from '../../search/id-selector.ts';
import { partId, partIdsOf } from '../photo-parts/grid.ts';

/** Bitmaps that are kept: one of a million photos takes 125 kB, and one of their parts 2.5 MB. */
const KEPT = 16;
/** While the library changes all the time, a bitmap serves as many times as long as it took to make. */
const WORTH = 20;

interface Kept {
  readonly selector: IdSelector;
  /** Of the catalogue, when it was made. */
  readonly changes: number;
  /** performance.now() up to which it serves although the library has changed. */
  readonly until: number;
}

export class Selectors {
  readonly #library: Library;
  readonly #kept = new LRUCache<string, Kept>({ max: KEPT });

  constructor(library: Library) {
    this.#library = library;
  }

  /** What searches narrow by: a filter, and what is hidden where there is no other. */
  effective(filter: Filter | undefined): Filter | undefined {
    return filter ?? (this.#library.hiding.isActive ? {} : undefined);
  }

  /** The regions that a filter lets through. */
  regions(filter: Filter): IdSelector {
    const { filters, hiding, regions } = this.#library;
    return this.#keep('regions', filter, () =>
      isEmpty(filter)
        ? selectorWithout(regions.idsOf(hiding.contentIds()), regions.newest())
        : selectorOf(filters.regionIds(filter)),
    );
  }

  /** The parts of photos that a filter lets through. */
  parts(filter: Filter): IdSelector {
    const { filters, hiding, contents } = this.#library;
    return this.#keep('parts', filter, () =>
      isEmpty(filter)
        ? selectorWithout(partIdsOf(hiding.contentIds()), partId(contents.newest() + 1, 0))
        : selectorOf(partIdsOf(filters.contentIds(filter))),
    );
  }

  #keep(kind: string, filter: Filter, make: () => IdSelector): IdSelector {
    const key = `${kind} ${JSON.stringify(filter)}`;
    const changes = this.#library.changes();
    const start = performance.now();
    const kept = this.#kept.get(key);
    if (kept && (kept.changes === changes || start < kept.until)) return kept.selector;
    const selector = make();
    const end = performance.now();
    this.#kept.set(key, { selector, changes, until: end + WORTH * (end - start) });
    return selector;
  }
}

/** Lets all through but what is hidden, which is quicker told by what it leaves out. */
const isEmpty = (filter: Filter): boolean => Object.keys(filter).length === 0;
