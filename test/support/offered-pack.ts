// The first of the embedders on offer, as a hub of ours has it: a small model under its name.
import { readOfferedPacks } from '../../electron/vision/hub/offered-packs.ts';
import { startHub, type Hub } from './hub.ts';
import { transformersModel } from './transformers-models.ts';

export const offeredPack = readOfferedPacks().packs[0];

/** @param padding bytes that its text side is longer by, so that fetching it takes a while */
export async function startHubWithPack(padding = 0): Promise<Hub> {
  const files = transformersModel('clip');
  const text = files.get('onnx/text_model.onnx')!;
  files.delete('onnx/text_model.onnx');
  files.set(offeredPack.files.text!, padding > 0 ? withPadding(text, padding) : text);
  return startHub(offeredPack.repository, files);
}

/** A field that no reader of ONNX files knows, behind the model: they pass over it. */
function withPadding(model: Uint8Array, bytes: number): Uint8Array {
  const tag = (999 << 3) | 2;
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value & 127) | 128, ...varint(Math.floor(value / 128))];
  return Buffer.concat([model, Uint8Array.from([...varint(tag), ...varint(bytes)]), Buffer.alloc(bytes)]);
}
