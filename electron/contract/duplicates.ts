// Photos that are there more than once, of three kinds: the same bytes, the same picture, one moment.

export const duplicateKinds = ['copies', 'same', 'bursts'] as const;

export type DuplicateKind = (typeof duplicateKinds)[number];
