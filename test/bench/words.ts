// What codes cost searches by words: of the ten photos whose features are nearest to a text, how many a search by codes
// finds, beside the same of searches by pictures. The texts are made: a photo's feature with what no photo shows.
import { assignManyCodes } from '../../electron/deepquan/training/kmeans.ts';
import { decodeCodes, packCodes } from '../../electron/deepquan/model/codebooks.ts';
import { prepareFeatures } from '../../electron/deepquan/model/encoder.ts';
import { applyManyConfidences } from '../../electron/deepquan/training/learn-confidence.ts';
import { Network } from '../../electron/deepquan/training/network.ts';
import { contrastiveOptions, epochsFor } from '../../electron/deepquan/training/options.ts';
import { hiddenVectors, trainDeepQuan } from '../../electron/deepquan/training/trainer.ts';
import { chooseBackend } from '../../electron/engine/training/tensorflow-backend.ts';
import { evaluationCache, openEmbedder, readFeatures } from '../../electron/engine/reading/dataset-features.ts';
import { openDataset } from '../../electron/evaluation/dataset.ts';
import { seededRandom, type Random } from '../../electron/numeric/random.ts';
import { normalized } from '../../electron/numeric/vectors.ts';
import { lookupTable } from '../../electron/search/code-index.ts';
import { PlainCodeIndex } from '../../electron/search/plain-code-index.ts';
import { WordMap } from '../../electron/search/word-map.ts';
import { clusteredFeatures } from '../support/clustered-features.ts';

/** As the product has them: electron/engine/codes. */
const SAMPLE = 3000;
const DEPTH_WORDS = 2000;
const DEPTH_PICTURES = 300;
const QUERIES = 200;
const RESULTS = 10;
const EACH = 50;

/** @param zip of small pictures in class folders; nothing to measure on made features alone */
export async function benchWords(zip: string | undefined, model: string): Promise<void> {
  const random = seededRandom(3);
  await report('made clusters, 10,000 x 512', clusteredFeatures(random, 100, 100, 512, 1.2), 512, random);
  if (zip === undefined) return;
  const dataset = await openDataset(zip, EACH);
  const embedder = await openEmbedder(model);
  try {
    const { features } = await readFeatures(dataset.items, embedder, () => undefined);
    const n = features.length / embedder.dimensions;
    await report(
      `${embedder.name}, ${n} pictures (kept in ${evaluationCache()})`,
      features,
      embedder.dimensions,
      random,
    );
  } finally {
    await embedder.close();
    dataset.close();
  }
}

async function report(name: string, features: Float32Array<ArrayBuffer>, d: number, random: Random): Promise<void> {
  await chooseBackend();
  const n = features.length / d;
  const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const options = { ...contrastiveOptions, epochs: epochsFor(n, contrastiveOptions) };
  const learned = await trainDeepQuan(features, d, options, { onEpoch: () => undefined, breathe });
  const { network, encoder, codebooks } = learned;
  const D = codebooks.M * codebooks.dsub;
  const shape = { input: d, middle: network.encode1.bias.length, hidden: D };
  const hidden = await hiddenVectors(new Network(shape, network), prepareFeatures(features, encoder.preparation), d, {
    breathe,
  });
  if (encoder.confidence) await applyManyConfidences(hidden, encoder.confidence);
  const codes = await assignManyCodes(hidden, codebooks);
  const scan = new PlainCodeIndex(codebooks.M, codebooks.ksub);
  scan.append(
    Uint32Array.from({ length: n }, (_, i) => i),
    packCodes(codes, codebooks),
  );
  const units = unitRows(features, d);
  const order = random.shuffle(Int32Array.from({ length: n }, (_, i) => i));
  const sample = order.subarray(0, Math.min(SAMPLE, n));
  const map = new WordMap(pick(decodeCodes(codes, codebooks), sample, D), pick(features, sample, d), D, d);
  const gap = Float32Array.from({ length: d }, () => random.normal() / Math.sqrt(d));
  const sums = { wordsByCodes: 0, words: 0, picturesByCodes: 0, pictures: 0 };
  for (const id of order.subarray(-QUERIES)) {
    const search = async (vector: Float32Array, depth: number): Promise<number[]> => {
      const [found] = await scan.search(lookupTable(vector, codebooks, 'inner-product'), depth);
      return [...found.ids];
    };
    const text = textFor(units, id, d, gap, random);
    const trueWords = best(
      units,
      text,
      d,
      Array.from({ length: n }, (_, i) => i),
    );
    const byWords = await search(map.vectorOf(text), Math.min(n, DEPTH_WORDS));
    sums.wordsByCodes += shared(trueWords, byWords.slice(0, RESULTS));
    sums.words += shared(trueWords, best(units, text, d, byWords));

    const vector = normalized(hidden.subarray(id * D, (id + 1) * D));
    const truePictures = best(
      hidden,
      vector,
      D,
      Array.from({ length: n }, (_, i) => i),
    );
    const byPicture = await search(vector, Math.min(n, DEPTH_PICTURES));
    sums.picturesByCodes += shared(truePictures, byPicture.slice(0, RESULTS));
    sums.pictures += shared(truePictures, best(hidden, vector, D, byPicture));
  }
  const share = (sum: number): string => (sum / QUERIES).toFixed(3);
  console.log(`  ${name}: recall@${RESULTS} of ${QUERIES} queries`);
  console.log(
    `    words     by codes ${share(sums.wordsByCodes)}, best ${DEPTH_WORDS} sorted by features ${share(sums.words)}`,
  );
  console.log(
    `    pictures  by codes ${share(sums.picturesByCodes)}, best ${DEPTH_PICTURES} sorted by hidden vectors ${share(sums.pictures)}`,
  );
  console.log(`    words / pictures, sorted: ${(sums.words / sums.pictures).toFixed(2)}`);
}

/** A text as a second tower might give it: cosine of about a third with the photo it tells of, and a shift that all texts share. */
function textFor(units: Float32Array, id: number, d: number, gap: Float32Array, random: Random): Float32Array {
  const n = units.length / d;
  const [a, b] = [random.below(n), random.below(n)];
  const noise = normalized(Float32Array.from({ length: d }, (_, t) => units[a * d + t] - units[b * d + t]));
  return normalized(Float32Array.from({ length: d }, (_, t) => 0.45 * units[id * d + t] + 0.6 * noise[t] + gap[t]));
}

function unitRows(rows: Float32Array, d: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at += d) out.set(normalized(rows.subarray(at, at + d)), at);
  return out;
}

function pick(rows: Float32Array, ids: Int32Array, d: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array(ids.length * d);
  ids.forEach((id, i) => out.set(rows.subarray(id * d, (id + 1) * d), i * d));
  return out;
}

/** Of some rows, those with the largest inner products. */
function best(rows: Float32Array, query: Float32Array, d: number, ids: readonly number[]): number[] {
  const products = ids.map((id) => {
    let dot = 0;
    for (let t = 0; t < d; t++) dot += query[t] * rows[id * d + t];
    return { id, dot };
  });
  return products
    .sort((x, y) => y.dot - x.dot)
    .slice(0, RESULTS)
    .map(({ id }) => id);
}

function shared(truth: readonly number[], found: readonly number[]): number {
  return truth.filter((id) => found.includes(id)).length / truth.length;
}
