// The codes of all parts in memory, for one model: read when a box is first asked about, kept up to date from then on.
import type { Candidates, CodeIndex } from '../../search/code-index.ts';
import { lookupTable } from '../../search/code-index.ts';
import { BackgroundSample } from '../../search/background-sample.ts';
import type { IdSelector } from '../../search/id-selector.ts';
import type { Library } from '../../library/library.ts';
import type { PartsOfContent } from '../../library/rows/part-rows.ts';
import { fourBitDot, fourBitSize, fromFourBit } from '../../numeric/four-bit.ts';
import { seededRandom } from '../../numeric/random.ts';
import { createCodeIndex } from '../codes/choose-code-index.ts';
import { scanOptionsFor } from '../codes/ranking.ts';
import type { PartModel } from '../codes/part-model.ts';
import { contentOfPart, GRID, partIdsOf, placeOfPart } from './grid.ts';

const READ_AT_ONCE = 2000;
/** Candidates of a scan whose vectors are compared. */
const COMPARED = 3000;
/** Photos whose parts a query is compared to, to tell what is alike. */
const BACKGROUND = 100;
const BACKGROUND_SEED = 5;

export class PartIndex {
  readonly partModel: PartModel;
  readonly #library: Library;
  readonly #index: CodeIndex;
  #lastRead = 0;
  #read: Promise<void> | undefined;
  #isRead = false;
  #background: { sample: BackgroundSample; contents: number; of: number } | undefined;

  constructor(library: Library, partModel: PartModel) {
    const { M, ksub } = partModel.model.codebooks;
    this.partModel = partModel;
    this.#library = library;
    this.#index = createCodeIndex(M, ksub);
  }

  /** Reads what there is, once, some at a time with others' work in between. */
  read(): Promise<void> {
    this.#read ??= (async () => {
      while (this.#readSome()) await new Promise((resolve) => setImmediate(resolve));
      this.#isRead = true;
    })();
    return this.#read;
  }

  /** Parts that were just written. */
  append(parts: readonly PartsOfContent[]): void {
    // What is written while older ones are being read is met there, because contents are read in the order of their ids.
    for (const { contentId, codes } of parts)
      if (this.#isRead || contentId <= this.#lastRead) this.#add(contentId, codes);
  }

  /** Contents that are gone. */
  forget(contentIds: readonly number[]): void {
    this.#index.remove(partIdsOf(contentIds));
    if (this.#index.removed > this.#index.size / 4) void this.#index.compact();
  }

  /**
   * The parts nearest to a query, best first, at most so many.
   * @param query of the scan: float32, (M * dsub), unit length
   * @param order of its candidates: float32, as orderingVector gives it
   * @param selector which parts may be found; all where nothing is said
   */
  async search(
    query: Float32Array,
    order: Float32Array,
    k: number,
    selector?: IdSelector,
    signal?: AbortSignal,
  ): Promise<Candidates> {
    await this.read();
    const books = this.partModel.model.codebooks;
    const table = lookupTable(query, books, 'inner-product');
    const most = Math.max(k, COMPARED);
    const [found] = await this.#index.search(table, most, { ...scanOptionsFor(this.#index), selector, signal });
    const contentIds = [...new Set(Array.from(found!.ids, contentOfPart))];
    const vectors = this.#library.parts.vectorsOf(this.partModel.id, contentIds);
    const size = fourBitSize(order.length);
    const exact = Array.from(found!.ids, (id, i) => {
      const all = vectors.get(contentOfPart(id));
      if (!all) return { id, distance: found!.distances[i]! };
      const place = placeOfPart(id);
      return { id, distance: 2 - 2 * fourBitDot(all.subarray(place * size, (place + 1) * size), order) };
    });
    exact.sort((a, b) => a.distance - b.distance || a.id - b.id);
    return {
      ids: Float64Array.from(exact, ({ id }) => id),
      distances: Float32Array.from(exact, ({ distance }) => distance),
    };
  }

  /** Of photos taken at random, by their ordering vectors: how alike the nearest of each one's parts is. float32, (photos). */
  likenessesAtRandom(order: Float32Array): Float32Array<ArrayBuffer> {
    const { sample, contents } = this.#sample(order.length);
    const all = sample.likenessesTo(order);
    const nearest = new Float32Array(contents).fill(-Infinity);
    all.forEach((value, i) => {
      const at = Math.floor(i / GRID.length);
      nearest[at] = Math.max(nearest[at]!, value);
    });
    return nearest;
  }

  #sample(D: number): { sample: BackgroundSample; contents: number } {
    const known = this.#index.size / GRID.length;
    if (this.#background && known <= 2 * this.#background.of) return this.#background;
    const random = seededRandom(BACKGROUND_SEED);
    const ids = new Set<number>();
    // Numbers have gaps, and not every photo has its parts yet.
    for (let i = 0; i < 20 * BACKGROUND; i++) ids.add(1 + random.below(this.#lastRead));
    const size = fourBitSize(D);
    const vectors = [...this.#library.parts.vectorsOf(this.partModel.id, [...ids].slice(0, 4 * BACKGROUND)).values()];
    const chosen = vectors.slice(0, BACKGROUND);
    const rows = new Float32Array(chosen.length * GRID.length * D);
    chosen.forEach((parts, i) =>
      GRID.forEach((_, place) =>
        rows.set(fromFourBit(parts.subarray(place * size, (place + 1) * size), D), (i * GRID.length + place) * D),
      ),
    );
    this.#background = { sample: new BackgroundSample(rows, D), contents: chosen.length, of: known };
    return this.#background;
  }

  #readSome(): boolean {
    const rows = this.#library.parts.codesAfter(this.partModel.id, this.#lastRead, READ_AT_ONCE);
    for (const { contentId, codes } of rows) this.#add(contentId, codes);
    return rows.length > 0;
  }

  #add(contentId: number, codes: Uint8Array): void {
    this.#index.append(partIdsOf([contentId]), codes);
    this.#lastRead = Math.max(this.#lastRead, contentId);
  }
}
