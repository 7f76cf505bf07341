// `likeness eval`: how well methods of retrieval find photos of the same class, side by side.
import { open, type FileHandle } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { extname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import pLimit from 'p-limit';
import workerpool from 'workerpool';
import { LikenessError } from '../../contract/errors.ts';
import { openEmbedder, readFeatures, readViewFeatures } from '../../engine/reading/dataset-features.ts';
import { KeptResults } from '../../engine/reading/kept-results.ts';
import { openDataset } from '../../evaluation/dataset.ts';
import { gainOver, pick, type LabelledFeatures, type MethodResult } from '../../evaluation/evaluate.ts';
import { labelsOf } from '../../evaluation/labels.ts';
import { retrievalMethods } from '../../evaluation/methods/all.ts';
import type { MethodName } from '../../evaluation/method.ts';
import { renderReport, type EvaluationReport } from '../../evaluation/report.ts';
import type { MethodAnswer, MethodProgress, tasks as tasksOfThread } from './evaluation-thread.ts';

/** Methods that are run side by side at most: each holds the features in memory. */
const MOST_AT_ONCE = 4;

export interface EvalOptions {
  bits: number[];
  methods: MethodName[];
  embedder: string | undefined;
  report: string | undefined;
  perClass: number | undefined;
  /** Of the queries that are drawn where the data set does not say which ask. */
  seed: number;
  queries: number | undefined;
  /** Ranks at which average precision is cut off. */
  depth: number;
  /** Runs methods again whose results were kept. */
  afresh: boolean;
}

export interface EvalProgress {
  /** What is being done, in words, and its share in [0, 1]. */
  readonly onProgress: (what: string, share: number) => void;
  /** One more method is through, or was at an earlier run. */
  readonly onResult: (result: MethodResult, kept: boolean) => void;
}

export async function evaluate(
  path: string,
  options: EvalOptions,
  { onProgress, onResult }: EvalProgress,
): Promise<EvaluationReport> {
  const dataset = await openDataset(resolve(path), options.perClass, { seed: options.seed, queries: options.queries });
  let page: FileHandle | undefined;
  try {
    page = options.report === undefined ? undefined : await openReport(resolve(options.report));
    const embedder = await openEmbedder(options.embedder);
    try {
      refuseImpossible(options, embedder.dimensions);
      const { features, kept: photos, unreadable } = await readFeatures(dataset.items, embedder, onProgress);
      const classes = [...new Set(photos.flatMap(({ labels }) => labels))].sort();
      const number = new Map(classes.map((name, i) => [name, i]));
      const all: LabelledFeatures = {
        rows: features,
        d: embedder.dimensions,
        labels: labelsOf(
          photos.map(({ labels }) => labels.map((name) => number.get(name)!)),
          classes.length,
        ),
      };
      const membersWhere = (query: boolean): Int32Array =>
        Int32Array.from(photos.flatMap((item, i) => (item.query === query ? [i] : [])));
      const database = pick(all, membersWhere(false));
      const methods = options.methods.map((name) => retrievalMethods.find((one) => one.name === name)!);
      const searched = photos.filter(({ query }) => !query);
      const views = methods.some(({ takesViews }) => takesViews)
        ? await readViewFeatures(searched, database.rows, embedder, onProgress)
        : [];
      const queries = pick(all, membersWhere(true));
      const results = await KeptResults.of([
        database.rows,
        database.labels.bits,
        queries.rows,
        queries.labels.bits,
        Int32Array.of(options.depth),
      ]);
      const tasks = methods.flatMap((method) =>
        (method.name === 'exact' ? [null] : options.bits).map((bits) => ({ method, bits })),
      );
      const answers = await sideBySide(tasks, async ({ method, bits }, run) => {
        const learnedFrom = method.takesViews ? { ...database, views } : database;
        const { value, kept } = await results.get(
          `${method.name} ${bits}`,
          method.takesViews ? views : [],
          options.afresh,
          () => run([method.name, bits, learnedFrom, queries, options.depth], onProgress),
        );
        onResult(value.result, kept);
        return value;
      });
      const report: EvaluationReport = {
        dataset: dataset.name,
        embedder: { name: embedder.name, dimensions: embedder.dimensions },
        photos: database.labels.count,
        queries: queries.labels.count,
        classes: classes.length,
        depth: options.depth,
        unreadable,
        results: withGains(answers),
        madeAt: Date.now(),
      };
      await page?.truncate();
      await page?.writeFile(renderReport(report));
      return report;
    } finally {
      await embedder.close();
    }
  } finally {
    await page?.close();
    dataset.close();
  }
}

type RunMethod = (
  task: Parameters<(typeof tasksOfThread)['evaluate']>,
  onProgress: EvalProgress['onProgress'],
) => Promise<MethodAnswer>;

/** Does something of each, several at a time, each method in a thread; the answers in the order of what was given. */
async function sideBySide<T>(
  items: readonly T[],
  work: (item: T, run: RunMethod) => Promise<MethodAnswer>,
): Promise<MethodAnswer[]> {
  const most = Math.min(MOST_AT_ONCE, availableParallelism());
  const script = fileURLToPath(new URL(`./evaluation-thread${extname(import.meta.url)}`, import.meta.url));
  const pool = workerpool.pool(script, { workerType: 'thread', maxWorkers: most });
  const turns = pLimit(most);
  const run: RunMethod = async (task, onProgress) =>
    (await pool.exec('evaluate', task, {
      on: ({ what, share }: MethodProgress) => onProgress(what, share),
    })) as MethodAnswer;
  try {
    return await Promise.all(items.map((item) => turns(() => work(item, run))));
  } finally {
    await pool.terminate(true);
  }
}

/** A run takes minutes to hours: where its report cannot be written is told before, not after. */
async function openReport(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'a');
  } catch (error) {
    throw new LikenessError('bad-input', `The report cannot be written to ${file}: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}

/** A run takes minutes to hours: what cannot be done is told before, not after. */
function refuseImpossible({ methods, bits }: Pick<EvalOptions, 'methods' | 'bits'>, dimensions: number): void {
  const impossible = retrievalMethods
    .filter(({ name }) => name !== 'exact' && methods.includes(name))
    .flatMap((method) => {
      const sizes = bits.filter((size) => method.variants(dimensions, size).length === 0);
      return sizes.length > 0 ? [`${method.name} at ${sizes.join(', ')} bits`] : [];
    });
  if (impossible.length === 0) return;
  throw new LikenessError(
    'bad-input',
    `Features of ${dimensions} dimensions cannot be coded by ${impossible.join(', nor by ')}. Choose other --bits or other --methods.`,
  );
}

/** Of each method that learns more, what it begins at. */
const STARTS: Partial<Record<string, MethodName>> = {
  deepquan: 'deepquan-linear',
  'deepquan-rq': 'deepquan-linear-rq',
};

/** Says of each trained DeepQuan what it has beside its linear start of as many bits. */
function withGains(answers: readonly MethodAnswer[]): MethodResult[] {
  return answers.map(({ result, queries }) => {
    const start = STARTS[result.method];
    const linear = answers.find((one) => one.result.method === start && one.result.bits === result.bits);
    if (!start || !linear) return result;
    return { ...result, gain: gainOver(start, queries, linear.queries) };
  });
}
