// Runs methods over labelled features: settings chosen on validation queries drawn from the photos searched,
// quality reported on the queries held back.
import { seededRandom } from '../numeric/random.ts';
import type { MakeVectorIndex } from '../numeric/vector-index.ts';
import { gather } from '../deepquan/training/batch.ts';
import { preparationFor, prepareFeatures, type Preparation } from '../deepquan/model/encoder.ts';
import type { Features, MethodContext, RetrievalMethod, SearchIndex } from './method.ts';
import { bootstrapInterval, type Interval } from './bootstrap.ts';
import { pickLabels, sharesLabel, type Labels } from './labels.ts';
import { QualityMeter, type Quality, type QueryQuality } from './quality.ts';

export interface LabelledFeatures {
  /** float32, (n, d), as the embedder gave them. */
  readonly rows: Float32Array<ArrayBuffer>;
  readonly d: number;
  /** Each like rows: the same photos seen otherwise, for methods that learn from it; absent where none was made. */
  readonly views?: readonly Float32Array<ArrayBuffer>[];
  /** Only measures look at them; no method is given any. */
  readonly labels: Labels;
}

/** What a method has beside its start, on the same queries, with 95% confidence. */
export interface Gain {
  readonly over: string;
  readonly mAP: Interval;
  readonly precisionAt10: Interval;
}

export interface MethodResult extends Quality {
  readonly method: string;
  readonly source: string;
  /** Null where the method does not compress. */
  readonly bits: number | null;
  /** The setting chosen on validation queries, in words; empty where there is none to choose. */
  readonly variant: string;
  /** mAP of each setting on the validation queries; empty where there was no choice. */
  readonly validation: { variant: string; mAP: number }[];
  /** Beside the linear start of DeepQuan, where that was run at as many bits. */
  readonly gain?: Gain;
  readonly bytesAPhoto: number;
  readonly trainingSeconds: number;
  /** Seconds to encode all photos that are searched. */
  readonly encodingSeconds: number;
  /** Milliseconds a query, its encoding included; the median. */
  readonly searchMilliseconds: number;
}

export interface EvaluationHooks {
  readonly breathe: () => Promise<void>;
  readonly makeVectorIndex?: MakeVectorIndex | undefined;
  /** Ranks at which average precision is cut off; MAP_DEPTH where nothing is said. */
  readonly depth?: number | undefined;
  /** What is being done now, in words, and its share in [0, 1]. */
  readonly onProgress: (what: string, share: number) => void;
}

const SEED = 20_180_713;
const VALIDATION_SHARE = 0.1;
const MOST_VALIDATION_QUERIES = 1000;

/**
 * @param database the photos that methods learn from and search
 * @param queries photos that are in nothing but the final measure
 */
export async function evaluateMethod(
  method: RetrievalMethod,
  bits: number | null,
  database: LabelledFeatures,
  queries: LabelledFeatures,
  hooks: EvaluationHooks,
): Promise<{ result: MethodResult; queries: QueryQuality }> {
  const name = `${method.name}${bits === null ? '' : ` at ${bits} bits`}`;
  const variants = method.variants(database.d, bits ?? 0);
  const validation: { variant: string; mAP: number }[] = [];
  if (variants.length > 1) {
    const { rest, held } = holdOut(database);
    for (const variant of variants) {
      const { quality } = await run(method, bits, variant, rest, held, hooks, `${name}, trying ${variant}`);
      validation.push({ variant, mAP: quality.mAP });
    }
  }
  const variant = validation.toSorted((a, b) => b.mAP - a.mAP)[0]?.variant ?? variants[0];
  const { quality, asked, ...rest } = await run(method, bits, variant, database, queries, hooks, name);
  return {
    result: { method: method.name, source: method.source, bits, variant, validation, ...quality, ...rest },
    queries: asked,
  };
}

async function run(
  method: RetrievalMethod,
  bits: number | null,
  variant: string,
  database: LabelledFeatures,
  queries: LabelledFeatures,
  hooks: EvaluationHooks,
  what: string,
) {
  const preparation = method.takesRawFeatures ? undefined : preparationFor(database.rows, database.d, 1);
  const photos = prepared(database, preparation);
  const asking = prepared(queries, preparation);
  const context: MethodContext = {
    random: seededRandom(SEED),
    breathe: hooks.breathe,
    makeVectorIndex: hooks.makeVectorIndex,
    onProgress: (share) => hooks.onProgress(`${what}: learning`, share),
  };
  hooks.onProgress(`${what}: learning`, 0);
  const [fitted, trainingSeconds] = await timed(() => method.fit(photos, bits ?? 0, variant, context));
  hooks.onProgress(`${what}: encoding`, 0);
  const [index, encodingSeconds] = await timed(() => fitted.index(photos));
  const { quality, asked, milliseconds } = await measure(
    index,
    asking,
    database.labels,
    queries.labels,
    (share) => hooks.onProgress(`${what}: searching`, share),
    hooks,
  );
  return {
    quality,
    asked,
    bytesAPhoto: index.bytesAPhoto,
    trainingSeconds,
    encodingSeconds,
    searchMilliseconds: milliseconds,
  };
}

async function measure(
  index: SearchIndex,
  queries: Features,
  labels: Labels,
  queryLabels: Labels,
  onProgress: (share: number) => void,
  { breathe, depth }: EvaluationHooks,
): Promise<{ quality: Quality; asked: QueryQuality; milliseconds: number }> {
  // Photos rank in an order drawn at random where distances tie: in the order of a folder, a class would.
  const order = seededRandom(SEED).shuffle(Int32Array.from({ length: labels.count }, (_, i) => i));
  const meter = new QualityMeter(depth);
  const distances = new Float32Array(labels.count);
  const shuffled = new Float32Array(labels.count);
  const relevant = new Uint8Array(labels.count);
  const times: number[] = [];
  for (let q = 0; q < queryLabels.count; q++) {
    const start = performance.now();
    index.prepare(queries.rows.subarray(q * queries.d, (q + 1) * queries.d)).distancesInto(distances);
    times.push(performance.now() - start);
    order.forEach((from, to) => {
      shuffled[to] = distances[from];
      relevant[to] = sharesLabel(labels, from, queryLabels, q) ? 1 : 0;
    });
    meter.add(shuffled, relevant);
    if (q % 50 === 0) {
      onProgress(q / queryLabels.count);
      await breathe();
    }
  }
  return {
    quality: meter.quality,
    asked: meter.queries,
    milliseconds: times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)],
  };
}

function prepared({ rows, d, views }: LabelledFeatures, preparation: Preparation | undefined): Features {
  return { rows: preparation ? prepareFeatures(rows, preparation) : rows, d, ...(views && { views }) };
}

/** Validation queries drawn from the photos that are searched, and the photos without them. */
function holdOut(database: LabelledFeatures): { rest: LabelledFeatures; held: LabelledFeatures } {
  const n = database.labels.count;
  const order = seededRandom(SEED).shuffle(Int32Array.from({ length: n }, (_, i) => i));
  const count = Math.max(1, Math.min(MOST_VALIDATION_QUERIES, Math.round(n * VALIDATION_SHARE)));
  return { held: pick(database, order.subarray(0, count)), rest: pick(database, order.subarray(count)) };
}

export function pick({ rows, d, labels, views }: LabelledFeatures, members: Int32Array): LabelledFeatures {
  return {
    rows: gather(rows, d, members),
    d,
    labels: pickLabels(labels, members),
    ...(views && { views: views.map((view) => gather(view, d, members)) }),
  };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await work();
  return [result, (performance.now() - start) / 1000];
}

/** @param ours, theirs of the same queries */
export function gainOver(over: string, ours: QueryQuality, theirs: QueryQuality): Gain {
  const interval = (a: readonly number[], b: readonly number[]): Interval =>
    bootstrapInterval(a.map((value, i) => value - b[i]));
  return {
    over,
    mAP: interval(ours.averagePrecision, theirs.averagePrecision),
    precisionAt10: interval(ours.precisionAt10, theirs.precisionAt10),
  };
}
