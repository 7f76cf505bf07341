// Benchmarks, as ratios measured in one run: `npm run bench [-- NAME…] [--photos FOLDER] [--model FILE.onnx]`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchIndexing } from './indexing.ts';
import { benchPrecision } from './precision-run.ts';
import { benchScan } from './scan.ts';
import { benchTraining } from './training.ts';

process.env.UV_THREADPOOL_SIZE ??= '16';
const shared = join(import.meta.dirname, '../../../shared');
const { values, positionals } = parseArgs({
  options: { photos: { type: 'string', default: join(shared, 'data/photos') }, model: { type: 'string', default: join(shared, 'models/mobilenetv2-imagenet-224.onnx') } },
  allowPositionals: true,
});

const benches: Record<string, (photos: string, model: string) => Promise<void> | void> = {
  indexing: benchIndexing,
  precision: benchPrecision,
  training: benchTraining,
  scan: benchScan,
};
const chosen = positionals.length > 0 ? positionals : Object.keys(benches);
for (const name of chosen) {
  const bench = benches[name];
  if (!bench) {
    console.error(`There is no benchmark named ${name}; there are ${Object.keys(benches).join(', ')}.`);
    process.exit(2);
  }
  const needsPhotos = name === 'indexing' || name === 'precision';
  if (needsPhotos && !(existsSync(values.photos) && existsSync(values.model))) {
    console.log(`${name}: skipped, because ${values.photos} or ${values.model} is not there (see --photos and --model)`);
    continue;
  }
  console.log(`\n${name}`);
  await bench(values.photos, values.model);
}
