// Small pictures of contents: as the catalogue keeps them, or made from their thumbnails where they were read before it did.
import type { LimitFunction } from 'p-limit';
import { LRUCache } from 'lru-cache';
import type { ReaderPool } from '../../library/decode/reader-pool.ts';
import type { SeenPicture, SmallPicture } from '../../library/decode/small-picture.ts';
import type { Library } from '../../library/library.ts';
import type { Match } from '../../numeric/picture-correlation.ts';
import { SignatureIndex, type AlikePicture } from '../../search/signature-index.ts';

/** Contents that are asked about at once: others may ask the catalogue in between. */
const PAGE = 5000;
/** Pictures that are made at once, and that one reader makes at once. */
const MADE_AT_ONCE = 256;
const SEEN_AT_ONCE = 16;
/** Pictures that one reader compares with others at once: it does so while this thread is busy. */
const COMPARED_AT_ONCE = 12;
/** Small pictures that are kept in memory, three kilobytes each. */
const KEPT = 20_000;

export interface SeenContent extends SeenPicture {
  readonly contentId: number;
}

export interface SmallPictureSources {
  readonly library: Library;
  readonly readers: Pick<ReaderPool, 'see' | 'compareSmall' | 'comparePlaces'>;
  /** Runs work when a core is free for it. */
  readonly semaphore: LimitFunction;
  /** Keeps what was made; where the catalogue may not be written it is kept in memory. */
  readonly keep: ((made: readonly SeenContent[]) => void) | undefined;
}

export class SmallPictures {
  readonly #sources: SmallPictureSources;
  readonly #signatures = new SignatureIndex();
  readonly #read = new LRUCache<number, SmallPicture>({ max: KEPT });
  /** What the catalogue cannot keep. */
  readonly #made = new Map<number, SeenContent>();
  /** The last content that was looked at for one. */
  #upTo = 0;

  constructor(sources: SmallPictureSources) {
    this.#sources = sources;
  }

  /** Makes those that are not there, and learns the signatures of all that have come since the last time. */
  async catchUp(signal: AbortSignal | undefined, onProgress: (done: number, total: number) => void): Promise<void> {
    const { library, keep } = this.#sources;
    const newest = library.contents.newest();
    const before = this.#upTo;
    this.#signatures.expect(library.contents.count());
    while (this.#upTo < newest) {
      const end = Math.min(newest, this.#upTo + PAGE);
      const missing = library.smallPictures.missing(this.#upTo, end);
      for (let i = 0; i < missing.length; i += MADE_AT_ONCE) {
        if (signal?.aborted) return;
        const made = await this.#make(missing.slice(i, i + MADE_AT_ONCE));
        if (keep) keep(made);
        else
          for (const one of made) {
            this.#made.set(one.contentId, one);
            this.#signatures.add(one.contentId, one.signature);
          }
        onProgress(this.#upTo - before + ((end - this.#upTo) * (i + made.length)) / missing.length, newest - before);
      }
      if (signal?.aborted) return;
      for (const { contentId, signature } of library.smallPictures.signatures(this.#upTo, end))
        this.#signatures.add(contentId, signature);
      this.#upTo = end;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Contents that may be one turned or mirrored, the likeliest first, without itself; undefined where it has no small picture. */
  alike(contentId: number, k: number, within: number): AlikePicture[] | undefined {
    const signature = this.#made.get(contentId)?.signature ?? this.#sources.library.smallPictures.signature(contentId);
    if (!signature) return undefined;
    return this.#signatures
      .near(signature, k + 1, within)
      .filter(({ id }) => id !== contentId)
      .slice(0, k);
  }

  /** Where others fit best with each of some contents; undefined of what has no small picture. */
  async compare(
    asked: readonly { contentId: number; others: readonly { contentId: number; turned: boolean }[] }[],
  ): Promise<(Match | undefined)[][]> {
    const matches = asked.map(({ others }) => others.map((): Match | undefined => undefined));
    const there = asked.flatMap(({ contentId, others }, at) => {
      const picture = this.#get(contentId);
      const places = others.flatMap(({ contentId: id, turned }, place) => {
        const other = this.#get(id);
        return other ? [{ place, picture: other, turned }] : [];
      });
      return picture && places.length > 0 ? [{ at, picture, places }] : [];
    });
    const { readers, semaphore } = this.#sources;
    await Promise.all(
      Array.from({ length: Math.ceil(there.length / COMPARED_AT_ONCE) }, async (_, i) => {
        const some = there.slice(i * COMPARED_AT_ONCE, (i + 1) * COMPARED_AT_ONCE);
        const comparisons = some.map(({ picture, places }) => ({
          picture,
          others: places.map(({ picture: other, turned }) => ({ picture: other, turned })),
        }));
        const found = await semaphore(() => readers.compareSmall(comparisons));
        for (const [j, { at, places }] of some.entries())
          for (const [k, { place }] of places.entries()) matches[at]![place] = found[j]![k];
      }),
    );
    return matches;
  }

  #get(contentId: number): SmallPicture | undefined {
    const known = this.#made.get(contentId)?.small ?? this.#read.get(contentId);
    if (known) return known;
    const picture = this.#sources.library.smallPictures.get(contentId);
    if (picture) this.#read.set(contentId, picture);
    return picture;
  }

  /** Of those that have a thumbnail. */
  async #make(contentIds: readonly number[]): Promise<SeenContent[]> {
    const { library, readers, semaphore } = this.#sources;
    const batches: number[][] = [];
    for (let i = 0; i < contentIds.length; i += SEEN_AT_ONCE) batches.push(contentIds.slice(i, i + SEEN_AT_ONCE));
    const made = await Promise.all(
      batches.map((batch) =>
        semaphore(async () => {
          const there = batch.flatMap((contentId) => {
            const jpeg = library.contents.thumbnail(contentId);
            return jpeg ? [{ contentId, jpeg }] : [];
          });
          const pictures = await readers.see(there.map(({ jpeg }) => jpeg));
          return there.map(({ contentId }, i) => ({ contentId, ...pictures[i]! }));
        }),
      ),
    );
    return made.flat();
  }
}
