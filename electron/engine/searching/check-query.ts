// Queries that contradict themselves are refused with a sentence that says what to change.
import { isDeepStrictEqual } from 'node:util';
import { LikenessError } from '../../contract/errors.ts';
import type { Example, Filter, Query } from '../../contract/query.ts';
import { say } from '../../contract/sentence.ts';

/** @throws LikenessError 'bad-input' where a query contradicts itself */
export function checkQuery({ positives, negatives, marks, filter }: Query): void {
  if (negatives.some((example) => positives.some((other) => isDeepStrictEqual(example, other)))) {
    throw new LikenessError('bad-input', say`The same example is both wanted and not wanted. Take it out on one side.`);
  }
  const all = [...positives, ...negatives];
  if (all.some((example) => 'text' in example) && all.some((example) => !('text' in example) && example.box))
    throw wordsWithPart();
  const wrong = new Set(marks?.wrong);
  const photoOf = (example: Example): number | undefined => ('photoId' in example ? example.photoId : undefined);
  if (marks?.right.some((id) => wrong.has(id)) || positives.some((example) => wrong.has(photoOf(example)!))) {
    throw new LikenessError(
      'bad-input',
      say`The same photo is both wanted and marked as wrong. Take the mark or the example back.`,
    );
  }
  if (filter) checkFilter(filter);
}

/** @throws LikenessError 'bad-input' where nothing could pass it */
export function checkFilter({ from, to, minPixels, maxPixels }: Filter): void {
  if (from !== undefined && to !== undefined && from > to) {
    throw new LikenessError(
      'bad-input',
      say`The dates contradict each other: the first day lies after the last. Change one of them.`,
    );
  }
  if (minPixels !== undefined && maxPixels !== undefined && minPixels > maxPixels) {
    throw new LikenessError(
      'bad-input',
      say`The sizes contradict each other: the smallest is above the largest. Change one of them.`,
    );
  }
}

export function wordsWithPart(): LikenessError {
  return new LikenessError(
    'unsupported',
    say`Words and a part of a picture cannot be asked for together yet. Take one of them out.`,
  );
}
