// A trained model as bytes, in the safetensors layout (a length, a JSON header, the numbers), which other
// tools can read.
import type { Codebooks } from '../../numeric/codebooks.ts';
import type { Losses } from '../../contract/models.ts';
import type { DeepQuanModel, Variant } from './model.ts';
import type { Layer } from './encoder.ts';
import { layerNames, type NetworkWeights } from './network-weights.ts';

interface TensorEntry {
  dtype: 'F32' | 'F16';
  shape: number[];
  data_offsets: [number, number];
}

const FORMAT = 'likeness-deepquan-3';

/** @param dtype half precision takes half the room, and tells as much as codes can */
export function writeModel(model: DeepQuanModel, dtype: 'F32' | 'F16' = 'F32'): Uint8Array<ArrayBuffer> {
  const { network, codebooks, encoder } = model;
  const tensors: [string, number[], Float32Array][] = [
    ['mean', [encoder.preparation.mean.length], encoder.preparation.mean],
    ['centroids', shapeOf(codebooks), codebooks.centroids],
    ['fastCentroids', shapeOf(model.codebooks4Bit), model.codebooks4Bit.centroids],
  ];
  if (encoder.confidence) {
    const { K, prototypes, consensus } = encoder.confidence;
    tensors.push(
      ['prototypes', [K, prototypes.length / K], prototypes],
      ['consensus', [K, consensus.length / K], consensus],
    );
  }
  for (const name of layerNames) {
    const { weights, bias } = network[name];
    tensors.push(
      [`${name}.weights`, [weights.length / bias.length, bias.length], weights],
      [`${name}.bias`, [bias.length], bias],
    );
  }
  const header: Record<string, unknown> = {
    __metadata__: {
      format: FORMAT,
      variant: model.variant,
      power: String(encoder.preparation.power),
      confidenceScale: String(encoder.confidence?.scale ?? ''),
      trainedOn: String(model.trainedOn),
      startedOn: String(model.startedOn),
      quantizationError: String(model.quantizationError),
      losses: JSON.stringify(model.losses),
    },
  };
  let offset = 0;
  const numbers = tensors.map(([, , values]) => (dtype === 'F16' ? new Float16Array(values) : values));
  for (const [i, [name, shape]] of tensors.entries()) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + numbers[i].byteLength] } satisfies TensorEntry;
    offset += numbers[i].byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces, so that the numbers lie at a multiple of eight.
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, 8);
  let at = 8 + headerLength;
  for (const values of numbers) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

function shapeOf({ M, ksub, dsub }: Codebooks): number[] {
  return [M, ksub, dsub];
}

/** @throws TypeError when the bytes are not what writeModel made */
export function readModel(bytes: Uint8Array): DeepQuanModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as Record<
    string,
    TensorEntry
  > & {
    __metadata__: Record<string, string>;
  };
  const metadata = header.__metadata__;
  if (metadata?.format !== FORMAT)
    throw new TypeError(`Expected a model of the form ${FORMAT}, got ${metadata?.format}`);
  const tensor = (name: string): Float32Array<ArrayBuffer> => {
    const {
      dtype,
      shape,
      data_offsets: [start, end],
    } = header[name];
    // A copy, because numbers may lie anywhere in a file that was read into a shared buffer.
    const { buffer } = new Uint8Array(bytes.subarray(8 + headerLength + start, 8 + headerLength + end));
    const values = dtype === 'F16' ? new Float32Array(new Float16Array(buffer)) : new Float32Array(buffer);
    const expected = shape.reduce((product, side) => product * side, 1);
    if (values.length !== expected)
      throw new TypeError(`Expected ${expected} numbers of ${name}, got ${values.length}`);
    if (!values.every(Number.isFinite)) throw new TypeError(`Numbers of ${name} are not finite`);
    return values;
  };
  const layer = (name: string): Layer => ({ weights: tensor(`${name}.weights`), bias: tensor(`${name}.bias`) });
  const network = Object.fromEntries(layerNames.map((name) => [name, layer(name)])) as NetworkWeights;
  const codebooks = (name: string): Codebooks => {
    const [M, ksub, dsub] = header[name].shape;
    return { M, ksub, dsub, centroids: tensor(name) };
  };
  return {
    variant: metadata.variant as Variant,
    encoder: {
      preparation: { power: Number(metadata.power), mean: tensor('mean') },
      layers: [network.encode1, network.encode2],
      confidence: header.prototypes && {
        K: header.prototypes.shape[0],
        prototypes: tensor('prototypes'),
        consensus: tensor('consensus'),
        scale: Number(metadata.confidenceScale),
      },
    },
    network,
    codebooks: codebooks('centroids'),
    codebooks4Bit: codebooks('fastCentroids'),
    trainedOn: Number(metadata.trainedOn),
    startedOn: Number(metadata.startedOn),
    quantizationError: Number(metadata.quantizationError),
    losses: JSON.parse(metadata.losses) as Losses[],
  };
}
