// A thread that runs one method of an evaluation.
import workerpool from 'workerpool';
import { chooseBackend, nativeVectorIndexes } from '../../engine/reading/dataset-features.ts';
import { evaluateMethod, type LabelledFeatures, type MethodResult } from '../../evaluation/evaluate.ts';
import { retrievalMethods } from '../../evaluation/methods/all.ts';
import type { MethodName } from '../../evaluation/method.ts';
import type { QueryQuality } from '../../evaluation/quality.ts';

/** What a method reached, and query by query. */
export interface MethodAnswer {
  result: MethodResult;
  queries: QueryQuality;
}

/** How far a method is. */
export interface MethodProgress {
  what: string;
  share: number;
}

let ready: Promise<unknown> | undefined;

export const tasks = {
  async evaluate(
    name: MethodName,
    bits: number | null,
    database: LabelledFeatures,
    queries: LabelledFeatures,
    depth: number,
  ): Promise<MethodAnswer> {
    await (ready ??= chooseBackend());
    return evaluateMethod(
      retrievalMethods.find((one) => one.name === name)!,
      bits,
      database,
      queries,
      {
        breathe: () => new Promise((done) => setImmediate(done)),
        onProgress: (what, share) => workerpool.workerEmit({ what, share } satisfies MethodProgress),
        makeVectorIndex: nativeVectorIndexes(),
        depth,
      },
    );
  },
};

workerpool.worker(tasks);
