// Benchmarks, as ratios measured in one run: `npm run bench [-- NAME…] [--photos FOLDER] [--model FILE.onnx]
// [--third-set TINY-IMAGENET.zip] [--sizes 1000000,10000000] [--python PYTHON-WITH-FAISS-AND-UMAP-LEARN] [--faiss-script FILE]`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchAtlasPage } from './atlas-page.ts';
import { benchAtlas } from './atlas.ts';
import { benchAsking } from './asking.ts';
import { benchClick } from './click.ts';
import { benchDuplicates } from './duplicates.ts';
import { benchFaults } from './faults.ts';
import { benchCards } from './cards.ts';
import { benchFiles } from './files.ts';
import { benchFuzz } from './fuzz.ts';
import { benchGroups } from './groups.ts';
import { benchIndexing } from './indexing.ts';
import { benchMigration } from './migration.ts';
import { benchNearDuplicates } from './near-duplicates.ts';
import { benchNeighbours } from './neighbours.ts';
import { benchPage } from './page.ts';
import { benchParts } from './parts.ts';
import { benchPrecision } from './precision-run.ts';
import { benchRemoval } from './removal.ts';
import { benchRescan } from './rescan.ts';
import { benchReview } from './review.ts';
import { benchScan } from './scan.ts';
import { benchThirdSet } from './third-set.ts';
import { benchTraining } from './training.ts';
import { benchWords } from './words.ts';

process.env.UV_THREADPOOL_SIZE ??= '16';
const shared = join(import.meta.dirname, '../../../shared');
const { values, positionals } = parseArgs({
  options: {
    photos: { type: 'string', default: join(shared, 'data/photos') },
    model: { type: 'string', default: join(shared, 'models/mobilenetv2-imagenet-224.onnx') },
    'third-set': { type: 'string', default: join(shared, 'data/tiny-imagenet.zip') },
    sizes: { type: 'string', default: '1000000,10000000' },
    python: { type: 'string', default: 'python3' },
    'faiss-script': { type: 'string', default: join(shared, 'tools/faiss_scan.py') },
  },
  allowPositionals: true,
});

const heic = join(shared, 'data/odd-files/formats/example.heic');
const benches: Record<string, (photos: string, model: string) => Promise<void> | void> = {
  indexing: async (photos, model) => {
    for (const embedder of ['built-in', model]) await benchIndexing(photos, embedder);
  },
  asking: async (photos, model) => {
    for (const embedder of ['built-in', model]) await benchAsking(photos, embedder);
  },
  groups: async (photos, model) => {
    for (const embedder of ['built-in', model]) await benchGroups(photos, embedder);
  },
  duplicates: (photos) => benchDuplicates(photos, values.sizes.split(',').map(Number)),
  faults: benchFaults,
  'atlas-page': () => benchAtlasPage(values.sizes.split(',').map(Number)),
  atlas: () => {
    const zip = existsSync(values['third-set']) ? values['third-set'] : undefined;
    return benchAtlas(zip, values.sizes.split(',').map(Number), has('umap') ? values.python : undefined);
  },
  cards: (photos) => benchCards(photos),
  files: () => benchFiles(heic),
  fuzz: () => benchFuzz(join(shared, 'data/odd-files/formats')),
  'near-duplicates': (photos) => benchNearDuplicates(photos, 'built-in'),
  parts: (photos) => benchParts(photos, 'built-in'),
  page: () => benchPage(Number(values.sizes.split(',')[0])),
  neighbours: () => benchNeighbours(has('faiss') ? values.python : undefined),
  precision: benchPrecision,
  review: (photos) => benchReview(photos, existsSync(values['third-set']) ? values['third-set'] : undefined),
  training: benchTraining,
  rescan: () => benchRescan(Number(values.sizes.split(',')[0])),
  scan: () => benchScan(values.sizes.split(',').map(Number), faiss()),
  click: () => benchClick(Number(values.sizes.split(',')[0])),
  removal: () => benchRemoval(Number(values.sizes.split(',')[0])),
  migration: () => benchMigration(Number(values.sizes.split(',')[0])),
  words: (_photos, model) =>
    benchWords(existsSync(values['third-set']) && existsSync(model) ? values['third-set'] : undefined, model),
  'third-set': (_photos, model) => benchThirdSet(values['third-set'], model),
};
function has(pythonModule: string): boolean {
  return spawnSync(values.python, ['-c', `import ${pythonModule}`], { stdio: 'ignore' }).status === 0;
}
function faiss(): { python: string; script: string } | undefined {
  const script = values['faiss-script'];
  return existsSync(script) && has('faiss') ? { python: values.python, script } : undefined;
}

const chosen = positionals.length > 0 ? positionals : Object.keys(benches);
for (const name of chosen) {
  const bench = benches[name];
  if (!bench) {
    console.error(`There is no benchmark named ${name}; there are ${Object.keys(benches).join(', ')}.`);
    process.exit(2);
  }
  const needed = {
    indexing: values.photos,
    asking: values.photos,
    groups: values.photos,
    parts: values.photos,
    'near-duplicates': values.photos,
    precision: values.photos,
    cards: values.photos,
    duplicates: values.photos,
    review: values.photos,
    files: heic,
    'third-set': values['third-set'],
  }[name];
  if (needed !== undefined && !(existsSync(needed) && existsSync(values.model))) {
    console.log(
      `${name}: skipped, because ${needed} or ${values.model} is not there (see --photos, --third-set and --model)`,
    );
    continue;
  }
  console.log(`\n${name}`);
  await bench(values.photos, values.model);
}
