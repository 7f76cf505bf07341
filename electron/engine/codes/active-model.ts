// A model that can answer, with its codes in memory.
import type { EpochLosses } from '../../deepquan/model/model.ts';
import { assignCodes, decodeCodes, packCodes, unpackCodes, type Codebooks } from '../../deepquan/model/codebooks.ts';
import { encodeFeature } from '../../deepquan/model/encoder.ts';
import { readModel } from '../../deepquan/model/model-file.ts';
import type { DeepQuanModel } from '../../deepquan/model/model.ts';
import type { Library } from '../../library/library.ts';
import type { CodeKind, EncodedRegion } from '../../library/rows/code-rows.ts';
import type { ModelRow } from '../../library/rows/model-rows.ts';
import type { Dial, DialSetting, ModelComparison, ModelSummary } from '../../contract/types.ts';
import type { CodeScan } from '../../search/code-index.ts';
import { createScan } from './choose-code-index.ts';

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
  /** The last segment of codes that was read from the catalogue into the scan. */
  #lastSegment = 0;

  private constructor(row: ModelRow) {
    this.id = row.id;
    this.#row = { ...row, weights: Buffer.alloc(0) };
    this.model = readModel(row.weights);
    this.comparison = row.comparison === null ? null : (JSON.parse(row.comparison) as ModelComparison);
    this.#dial = row.operatingPoint === null ? null : (JSON.parse(row.operatingPoint) as Dial);
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

  /** The newest region there was when it was trained. */
  get newestRegion(): number {
    return this.#row.newestRegion;
  }

  /** Photos of the training that it goes back to. */
  get startedOn(): number {
    return this.#row.startedOn;
  }

  /**
   * Reads the codes there are, a segment at a time with others' work in between. Regions that go meanwhile must be
   * removed from the scan as they go: their segment may have been read before.
   */
  async readCodes(library: Library): Promise<void> {
    while (this.#readSegment(library)) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Reads the codes that were written since, at once. */
  catchUp(library: Library): void {
    while (this.#readSegment(library));
  }

  /** @param feature float32, (dimensions) */
  encode(regionId: number, feature: Float32Array): EncodedRegion {
    const hidden = encodeFeature(feature, this.model.encoder);
    const by = (books: Codebooks): Uint8Array => packCodes(assignCodes(hidden, books), books);
    return { regionId, hidden, code8Bit: by(this.model.codebooks), code4Bit: by(this.model.fastCodebooks) };
  }

  /** Regions that were just encoded and written. */
  append(encoded: readonly EncodedRegion[]): void {
    if (encoded.length === 0) return;
    const codes = Buffer.concat(
      encoded.map(({ code8Bit, code4Bit }) => (this.setting.codes === '8-bit' ? code8Bit : code4Bit)),
    );
    this.scan.append(
      Uint32Array.from(encoded, ({ regionId }) => regionId),
      codes,
    );
  }

  /** What the codes of regions stand for, float32 (M * dsub) each. */
  decodedOf(regionIds: readonly number[]): Map<number, Float32Array> {
    const books = this.codebooks;
    return new Map(
      [...this.scan.codesOf(regionIds)].map(([id, code]) => [id, decodeCodes(unpackCodes(code, books), books)]),
    );
  }

  /** A scan of one kind of codes: its own where it holds them, else one read for the purpose. */
  async scanOf(library: Library, kind: CodeKind): Promise<CodeScan> {
    if (kind === this.setting.codes) return this.scan;
    const books = this.#booksOf(kind);
    const scan = createScan(books.M, books.ksub);
    for (const { regions, codes } of library.codes.segments(this.id, kind)) {
      scan.append(regions, codes);
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
  #readSegment(library: Library): boolean {
    const segment = library.codes.nextSegment(this.id, this.#lastSegment, this.setting.codes);
    if (!segment) return false;
    this.scan.append(segment.regions, segment.codes);
    this.#lastSegment = segment.id;
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
    dial: row.operatingPoint === null ? null : (JSON.parse(row.operatingPoint) as Dial),
  };
}
