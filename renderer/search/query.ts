// A query as the page shows it.

export interface ShownExample {
  example: { photoId: number } | { exampleId: number };
  name: string;
  /** Address of its picture. */
  thumbnail: string;
}

export interface Query {
  /** At least one. */
  positives: readonly ShownExample[];
  negatives: readonly ShownExample[];
}

export function isSameExample({ example: a }: ShownExample, { example: b }: ShownExample): boolean {
  return 'photoId' in a ? 'photoId' in b && a.photoId === b.photoId : 'exampleId' in b && a.exampleId === b.exampleId;
}

/** "like a.jpg", "like these 3, not a.jpg". */
export function describeQuery({ positives, negatives }: Query): string {
  const named = (examples: readonly ShownExample[]): string =>
    examples.length === 1 ? examples[0].name : `these ${examples.length}`;
  return `like ${named(positives)}${negatives.length > 0 ? `, not ${named(negatives)}` : ''}`;
}
