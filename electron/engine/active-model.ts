// A model that can answer, with its codes in memory.
import type { EpochLosses } from '../deepquan/model.ts';
import { assignCodes, decodeCodes, packCodes, unpackCodes, type Codebooks } from '../deepquan/codebooks.ts';
import { encodeFeature } from '../deepquan/encoder.ts';
import { readModel } from '../deepquan/model-file.ts';
import type { DeepQuanModel } from '../deepquan/model.ts';
import type { Library } from '../library/library.ts';
import { BLOCK_SIZE, type CodeKind, type EncodedContent, type ModelRow } from '../library/model-rows.ts';
import type { Dial, DialSetting, ModelComparison, ModelSummary } from '../contract/types.ts';
import type { CodeScan } from '../search/code-scan.ts';
import { createScan } from './choose-scan.ts';

/** What answers until it has been measured what suits the library. */
const FIRST_SETTING: DialSetting = { codes: '8-bit', rerank: 300 };

export class ActiveModel {
  readonly id: number;
  readonly model: DeepQuanModel;
  readonly #row: ModelRow;
  /** How it did beside the one before it. */
  comparison: ModelComparison | null;
  readonly scan: CodeScan;
  #dial: Dial | null;
  /** Codes read from the catalogue into the scan so far; every block but the last is full. */
  #read = 0;

  private constructor(row: ModelRow) {
    this.id = row.id;
    this.#row = { ...row, weights: Buffer.alloc(0) };
    this.model = readModel(row.weights);
    this.comparison = row.comparison === null ? null : (JSON.parse(row.comparison) as ModelComparison);
    this.#dial = row.dial === null ? null : (JSON.parse(row.dial) as Dial);
    this.scan = createScan(this.codebooks.M, this.codebooks.ksub);
  }

  /** A model without any codes yet. */
  static of(row: ModelRow): ActiveModel {
    return new ActiveModel(row);
  }

  /** The active model of an embedder with all its codes, or undefined where none is. */
  static load(library: Library, embedderId: number): ActiveModel | undefined {
    const row = library.models.find(embedderId, 'active');
    if (!row) return undefined;
    const active = new ActiveModel(row);
    active.catchUp(library);
    return active;
  }

  /** By whose features it was learned. */
  get embedderId(): number {
    return this.#row.embedderId;
  }

  /** The codebooks of the codes that the scan holds. */
  get codebooks(): Codebooks {
    return this.#booksOf(this.setting.codes);
  }

  /** What was measured of scans and re-rank, once it was. */
  get dial(): Dial | null {
    return this.#dial;
  }

  /** With what it answers. */
  get setting(): DialSetting {
    return this.#dial?.chosen ?? FIRST_SETTING;
  }

  get summary(): ModelSummary {
    return { ...summarize(this.#row), dial: this.#dial };
  }

  /** The newest content there was when it was trained. */
  get newestContent(): number {
    return this.#row.newestContent;
  }

  /** Photos of the training that it goes back to. */
  get startedOn(): number {
    return this.#row.startedOn;
  }

  /**
   * Reads the codes there are, a block at a time with others' work in between. Contents that go meanwhile must be
   * removed from the scan as they go: their block may have been read before.
   */
  async readCodes(library: Library): Promise<void> {
    while (this.#readBlock(library)) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Reads the codes that were written since, at once. */
  catchUp(library: Library): void {
    while (this.#readBlock(library));
  }

  /** @param feature float32, (dimensions) */
  encode(contentId: number, feature: Float32Array): EncodedContent {
    const hidden = encodeFeature(feature, this.model.encoder);
    const by = (books: Codebooks): Uint8Array => packCodes(assignCodes(hidden, books), books);
    return { contentId, hidden, code: by(this.model.codebooks), fastCode: by(this.model.fastCodebooks) };
  }

  /** Contents that were just encoded and written. */
  append(encoded: readonly EncodedContent[]): void {
    if (encoded.length === 0) return;
    const codes = Buffer.concat(
      encoded.map(({ code, fastCode }) => (this.setting.codes === '8-bit' ? code : fastCode)),
    );
    this.scan.append(
      Uint32Array.from(encoded, ({ contentId }) => contentId),
      codes,
    );
  }

  /** What the codes of contents stand for, float32 (M * dsub) each. */
  decodedOf(contentIds: readonly number[]): Map<number, Float32Array> {
    const books = this.codebooks;
    return new Map(
      [...this.scan.codesOf(contentIds)].map(([id, code]) => [id, decodeCodes(unpackCodes(code, books), books)]),
    );
  }

  /** A scan of one kind of codes: its own where it holds them, else one read for the purpose. */
  async scanOf(library: Library, kind: CodeKind): Promise<CodeScan> {
    if (kind === this.setting.codes) return this.scan;
    const books = this.#booksOf(kind);
    const scan = createScan(books.M, books.ksub);
    for (const { contents, codes } of library.models.blocks(this.id, kind)) {
      scan.append(contents, codes);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return scan;
  }

  /** Takes over what was measured; where it chose the other codes, another ActiveModel must take its place. */
  keepDial(dial: Dial): void {
    if (dial.chosen.codes !== this.setting.codes)
      throw new RangeError(`The scan holds ${this.setting.codes} codes, not ${dial.chosen.codes} ones`);
    this.#dial = dial;
  }

  #booksOf(kind: CodeKind): Codebooks {
    return kind === '8-bit' ? this.model.codebooks : this.model.fastCodebooks;
  }

  /** False where there was nothing more. */
  #readBlock(library: Library): boolean {
    const within = this.#read % BLOCK_SIZE;
    const block = library.models.block(this.id, Math.floor(this.#read / BLOCK_SIZE), this.setting.codes);
    if (!block || block.contents.length === within) return false;
    const size = block.codes.length / block.contents.length;
    this.scan.append(block.contents.subarray(within), block.codes.subarray(within * size));
    this.#read += block.contents.length - within;
    return true;
  }
}

export function summarize(row: ModelRow): ModelSummary {
  return {
    modelId: row.id,
    base: row.startedOn === 0,
    trainedOn: row.trainedOn,
    bits: row.bits,
    trainedAt: row.trainedAt,
    seconds: row.seconds,
    backend: row.backend,
    losses: (JSON.parse(row.losses) as EpochLosses[]).at(-1) ?? null,
    quantizationError: row.quantizationError,
    dial: row.dial === null ? null : (JSON.parse(row.dial) as Dial),
  };
}
