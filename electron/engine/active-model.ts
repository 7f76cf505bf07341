// The model that answers now, with its codes in memory.
import type { EpochLosses } from '../deepquan/model.ts';
import { assignCodes } from '../deepquan/codebooks.ts';
import { encodeFeature } from '../deepquan/encoder.ts';
import { readModel } from '../deepquan/model-file.ts';
import type { DeepQuanModel } from '../deepquan/model.ts';
import type { Library } from '../library/library.ts';
import type { EncodedContent, ModelRow } from '../library/model-rows.ts';
import type { ModelComparison, ModelSummary } from '../contract/types.ts';
import { PlainCodeScan, type CodeScan } from '../search/code-scan.ts';

export class ActiveModel {
  readonly id: number;
  readonly model: DeepQuanModel;
  readonly scan: CodeScan;
  readonly summary: ModelSummary;
  /** The newest content there was when it was trained. */
  readonly newestContent: number;
  /** Photos of the training that it goes back to. */
  readonly startedOn: number;
  readonly comparison: ModelComparison | null;

  private constructor(row: ModelRow, model: DeepQuanModel, scan: CodeScan) {
    this.id = row.id;
    this.model = model;
    this.scan = scan;
    this.summary = summarize(row);
    this.newestContent = row.newestContent;
    this.startedOn = row.startedOn;
    this.comparison = row.comparison === null ? null : (JSON.parse(row.comparison) as ModelComparison);
  }

  /** The active model of an embedder, or undefined where none is. */
  static load(library: Library, embedderId: number): ActiveModel | undefined {
    const row = library.models.find(embedderId, 'active');
    return row && ActiveModel.of(library, row);
  }

  /** A model with the codes it has so far. */
  static of(library: Library, row: ModelRow): ActiveModel {
    const model = readModel(row.weights);
    const scan = new PlainCodeScan(model.codebooks.M, model.codebooks.ksub);
    for (const { contents, codes } of library.models.blocks(row.id)) scan.append(contents, codes);
    return new ActiveModel(row, model, scan);
  }

  /** @param feature float32, (dimensions) */
  encode(contentId: number, feature: Float32Array): EncodedContent {
    const hidden = encodeFeature(feature, this.model.encoder);
    return { contentId, hidden, code: assignCodes(hidden, this.model.codebooks) };
  }
}

export function summarize(row: ModelRow): ModelSummary {
  return {
    modelId: row.id,
    trainedOn: row.trainedOn,
    bits: row.bits,
    trainedAt: row.trainedAt,
    seconds: row.seconds,
    backend: row.backend,
    losses: (JSON.parse(row.losses) as EpochLosses[]).at(-1) ?? { ranking: 0, quantization: 0, manifold: 0 },
    quantizationError: row.quantizationError,
  };
}
