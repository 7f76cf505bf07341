// A model that can answer, with its codes in memory.
import { LikenessError } from '../../contract/errors.ts';
import type { Losses } from '../../contract/models.ts';
import type { Codebooks } from '../../numeric/codebooks.ts';
import { assignCodes, decodeCodes, packCodes, unpackCodes } from '../../deepquan/model/codebooks.ts';
import { encodeFeature } from '../../deepquan/model/encoder.ts';
import { readModel } from '../../deepquan/model/model-file.ts';
import type { DeepQuanModel } from '../../deepquan/model/model.ts';
import type { Library } from '../../library/library.ts';
import type { CodeKind, EncodedRegion } from '../../library/rows/code-rows.ts';
import type { ModelRow } from '../../library/rows/model-rows.ts';
import type { OperatingPoints, OperatingPoint, ModelComparison, ModelSummary } from '../../contract/models.ts';
import { BackgroundSample } from '../../search/background-sample.ts';
import type { CodeIndex } from '../../search/code-index.ts';
import { WordMap } from '../../search/word-map.ts';
import { parseOrNull } from '../../contract/json.ts';
import { say } from '../../contract/sentence.ts';
import { createCodeIndex } from './choose-code-index.ts';

/** Photos that queries are compared to, to tell what is alike. */
const BACKGROUND = 1000;

/** Photos from which is learned what words are among codes. */
const WORD_SAMPLE = 3000;

/** What answers until it has been measured what suits the library. */
const FIRST_SETTING: OperatingPoint = { codes: '8-bit', rerank: 300 };

export class ActiveModel {
  readonly id: number;
  readonly model: DeepQuanModel;
  readonly #row: ModelRow;
  /** How it did beside the one before it. */
  comparison: ModelComparison | null;
  readonly index: CodeIndex;
  #operatingPoints: OperatingPoints | null;
  /** And the regions there were when it was read. */
  #background: { sample: BackgroundSample; of: number } | undefined;
  #words: { map: WordMap; of: number } | undefined;
  /** The last segment of codes that was read from the catalogue into the scan. */
  #lastSegment = 0;

  private constructor(row: ModelRow) {
    this.id = row.id;
    this.#row = { ...row, weights: Buffer.alloc(0) };
    this.model = readModel(row.weights);
    this.comparison = row.comparison === null ? null : (JSON.parse(row.comparison) as ModelComparison);
    this.#operatingPoints = row.operatingPoint === null ? null : (JSON.parse(row.operatingPoint) as OperatingPoints);
    this.index = createCodeIndex(this.codebooks.M, this.codebooks.ksub);
  }

  /** A model without any codes yet. */
  static of(row: ModelRow): ActiveModel {
    return new ActiveModel(row);
  }

  /**
   * The active model of an embedder with all its codes, or undefined where none is.
   * @throws LikenessError 'unreadable' where its weights or codes are not what was written
   */
  static load(library: Library, embedderId: number): ActiveModel | undefined {
    const row = library.models.find(embedderId, 'active');
    if (!row) return undefined;
    try {
      const active = new ActiveModel(row);
      active.catchUp(library);
      return active;
    } catch (error) {
      if (error instanceof LikenessError) throw error;
      throw new LikenessError(
        'unreadable',
        say`The model that the library answers by is damaged (${(error as Error).message}). Start Likeness once: it makes it anew.`,
        { cause: error },
      );
    }
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
  get operatingPoints(): OperatingPoints | null {
    return this.#operatingPoints;
  }

  /** With what it answers. */
  get setting(): OperatingPoint {
    return this.#operatingPoints?.chosen ?? FIRST_SETTING;
  }

  get summary(): ModelSummary {
    return { ...summarize(this.#row), operatingPoints: this.#operatingPoints };
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
    return { regionId, hidden, code8Bit: by(this.model.codebooks), code4Bit: by(this.model.codebooks4Bit) };
  }

  /** Regions that were just encoded and written. */
  append(encoded: readonly EncodedRegion[]): void {
    if (encoded.length === 0) return;
    const codes = Buffer.concat(
      encoded.map(({ code8Bit, code4Bit }) => (this.setting.codes === '8-bit' ? code8Bit : code4Bit)),
    );
    this.index.append(
      Uint32Array.from(encoded, ({ regionId }) => regionId),
      codes,
    );
  }

  /** What the codes of regions stand for, float32 (M * dsub) each. */
  decodedOf(regionIds: readonly number[]): Map<number, Float32Array> {
    const books = this.codebooks;
    return new Map(
      [...this.index.codesOf(regionIds)].map(([id, code]) => [id, decodeCodes(unpackCodes(code, books), books)]),
    );
  }

  /** Hidden vectors of photos taken at random; read anew when the library has doubled. */
  background(library: Library): BackgroundSample {
    if (!this.#background || this.index.size > 2 * this.#background.of) {
      const D = this.codebooks.M * this.codebooks.dsub;
      const rows = library.codes.sampleHidden(this.id, BACKGROUND, D);
      this.#background = { sample: new BackgroundSample(rows, D), of: this.index.size };
    }
    return this.#background.sample;
  }

  /** What words are among the codes; read anew when the library has doubled. */
  words(library: Library): WordMap {
    if (!this.#words || this.index.size > 2 * this.#words.of) {
      const ids = [...library.codes.sample(this.id, WORD_SAMPLE).keys()];
      const features = library.features.of(this.embedderId, ids);
      const decoded = this.decodedOf(ids.filter((id) => features.has(id)));
      const D = this.codebooks.M * this.codebooks.dsub;
      const d = features.values().next().value?.length ?? 0;
      const [rows, theirs] = [new Float32Array(decoded.size * D), new Float32Array(decoded.size * d)];
      [...decoded].forEach(([id, vector], i) => {
        rows.set(vector, i * D);
        theirs.set(features.get(id)!, i * d);
      });
      const map = new WordMap(rows, theirs, D, d);
      this.#words = { map, of: this.index.size };
    }
    return this.#words.map;
  }

  /** A scan of one kind of codes: its own where it holds them, else one read for the purpose. */
  async indexOf(library: Library, kind: CodeKind): Promise<CodeIndex> {
    if (kind === this.setting.codes) return this.index;
    const books = this.#booksOf(kind);
    const scan = createCodeIndex(books.M, books.ksub);
    for (const { regions, codes } of library.codes.segments(this.id, kind)) {
      scan.append(regions, codes);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return scan;
  }

  /** Takes over what was measured; where it chose the other codes, another ActiveModel must take its place. */
  keepOperatingPoints(operatingPoints: OperatingPoints): void {
    if (operatingPoints.chosen.codes !== this.setting.codes)
      throw new RangeError(`The scan holds ${this.setting.codes} codes, not ${operatingPoints.chosen.codes} ones`);
    this.#operatingPoints = operatingPoints;
  }

  #booksOf(kind: CodeKind): Codebooks {
    return kind === '8-bit' ? this.model.codebooks : this.model.codebooks4Bit;
  }

  /** False where there was nothing more. */
  #readSegment(library: Library): boolean {
    const segment = library.codes.nextSegment(this.id, this.#lastSegment, this.setting.codes);
    if (!segment) return false;
    this.index.append(segment.regions, segment.codes);
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
    // What was damaged is not told; the next start that writes the library takes it out.
    losses: (parseOrNull(row.losses) as Losses[] | null)?.at(-1) ?? null,
    quantizationError: row.quantizationError,
    operatingPoints: parseOrNull(row.operatingPoint) as OperatingPoints | null,
  };
}
