// By which model the parts of photos are encoded: the one that came with the embedder where there is one, which finds the same thing
// again better than one that was learned to bring a library's kinds together, and which stays when those come and go.
import { createHash } from 'node:crypto';
import { assignCodes, packCodes } from '../../deepquan/model/codebooks.ts';
import { encodeFeature } from '../../deepquan/model/encoder.ts';
import { readModel } from '../../deepquan/model/model-file.ts';
import type { DeepQuanModel } from '../../deepquan/model/model.ts';
import { normalized } from '../../numeric/vectors.ts';

export interface PartModel {
  /** In the catalogue: the model's number; less than 0 for one that came with an embedder. */
  readonly id: number;
  readonly model: DeepQuanModel;
}

const HASHES = 2 ** 20;

/** @param file of a model that came with an embedder; its number tells it from any other there was */
export function basePartModel(embedderId: number, file: Uint8Array): PartModel {
  const hash = createHash('sha256').update(file).digest().readUInt32LE() % HASHES;
  return { id: -(embedderId * HASHES + hash), model: readModel(file) };
}

/**
 * A part of a photo as the scan knows it: its direction alone. The length of a hidden vector says how well photos around it agree,
 * which is no measure for what is cut out of one.
 * @param feature float32, (dimensions)
 * @returns float32, (M * dsub), unit length
 */
export function partVector(feature: Float32Array, { model }: PartModel): Float32Array<ArrayBuffer> {
  return normalized(encodeFeature(feature, model.encoder));
}

/** @returns uint8, (code size), by 256 centroids a subquantizer */
export function partCode(feature: Float32Array, partModel: PartModel): Uint8Array {
  const { codebooks } = partModel.model;
  return packCodes(assignCodes(partVector(feature, partModel), codebooks), codebooks);
}
