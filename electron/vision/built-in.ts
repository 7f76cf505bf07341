// The network that ships with Likeness, and the model of codes that goes with it (build/pretrain/ makes both).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (name: string): string => fileURLToPath(new URL(`./built-in/${name}`, import.meta.url));

/** An ONNX file with its description beside it, like any other embedder's. */
export const builtInNetwork = at('network.onnx');

/** A DeepQuan model of the built-in network's features, learned from generic pictures, to start from. */
export function readBaseModel(): Buffer {
  return readFileSync(at('deepquan.safetensors'));
}
