// Where the person has been: queries with their answers, the scroll position each had, and the photo in the viewer. All of it is in the
// address, and the browser's own history holds the numbers of the entries, so that its back and forward work as ours do.
import type { Filter } from '../../electron/contract/query.ts';
import type { SearchResult } from '../../electron/contract/search.ts';
import { exampleUrl, thumbnailUrl } from '../shell/media.ts';
import { CallError, transport } from '../shell/transport.ts';
import { noteLook } from '../atlas/looks.ts';
import { fromAddress, splitPhoto, toAddress, withoutNothing, withPhoto, type AddressedExample } from './address.ts';
import { BrowserSteps } from './browser-steps.ts';
import { Entry, MOST } from './entry.svelte.ts';
import {
  EVERYTHING,
  isAsking,
  isSameExample,
  toQueryInput,
  wordsExample,
  type Query,
  type ShownExample,
} from './query.ts';
import { t } from '../words/t.ts';

interface Photo {
  photoId: number;
  contentId: number;
  name: string;
}

export type Verdict = 'right' | 'wrong' | null;

/** What the browser's history holds. */
interface Step {
  entry: number;
  /** Whether the step before it is the same without the viewer. */
  opened?: boolean;
}

/** Results that are left when more are asked for. */
const NEAR_THE_END = 40;
const LAST = 'likeness-last-entry';
/** Milliseconds without another photo after which the address says which one is in the viewer: browsers refuse quick changes. */
const ADDRESS_REST = 300;
const placeKey = (at: number): string => `likeness-place-${at}`;

export class SearchHistory {
  /** By their numbers. What was before a reload is made anew from its address. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  readonly #entries = new Map<number, Entry>();
  #at = $state(0);
  #last = $state(Number(sessionStorage.getItem(LAST) ?? 0));
  #entry = $state.raw(new Entry());
  #viewed = $state<number>();
  #asking: AbortController | undefined;
  #addressTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #steps = new BrowserSteps(() => this.#arrive());

  constructor() {
    window.addEventListener('pagehide', () => this.#keepPlace());
    this.#arrive();
  }

  get entry(): Entry {
    return this.#entry;
  }

  get query(): Query {
    return this.#entry.query;
  }

  /** The photo in the viewer. */
  get viewed(): number | undefined {
    return this.#viewed;
  }

  get canGoBack(): boolean {
    return this.#at > 0;
  }

  get canGoForward(): boolean {
    return this.#at < this.#last;
  }

  back(): void {
    if (this.canGoBack) this.#steps.go(-1);
  }

  forward(): void {
    if (this.canGoForward) this.#steps.go(1);
  }

  /** Shows a photo in the viewer. */
  view(photoId: number): void {
    noteLook(photoId);
    const isOpen = this.#viewed !== undefined;
    this.#viewed = photoId;
    clearTimeout(this.#addressTimer);
    if (!isOpen) this.#steps.push(this.#step(true), this.#url(photoId));
    else this.#addressTimer = setTimeout(() => this.#steps.readdress(this.#url(photoId)), ADDRESS_REST);
  }

  closeViewer(): void {
    if (this.#viewed === undefined) return;
    clearTimeout(this.#addressTimer);
    this.#viewed = undefined;
    this.#steps.leave((step) => (step as Step).opened === true, this.#step(), this.#url());
  }

  /** Takes the newest query back, as though it had not been asked, and shows a photo in the viewer. */
  async viewInstead(photoId: number): Promise<void> {
    this.#asking?.abort();
    await new Promise((resolve) => {
      window.addEventListener('popstate', resolve, { once: true });
      this.#steps.go(-1);
    });
    this.#setLast();
    this.view(photoId);
  }

  /** All photos, whatever the filter. */
  showAll(): void {
    if (this.query !== EVERYTHING || this.entry.error !== null) this.#go(EVERYTHING);
  }

  /** All photos that a filter lets through, whatever was asked before. */
  showNarrowed(filter: Filter): void {
    this.#go({ ...EVERYTHING, filter: withoutNothing(filter) });
  }

  /** Takes the examples away; the filter stays. */
  stopAsking(): void {
    const { filter } = this.query;
    if (isAsking(this.query)) this.#go({ ...EVERYTHING, filter });
  }

  /** Asks by examples that are all wanted; among the photos that the filter lets through. */
  ask(...positives: ShownExample[]): void {
    const { filter } = this.query;
    this.#go({ ...EVERYTHING, filter, positives }, 'afresh');
  }

  askPhoto(photo: Photo, box?: AddressedExample['box']): void {
    noteLook(photo.photoId);
    this.ask(toExample(photo, box));
  }

  askPhotos(photos: readonly Photo[]): void {
    this.ask(...photos.map((photo) => toExample(photo)));
  }

  /** Asks by words. */
  askWords(text: string): void {
    this.ask(wordsExample(text));
  }

  /** @throws CallError where a file is not a picture that can be searched by */
  async askFiles(files: readonly File[]): Promise<void> {
    const examples: ShownExample[] = [];
    for (const file of files) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { exampleId } = await transport.call('addExample', { name: file.name || t('query.the-picture'), bytes });
      examples.push({
        example: { exampleId },
        name: file.name || t('query.pasted'),
        thumbnail: exampleUrl(exampleId),
      });
    }
    this.ask(...examples);
  }

  /**
   * Adds a photo to the query, as what is meant or as what is not; one that is in it already changes sides.
   * @throws Error with a sentence, where nothing would be meant any more
   */
  addPhoto(photo: Photo, wanted: boolean): void {
    this.addPhotos([photo], wanted);
  }

  /** The same of several photos, in one step. */
  addPhotos(photos: readonly Photo[], wanted: boolean): void {
    this.add(
      photos.map((photo) => toExample(photo)),
      wanted,
    );
  }

  add(added: readonly ShownExample[], wanted: boolean): void {
    const { positives, negatives } = this.#without(added);
    if (!wanted && positives.length === 0) throw new Error(t('query.choose-first'));
    const query = this.#withoutMarks(added.map(({ example }) => ('photoId' in example ? example.photoId : 0)));
    if (wanted) this.#go({ ...query, positives: [...positives, ...added], negatives });
    else this.#go({ ...query, positives, negatives: [...negatives, ...added] });
  }

  /** Takes an example out of the query; without any that is wanted, photos are shown. */
  remove(example: ShownExample): void {
    const left = this.#without([example]);
    if (left.positives.length > 0) this.#go({ ...this.query, ...left });
    else this.stopAsking();
  }

  narrow(filter: Filter): void {
    this.#go({ ...this.query, filter: withoutNothing(filter) });
  }

  sort(sort: Query['sort']): void {
    this.#go({ ...this.query, sort }, 'stays');
  }

  /** @param minScore null leaves out nothing */
  cut(minScore: number | null): void {
    this.#go({ ...this.query, minScore }, 'stays');
  }

  /** @param weights how much each part of the codes counts; empty where all count alike */
  weigh(weights: readonly number[]): void {
    this.#go({ ...this.query, weights }, 'stays');
  }

  /** What the photo is among the results shown. */
  resultOf(photoId: number): SearchResult | undefined {
    return isAsking(this.query) ? this.entry.answer?.results.find((result) => result.photoId === photoId) : undefined;
  }

  /**
   * Marks a result, which steers the order; right ones stay, wrong ones go. Under a single photo of the library, what is right is
   * also kept to judge new models by. The viewer stays open.
   */
  async mark(result: SearchResult, verdict: Verdict): Promise<void> {
    const keeping = this.#keepMark(result, verdict === 'right');
    // What is taken back must be gone before the order is asked for; a new mark goes along with the query.
    if (verdict !== 'right') await keeping;
    const query = this.#withoutMarks([result.photoId]);
    const marks = (all: readonly number[], which: Verdict): readonly number[] =>
      verdict === which ? [...all, result.photoId] : all;
    this.#go({ ...query, right: marks(query.right, 'right'), wrong: marks(query.wrong, 'wrong') }, 'stays');
    await keeping;
  }

  async #keepMark(result: SearchResult, relevant: boolean): Promise<void> {
    const { positives, negatives } = this.query;
    const [only] = positives;
    // Models are judged by photos as wholes.
    if (positives.length !== 1 || negatives.length > 0 || !('photoId' in only.example) || only.example.box) return;
    if (relevant === result.relevant) return;
    const queryPhotoId = only.example.photoId;
    await transport.call('markResult', { queryPhotoId, resultPhotoId: result.photoId, relevant });
  }

  clearMarks(): void {
    this.#go({ ...this.query, right: [], wrong: [] }, 'stays');
  }

  /** Asks again, because the library has moved on. */
  refresh(): void {
    this.entry.isCurrent = false;
    void this.#answer(this.entry);
  }

  /** Somebody looks at results up to a place: near the end of those that are here, more are asked for. */
  looked(end: number): void {
    const { showsAll, shown } = this.entry;
    if (showsAll && end > shown.length - NEAR_THE_END) this.#more();
  }

  #more(): void {
    const { entry } = this;
    if (!entry.answer?.more || !entry.isCurrent || entry.k >= MOST) return;
    entry.k = Math.min(MOST, entry.k * 2);
    entry.isCurrent = false;
    void this.#answer(entry);
  }

  /** Goes to a query by its address. */
  open(address: string): void {
    const entry = new Entry();
    entry.address = address;
    this.#push(entry);
    void this.#readAddress(entry);
  }

  #without(left: readonly ShownExample[]): Pick<Query, 'positives' | 'negatives'> {
    const others = (examples: readonly ShownExample[]): ShownExample[] =>
      examples.filter((one) => !left.some((example) => isSameExample(one, example)));
    return { positives: others(this.query.positives), negatives: others(this.query.negatives) };
  }

  #withoutMarks(photoIds: readonly number[]): Query {
    const others = (all: readonly number[]): number[] => all.filter((id) => !photoIds.includes(id));
    return { ...this.query, right: others(this.query.right), wrong: others(this.query.wrong) };
  }

  /**
   * @param how 'stays': what is shown stays until the answer comes, and the place in it; 'changed': what was unfolded stays so;
   *   'afresh': nothing stays
   */
  #go(query: Query, how: 'stays' | 'changed' | 'afresh' = 'changed'): void {
    const entry = new Entry();
    const { answer, scrollTop, active, unfolded, k } = this.entry;
    entry.query = query;
    const viewed = how === 'stays' ? this.#viewed : undefined;
    if (how !== 'afresh') entry.unfolded = unfolded;
    if (how === 'stays') Object.assign(entry, { answer, scrollTop, active, k });
    const examples = (all: readonly ShownExample[]): AddressedExample[] => all.map(({ example }) => example);
    const { positives, negatives } = query;
    entry.address = toAddress({ ...query, positives: examples(positives), negatives: examples(negatives) });
    this.#push(entry, viewed);
    void this.#answer(entry);
  }

  #push(entry: Entry, viewed?: number): void {
    this.#keepPlace();
    clearTimeout(this.#addressTimer);
    this.#at++;
    this.#setLast();
    for (const key of this.#entries.keys()) if (key >= this.#at) this.#entries.delete(key);
    this.#viewed = viewed;
    this.#show(entry);
    this.#steps.push(this.#step(), this.#url(viewed));
  }

  #step(opened = false): Step {
    return { entry: this.#at, opened };
  }

  #url(viewed?: number): string {
    const address = withPhoto(this.#entry.address, viewed);
    return address ? `#${address}` : location.pathname + location.search;
  }

  #setLast(): void {
    this.#last = this.#at;
    sessionStorage.setItem(LAST, String(this.#last));
  }

  #show(entry: Entry): void {
    this.#entries.set(this.#at, entry);
    this.#entry = entry;
  }

  /** Somebody came here: at the start, by back and forward, or by an address written by hand. */
  #arrive(): void {
    const known = (history.state as Partial<Step> | null)?.entry;
    clearTimeout(this.#addressTimer);
    const { photoId, rest } = splitPhoto(location.hash.slice(1));
    this.#viewed = photoId;
    if (known === undefined) {
      // A new address: of a fresh page the first, of one that is open the next.
      const isFirst = this.#entries.size === 0;
      this.#at = isFirst ? 0 : this.#at + 1;
      this.#setLast();
      this.#steps.replace(this.#step());
    } else this.#at = known;
    const entry = known === undefined ? undefined : this.#entries.get(known);
    if (entry) {
      this.#show(entry);
      void this.#answer(entry);
    } else {
      const made = new Entry();
      Object.assign(made, JSON.parse(sessionStorage.getItem(placeKey(this.#at)) ?? '{}'));
      made.address = rest;
      this.#show(made);
      void this.#readAddress(made);
    }
  }

  /** What a reload comes back to. */
  #keepPlace(): void {
    const { scrollTop, active, unfolded } = this.entry;
    sessionStorage.setItem(placeKey(this.#at), JSON.stringify({ scrollTop, active, unfolded }));
  }

  async #readAddress(entry: Entry): Promise<void> {
    const { address } = entry;
    if (address === '') return;
    try {
      const { positives, negatives, ...rest } = fromAddress(address);
      const photos = [...positives, ...negatives].flatMap((one) => ('photoId' in one ? one.photoId : []));
      const tiles = photos.length > 0 ? await transport.call('listPhotos', { photoIds: photos }) : [];
      const shown = (example: AddressedExample): ShownExample => {
        if ('text' in example) return wordsExample(example.text);
        if ('exampleId' in example)
          return { example, name: t('query.outside'), thumbnail: exampleUrl(example.exampleId) };
        const tile = tiles.find(({ photoId }) => photoId === example.photoId);
        if (!tile) throw new Error(t('query.gone'));
        return toExample(tile, example.box);
      };
      entry.query = { ...rest, positives: positives.map(shown), negatives: negatives.map(shown) };
      await this.#answer(entry);
    } catch (error) {
      entry.error = (error as Error).message;
    }
  }

  async #answer(entry: Entry): Promise<void> {
    // Who has gone on does not want the answer that is still on its way.
    this.#asking?.abort();
    if (!isAsking(entry.query) || entry.isCurrent) return;
    const asking = (this.#asking = new AbortController());
    try {
      const query = toQueryInput(entry.query);
      entry.answer = await transport.call('searchPhotos', { query, k: entry.k }, asking.signal);
      entry.isCurrent = true;
      entry.error = null;
    } catch (error) {
      if (asking.signal.aborted) return;
      entry.error = error instanceof CallError ? error.message : String(error);
    }
  }
}

function toExample({ photoId, contentId, name }: Photo, box?: AddressedExample['box']): ShownExample {
  return { example: { photoId, ...(box && { box }) }, name, thumbnail: thumbnailUrl(contentId) };
}

export const searchHistory = new SearchHistory();
