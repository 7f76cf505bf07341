// What `likeness eval` prints: a line for each method as it ends, and the table.
import type { MethodResult } from '../../evaluation/evaluate.ts';
import type { EvaluationReport } from '../../evaluation/report.ts';

const four = (value: number): string => value.toFixed(4);

export function describeMethod(
  { method, bits, mAP, precisionAt10, ...times }: MethodResult,
  kept: boolean,
  depth: number,
): string {
  const seconds = (times.trainingSeconds + times.encodingSeconds).toFixed(1);
  const when = kept ? 'kept from an earlier run' : `${seconds} s to learn and encode`;
  return `${method}${bits === null ? '' : ` at ${bits} bits`}: mAP@${depth} ${four(mAP)}, P@10 ${four(precisionAt10)}; ${when}`;
}

export function describeEvaluation({ photos, queries, depth, results, unreadable }: EvaluationReport): void {
  console.log(
    `${queries} queries against ${photos} photos${unreadable.length > 0 ? `; could not be read: ${unreadable.length}` : ''}`,
  );
  console.log(`method               bits  bytes  ${`mAP@${depth} (95%)`.padEnd(26)}P@10 (95%)       P@100  setting`);
  const between = ([low, high]: readonly [number, number]): string => `${four(low)} to ${four(high)}`;
  for (const { method, bits, bytesAPhoto, mAP, precisionAt10, precisionAt100, interval, variant, gain } of results) {
    const sure = (value: number, range: readonly [number, number]): string => `${four(value)} (${between(range)})`;
    const code = `${method.padEnd(19)} ${String(bits ?? '-').padStart(5)} ${String(bytesAPhoto).padStart(6)}`;
    console.log(
      `${code}  ${sure(mAP, interval.mAP)}  ${sure(precisionAt10, interval.precisionAt10)}  ${four(precisionAt100)}  ${variant}`,
    );
    if (gain)
      console.log(
        `                           gain over ${gain.over}: mAP ${between(gain.mAP)}, P@10 ${between(gain.precisionAt10)}`,
      );
  }
}
