// The map of likeness: how well it keeps neighbourhoods, beside umap-learn on the same vectors in the same run, and how long it takes.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { encodeFeature } from '../../electron/deepquan/model/encoder.ts';
import { readModel } from '../../electron/deepquan/model/model-file.ts';
import { readBaseModel } from '../../electron/engine/embedding/base-model.ts';
import { drawMap } from '../../electron/engine/atlas/draw-map.ts';
import { nativeVectorIndexes } from '../../electron/engine/codes/native-vector-index.ts';
import { openEmbedder, readFeatures } from '../../electron/engine/reading/dataset-features.ts';
import { openDataset } from '../../electron/evaluation/dataset.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { normalizeRows } from '../../electron/numeric/vectors.ts';
import { clusteredFeatures } from '../support/clustered-features.ts';

const PHOTOS = 10_000;
const CLASSES = 200;
/** Neighbours of which it is asked whether they stay, as scikit-learn's trustworthiness does. */
const K = 15;
const TIMED = 64;

const UMAP = `
import sys, time, numpy, umap
x = numpy.fromfile(sys.argv[1], dtype=numpy.float32).reshape(-1, int(sys.argv[3]))
start = time.perf_counter()
places = umap.UMAP(n_neighbors=${K}, random_state=1, n_jobs=1).fit_transform(x)
print(time.perf_counter() - start)
places.astype(numpy.float32).tofile(sys.argv[2])
`;

/** @param zip pictures as Tiny-ImageNet has them; undefined where there are none @param python one that has umap-learn, or undefined */
export async function benchAtlas(
  zip: string | undefined,
  sizes: readonly number[],
  python: string | undefined,
): Promise<void> {
  if (zip) await compare(zip, python);
  else console.log('  not measured how well it keeps neighbourhoods: the pictures were not found (--third-set)');
  for (const n of sizes) {
    const rows = clusteredFeatures(seededRandom(2), 100, n / 100, TIMED);
    normalizeRows(rows, TIMED);
    const { seconds } = await draw(rows, TIMED);
    console.log(
      `  ${n} vectors of ${TIMED} numbers: ${seconds.toFixed(1)} s (${((seconds / n) * 1e6).toFixed(0)} µs each)`,
    );
  }
}

async function compare(zip: string, python: string | undefined): Promise<void> {
  const { rows, d } = await hiddenVectors(zip);
  const own = await draw(rows, d);
  tell('this map', rows, d, own.places, own.seconds);
  if (!python) {
    console.log('  not beside umap-learn: no Python that has it was found (--python FILE)');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'likeness-umap-'));
  try {
    const [vectors, places] = [join(folder, 'vectors'), join(folder, 'places')];
    writeFileSync(vectors, new Uint8Array(rows.buffer));
    const { stdout } = await promisify(execFile)(python, ['-W', 'ignore', '-c', UMAP, vectors, places, String(d)]);
    tell('umap-learn', rows, d, new Float32Array(new Uint8Array(readFileSync(places)).buffer), Number(stdout));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function draw(rows: Float32Array, d: number): Promise<{ places: Float32Array; seconds: number }> {
  const start = performance.now();
  const { places } = await drawMap(rows, d, { makeVectorIndex: nativeVectorIndexes(), turn: (work) => work() });
  return { places, seconds: (performance.now() - start) / 1000 };
}

function tell(name: string, rows: Float32Array, d: number, places: Float32Array, seconds: number): void {
  const { trustworthiness, continuity } = judge(rows, d, places);
  console.log(
    `  ${name.padEnd(10)}  trustworthiness ${trustworthiness.toFixed(4)}  continuity ${continuity.toFixed(4)}  ${seconds.toFixed(1)} s`,
  );
}

/** float32, (n, D), of unit length: what the model that comes along makes of pictures. */
async function hiddenVectors(zip: string): Promise<{ rows: Float32Array; d: number }> {
  const whole = await openDataset(zip, PHOTOS / CLASSES);
  const embedder = await openEmbedder('built-in');
  try {
    const { features } = await readFeatures(whole.items.slice(0, PHOTOS), embedder, () => undefined);
    const { encoder, codebooks } = readModel(readBaseModel());
    const [n, d] = [features.length / embedder.dimensions, codebooks.M * codebooks.dsub];
    const rows = new Float32Array(n * d);
    for (let i = 0; i < n; i++)
      rows.set(
        encodeFeature(features.subarray(i * embedder.dimensions, (i + 1) * embedder.dimensions), encoder),
        i * d,
      );
    normalizeRows(rows, d);
    return { rows, d };
  } finally {
    whole.close();
    await embedder.close();
  }
}

/** Venna and Kaski 2001, section 3: what is near in the plane and was not, and what was near and is not; 1 is the best. */
function judge(rows: Float32Array, d: number, places: Float32Array): { trustworthiness: number; continuity: number } {
  const n = places.length / 2;
  let [false_, lost] = [0, 0];
  for (let i = 0; i < n; i++) {
    const [there, here] = [ranksFrom(i, rows, d), ranksFrom(i, places, 2)];
    for (let j = 0; j < n; j++) {
      if (here[j] <= K && there[j] > K) false_ += there[j] - K;
      if (there[j] <= K && here[j] > K) lost += here[j] - K;
    }
  }
  const share = 2 / (n * K * (2 * n - 3 * K - 1));
  return { trustworthiness: 1 - share * false_, continuity: 1 - share * lost };
}

/** The rank of each by its distance from one of them: 0 of itself, 1 of the nearest. */
function ranksFrom(own: number, rows: Float32Array, d: number): Int32Array {
  const n = rows.length / d;
  const distances = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    let sum = 0;
    for (let t = 0; t < d; t++) sum += (rows[own * d + t] - rows[j * d + t]) ** 2;
    distances[j] = sum;
  }
  distances[own] = -1;
  const order = Uint32Array.from({ length: n }, (_, j) => j).sort((a, b) => distances[a] - distances[b]);
  const ranks = new Int32Array(n);
  for (let rank = 0; rank < n; rank++) ranks[order[rank]] = rank;
  return ranks;
}
