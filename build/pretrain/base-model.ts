// The DeepQuan model that ships with the built-in network: learned from that network's features of generic pictures.
// node build/pretrain/base-model.ts FOLDER, where FOLDER is what pretrain.py was given as --shared.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeModel } from '../../electron/deepquan/model/model-file.ts';
import { paperOptions } from '../../electron/deepquan/training/options.ts';
import { trainDeepQuan } from '../../electron/deepquan/training/trainer.ts';
import { openEmbedder } from '../../electron/engine/embedding/choose-embedder.ts';
import { chooseBackend } from '../../electron/engine/training/tensorflow-backend.ts';
import { readFeatures } from '../../electron/engine/reading/dataset-features.ts';
import { openDataset } from '../../electron/evaluation/dataset.ts';

/** As many as a library's own training takes at most. */
const PICTURES_OF_EACH_KIND = 50;

const shared = process.argv[2];
if (!shared) throw new Error('Expected the folder of training material: node build/pretrain/base-model.ts FOLDER');

const dataset = await openDataset(join(shared, 'data/tiny-imagenet.zip'), PICTURES_OF_EACH_KIND);
const embedder = await openEmbedder(undefined);
const { features, kept } = await readFeatures(dataset.items, embedder, () => undefined);
dataset.close();
await embedder.close();
console.log(
  `${kept.length} pictures seen, ${availableParallelism()} at once; learning their codes by ${await chooseBackend()}`,
);
// Where the paper's training begins: the features' principal components dealt to the subspaces, and codebooks of them. What
// training learns further of these pictures does harm to photos of other kinds (docs/experiments/deepquan.md).
const model = await trainDeepQuan(
  features,
  embedder.dimensions,
  { ...paperOptions, epochs: 0 },
  { onEpoch: () => undefined, breathe: () => Promise.resolve() },
);
const file = fileURLToPath(new URL('../../electron/deepquan/base-model/deepquan.safetensors', import.meta.url));
const bytes = writeModel(model, 'F16');
writeFileSync(file, bytes);
console.log(`${file}: ${bytes.length} bytes, quantization error ${model.quantizationError.toFixed(4)}`);
