// The searchHistory of queries: where the person has been, with the scroll position each entry had. The browser's
// own history holds the places' numbers, so that its back and forward work as ours do.
import type { SearchAnswer, SearchResult } from '../../electron/contract/search.ts';
import { exampleUrl, thumbnailUrl } from '../shell/media.ts';
import { CallError, transport } from '../shell/transport.ts';

export interface Query {
  example: { photoId: number } | { exampleId: number };
  name: string;
  thumbnail: string;
}

export interface Entry {
  /** All photos where there is none. */
  query: Query | null;
  answer: SearchAnswer | null;
  error: string | null;
  scrollTop: number;
  /** The photo that has the keyboard. */
  active: number;
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

  ask(query: Query): void {
    this.#go({ ...allPhotos(), query });
  }

  askPhoto(photo: { photoId: number; contentId: number; name: string }): void {
    this.ask({ example: { photoId: photo.photoId }, name: photo.name, thumbnail: thumbnailUrl(photo.contentId) });
  }

  /** @throws CallError where the file is not a picture that can be searched by */
  async askFile(file: File): Promise<void> {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const { exampleId } = await transport.call('addExample', { name: file.name || 'The picture', bytes });
    this.ask({ example: { exampleId }, name: file.name || 'Pasted picture', thumbnail: exampleUrl(exampleId) });
  }

  /** What the photo is among the results shown, where results can be marked as right. */
  resultOf(photoId: number): SearchResult | undefined {
    const { answer } = this.entry;
    return answer?.markable ? answer.results.find((result) => result.photoId === photoId) : undefined;
  }

  /** Marks a result as right for the query shown, or takes the mark back. */
  async mark(result: SearchResult, relevant: boolean): Promise<void> {
    const { query } = this.entry;
    if (!query || !('photoId' in query.example)) return;
    await transport.call('markResult', {
      queryPhotoId: query.example.photoId,
      resultPhotoId: result.photoId,
      relevant,
    });
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
      const query = { positives: [entry.query.example] };
      entry.answer = await transport.call('searchPhotos', { query, k: 200 }, asking.signal);
      entry.error = null;
    } catch (error) {
      if (asking.signal.aborted) return;
      entry.error = error instanceof CallError ? error.message : String(error);
    }
  }
}

export const searchHistory = new SearchHistory();
