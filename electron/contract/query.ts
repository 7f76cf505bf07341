// What is searched for: examples that are wanted, examples that are not, and what narrows the answer.
import { z } from 'zod';
import { id } from './method.ts';

/** Examples of either kind that a query may hold. */
export const MOST_EXAMPLES = 32;

const share = z.number().min(0).max(1);

/** A part of a picture: shares of its upright width and height, from the upper left corner. */
export const boxSchema = z
  .strictObject({ x: share, y: share, width: share, height: share })
  .refine(({ width, height }) => width > 0 && height > 0, 'the box is empty; draw it larger')
  .refine(
    ({ x, y, width, height }) => x + width <= 1.000001 && y + height <= 1.000001,
    'the box reaches beyond the picture',
  );

const part = { box: boxSchema.optional(), time: z.number().min(0).optional() };

/** A photo of the library, a picture given before, or words; with a box or a moment of its own where it has one. */
export const exampleSchema = z.union([
  z.strictObject({ photoId: id, ...part }),
  z.strictObject({ exampleId: id, ...part }),
  z.strictObject({ text: z.string().trim().min(1).max(1000) }),
]);

/** Only photos that all of it holds for. */
export const filterSchema = z.strictObject({
  folderIds: z.array(id).min(1).max(1000).optional(),
  /** Milliseconds since 1970 by the wall clock where it was taken: from one on, and before the other. */
  takenFrom: z.number().optional(),
  takenBefore: z.number().optional(),
});

export const querySchema = z.strictObject({
  positives: z.array(exampleSchema).min(1, 'a query wants at least one example').max(MOST_EXAMPLES),
  negatives: z.array(exampleSchema).max(MOST_EXAMPLES).default([]),
  filter: filterSchema.optional(),
  /** Leaves out what is less alike than this. */
  cut: z.strictObject({ minScore: share }).optional(),
  sort: z.enum(['likeness', 'date']).default('likeness'),
  /** How much each subspace of the codes counts; as many as the model has subquantizers. */
  subspaceWeights: z.array(z.number().min(0).max(1000)).min(1).max(256).optional(),
});

export type Box = z.output<typeof boxSchema>;
export type Example = z.output<typeof exampleSchema>;
export type Filter = z.output<typeof filterSchema>;
/** As a caller gives it; what is left out has its usual value. */
export type QueryInput = z.input<typeof querySchema>;
export type Query = z.output<typeof querySchema>;
