// A trained model as bytes, in the safetensors layout (a length, a JSON header, the numbers), which other
// tools can read.
import type { DeepQuanModel, EpochLosses } from './model.ts';
import type { Layer } from './encoder.ts';
import { encoderOf, type NetworkWeights } from './network-weights.ts';

interface TensorEntry {
  dtype: 'F32';
  shape: number[];
  data_offsets: [number, number];
}

const FORMAT = 'likeness-deepquan-1';

export function writeModel(model: DeepQuanModel): Uint8Array<ArrayBuffer> {
  const { network, codebooks, encoder } = model;
  const tensors: [string, number[], Float32Array][] = [
    ['mean', [encoder.mean.length], encoder.mean],
    ['centroids', [codebooks.M, codebooks.ksub, codebooks.dsub], codebooks.centroids],
  ];
  for (const [name, { weights, bias }] of Object.entries<Layer>(network)) {
    tensors.push([`${name}.weights`, [weights.length / bias.length, bias.length], weights], [`${name}.bias`, [bias.length], bias]);
  }
  const header: Record<string, unknown> = {
    __metadata__: {
      format: FORMAT,
      trainedOn: String(model.trainedOn),
      quantizationError: String(model.quantizationError),
      losses: JSON.stringify(model.losses),
    },
  };
  let offset = 0;
  for (const [name, shape, values] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + values.byteLength] } satisfies TensorEntry;
    offset += values.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Padded with spaces, so that the numbers lie at a multiple of eight.
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, 8);
  let at = 8 + headerLength;
  for (const [, , values] of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** @throws TypeError when the bytes are not what writeModel made */
export function readModel(bytes: Uint8Array): DeepQuanModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))) as Record<string, TensorEntry> & {
    __metadata__: Record<string, string>;
  };
  const metadata = header.__metadata__;
  if (metadata?.format !== FORMAT) throw new TypeError(`Expected a model of the form ${FORMAT}, got ${metadata?.format}`);
  const tensor = (name: string): Float32Array<ArrayBuffer> => {
    const [start, end] = header[name].data_offsets;
    // A copy, because numbers may lie anywhere in a file that was read into a shared buffer.
    return new Float32Array(new Uint8Array(bytes.subarray(8 + headerLength + start, 8 + headerLength + end)).buffer);
  };
  const layer = (name: string): Layer => ({ weights: tensor(`${name}.weights`), bias: tensor(`${name}.bias`) });
  const network: NetworkWeights = {
    encode1: layer('encode1'),
    encode2: layer('encode2'),
    decode1: layer('decode1'),
    decode2: layer('decode2'),
  };
  const [M, ksub, dsub] = header.centroids.shape;
  return {
    encoder: encoderOf(tensor('mean'), network),
    network,
    codebooks: { M, ksub, dsub, centroids: tensor('centroids') },
    trainedOn: Number(metadata.trainedOn),
    quantizationError: Number(metadata.quantizationError),
    losses: JSON.parse(metadata.losses) as EpochLosses[],
  };
}
