// The DeepQuan model that ships with the built-in network, learned from its features of generic pictures
// (build/pretrain/base-model.ts makes it): answers from the first photo on.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../../deepquan/base-model/deepquan.safetensors', import.meta.url));

/** @returns a model file */
export function readBaseModel(): Buffer {
  return readFileSync(file);
}
