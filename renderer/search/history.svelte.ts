// Where the person has been: queries with their answers, and the scroll position each had. The browser's own history
// holds the numbers of the entries, so that its back and forward work as ours do.
import type { SearchAnswer, SearchResult } from '../../electron/contract/search.ts';
import { exampleUrl, thumbnailUrl } from '../shell/media.ts';
import { CallError, transport } from '../shell/transport.ts';
import { isSameExample, type Query, type ShownExample } from './query.ts';

export interface Entry {
  /** All photos where there is none. */
  query: Query | null;
  answer: SearchAnswer | null;
  error: string | null;
  scrollTop: number;
  /** The photo that has the keyboard. */
  active: number;
}

interface Photo {
  photoId: number;
  contentId: number;
  name: string;
}

function toExample({ photoId, contentId, name }: Photo): ShownExample {
  return { example: { photoId }, name, thumbnail: thumbnailUrl(contentId) };
}

const allPhotos = (): Entry => ({ query: null, answer: null, error: null, scrollTop: 0, active: 0 });

export class SearchHistory {
  #entries = $state<Entry[]>([allPhotos()]);
  #at = $state(0);
  #asking: AbortController | undefined;

  constructor() {
    history.replaceState({ entry: 0 }, '');
    window.addEventListener('popstate', (event) => {
      const entry = (event.state as { entry?: number } | null)?.entry ?? 0;
      this.#at = Math.min(entry, this.#entries.length - 1);
      void this.#answer(this.#entries[this.#at]);
    });
  }

  get entry(): Entry {
    return this.#entries[this.#at];
  }

  get canGoBack(): boolean {
    return this.#at > 0;
  }

  get canGoForward(): boolean {
    return this.#at < this.#entries.length - 1;
  }

  back(): void {
    if (this.canGoBack) history.back();
  }

  forward(): void {
    if (this.canGoForward) history.forward();
  }

  showAll(): void {
    if (this.entry.query) this.#go(allPhotos());
  }

  /** Asks by examples that are all wanted. */
  ask(...positives: ShownExample[]): void {
    this.#go({ ...allPhotos(), query: { positives, negatives: [] } });
  }

  askPhoto(photo: Photo): void {
    this.ask(toExample(photo));
  }

  /** @throws CallError where a file is not a picture that can be searched by */
  async askFiles(files: readonly File[]): Promise<void> {
    const examples: ShownExample[] = [];
    for (const file of files) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const { exampleId } = await transport.call('addExample', { name: file.name || 'The picture', bytes });
      examples.push({
        example: { exampleId },
        name: file.name || 'Pasted picture',
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
    this.add(toExample(photo), wanted);
  }

  add(added: ShownExample, wanted: boolean): void {
    const { positives, negatives } = this.#without(added);
    if (wanted) this.#ask({ positives: [...positives, added], negatives });
    else if (positives.length > 0) this.#ask({ positives, negatives: [...negatives, added] });
    else throw new Error('Choose a photo that you mean first. Then take away what you do not mean.');
  }

  /** Takes an example out of the query; without any that is wanted, all photos are shown. */
  remove(example: ShownExample): void {
    const query = this.#without(example);
    if (query.positives.length > 0) this.#ask(query);
    else this.showAll();
  }

  /** What the photo is among the results shown, where results can be marked as right. */
  resultOf(photoId: number): SearchResult | undefined {
    const { answer } = this.entry;
    return answer?.markable ? answer.results.find((result) => result.photoId === photoId) : undefined;
  }

  /** Marks a result as relevant for the query shown, or takes the mark back. */
  async mark(result: SearchResult, relevant: boolean): Promise<void> {
    const [example] = this.entry.query?.positives ?? [];
    if (!example || !('photoId' in example.example)) return;
    const queryPhotoId = example.example.photoId;
    await transport.call('markResult', { queryPhotoId, resultPhotoId: result.photoId, relevant });
    for (const other of this.entry.answer?.results ?? [])
      if (other.contentId === result.contentId) other.relevant = relevant;
  }

  /** Asks again, because the library has moved on. */
  refresh(): void {
    const entry = this.entry;
    if (!entry.query) return;
    entry.answer = null;
    void this.#answer(entry);
  }

  #ask(query: Query): void {
    this.#go({ ...allPhotos(), query });
  }

  /** The query shown, without an example. */
  #without(example: ShownExample): Query {
    const others = (examples: readonly ShownExample[]): ShownExample[] =>
      examples.filter((one) => !isSameExample(one, example));
    const { positives = [], negatives = [] } = this.entry.query ?? {};
    return { positives: others(positives), negatives: others(negatives) };
  }

  #go(entry: Entry): void {
    this.#entries = [...this.#entries.slice(0, this.#at + 1), entry];
    this.#at = this.#entries.length - 1;
    history.pushState({ entry: this.#at }, '');
    void this.#answer(this.#entries[this.#at]);
  }

  async #answer(entry: Entry): Promise<void> {
    // Who has gone on does not want the answer that is still on its way.
    this.#asking?.abort();
    if (!entry.query || entry.answer) return;
    const asking = (this.#asking = new AbortController());
    try {
      const [positives, negatives] = [entry.query.positives, entry.query.negatives].map((examples) =>
        examples.map(({ example }) => example),
      );
      const query = { positives, negatives };
      entry.answer = await transport.call('searchPhotos', { query, k: 200 }, asking.signal);
      entry.error = null;
    } catch (error) {
      if (asking.signal.aborted) return;
      entry.error = error instanceof CallError ? error.message : String(error);
    }
  }
}

export const searchHistory = new SearchHistory();
