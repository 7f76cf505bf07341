// One place where the person has been: a query with its answer, and where in it they were.
import type { SearchAnswer, SearchResult } from '../../electron/contract/search.ts';
import { EVERYTHING, type Query } from './query.ts';

/** Results that are asked for at first, and at most. */
export const FIRST = 200;
export const MOST = 10_000;

export class Entry {
  query = $state.raw<Query>(EVERYTHING);
  /** The query in the page's address, without the #. */
  address = '';
  answer = $state.raw<SearchAnswer | null>(null);
  error = $state<string | null>(null);
  /** Pixels. */
  scrollTop = $state(0);
  /** The place of the photo that has the keyboard. */
  active = $state(0);
  /** Whether results that are less alike are shown, as far as the person says so. */
  unfolded = $state(false);
  /** Results that are asked for. */
  k = FIRST;
  /** Whether the answer is to this query, and not to the one before that it goes on showing. */
  isCurrent = false;
  /** Results that are at least alike; they come first. */
  readonly alike = $derived((this.answer?.results ?? []).filter(({ group }) => group !== 'less').length);
  /** Where nothing is alike, what comes nearest is better than nothing. */
  readonly showsAll = $derived(this.unfolded || this.alike === 0);
  readonly shown: readonly SearchResult[] = $derived(
    this.showsAll ? (this.answer?.results ?? []) : (this.answer?.results ?? []).slice(0, this.alike),
  );
}
