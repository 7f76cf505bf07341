// A query as the page shows it.
import type { Box, Filter, QueryInput } from '../../electron/contract/query.ts';
import { t } from '../words/t.ts';

/** Examples of either kind that a query may hold, as the engine says. */
export const MOST_EXAMPLES = 32;
/** Letters that words may have, as the engine says. */
export const MOST_LETTERS = 1000;

export interface ShownExample {
  example: (({ photoId: number } | { exampleId: number }) & { box?: Box | undefined }) | { text: string; box?: never };
  name: string;
  /** Address of its picture: all of it, of which the box is a part. Of words: nothing. */
  thumbnail: string;
}

export interface Query {
  /** Without any, all photos are shown that the filter lets through. */
  readonly positives: readonly ShownExample[];
  readonly negatives: readonly ShownExample[];
  /** Photos marked among the results. */
  readonly right: readonly number[];
  readonly wrong: readonly number[];
  readonly filter: Filter;
  /** Leaves out what is less alike; null leaves out nothing. */
  readonly minScore: number | null;
  readonly sort: 'likeness' | 'date';
  /** How much each part of the codes counts; empty where all count alike. */
  readonly weights: readonly number[];
}

export const EVERYTHING: Query = {
  positives: [],
  negatives: [],
  right: [],
  wrong: [],
  filter: {},
  minScore: null,
  sort: 'likeness',
  weights: [],
};

export const isAsking = ({ positives }: Query): boolean => positives.length > 0;
/** Whether it is asked for by words alone. */
export const isOfWords = (examples: readonly ShownExample[]): boolean =>
  examples.length > 0 && examples.every(({ example }) => 'text' in example);
export const isNarrowed = ({ filter }: Query): boolean => Object.keys(filter).length > 0;

/** Whether what a person says of photos decides what passes. */
export const isByAnnotation = ({ favourite, minStars, tags, album }: Filter): boolean =>
  [favourite, minStars, tags, album].some((part) => part !== undefined);

export function isSameExample({ example: a }: ShownExample, { example: b }: ShownExample): boolean {
  if ('text' in a || 'text' in b) return 'text' in a && 'text' in b && a.text === b.text;
  const same =
    'photoId' in a ? 'photoId' in b && a.photoId === b.photoId : 'exampleId' in b && a.exampleId === b.exampleId;
  return same && JSON.stringify(a.box) === JSON.stringify(b.box);
}

/** What words become as an example. */
export function wordsExample(text: string): ShownExample {
  return { example: { text }, name: t('query.words', { text }), thumbnail: '' };
}

/** As the engine takes it. */
export function toQueryInput({
  positives,
  negatives,
  right,
  wrong,
  filter,
  minScore,
  sort,
  weights,
}: Query): QueryInput {
  const examples = (all: readonly ShownExample[]) => all.map(({ example }) => example);
  return {
    positives: examples(positives),
    negatives: examples(negatives),
    ...(right.length + wrong.length > 0 && { marks: { right: [...right], wrong: [...wrong] } }),
    ...(Object.keys(filter).length > 0 && { filter }),
    ...(minScore !== null && { cut: { minScore } }),
    ...(weights.length > 0 && { subspaceWeights: [...weights] }),
    sort,
  };
}

/** "like a.jpg", "like these 3, not a.jpg", "like a part of a.jpg". */
export function describeQuery({ positives, negatives }: Query): string {
  const named = (examples: readonly ShownExample[]): string => {
    const [{ name, example }] = examples;
    if (examples.length > 1) return t('query.these', { count: examples.length });
    return example.box ? t('query.part', { name }) : name;
  };
  const what = named(positives);
  if (negatives.length === 0 && isOfWords(positives)) return what;
  return negatives.length > 0 ? t('query.like-not', { what, other: named(negatives) }) : t('query.like', { what });
}
