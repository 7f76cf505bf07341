// What is searched for: examples that are wanted, examples that are not, and what narrows the answer.
import { z } from 'zod';
import { id } from './method.ts';

/** Examples of either kind that a query may hold, and marks of either kind. */
export const MOST_EXAMPLES = 32;
export const MOST_MARKS = 500;

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

const someOf = (): z.ZodArray<z.ZodString> => z.array(z.string().min(1).max(4096)).min(1).max(100);
const pixels = z.int().min(0).max(1e9);

/** Only photos that all of it holds for; of a list, any one of its values. */
export const filterSchema = z.strictObject({
  /** Paths; photos in them and in the folders inside them. */
  folders: someOf().optional(),
  /** The first day and the last, as 2024-12-24, by the wall clock where it was taken. */
  from: z.iso.date('expected a day, as 2024-12-24').optional(),
  to: z.iso.date('expected a day, as 2024-12-24').optional(),
  /** Month and day in any year, as 12-24. */
  monthDay: z
    .string()
    .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'expected a month and a day, as 12-24')
    .optional(),
  cameras: someOf().optional(),
  lenses: someOf().optional(),
  /** As PhotoDetails.format. */
  formats: someOf().optional(),
  orientation: z.enum(['landscape', 'portrait', 'square']).optional(),
  minPixels: pixels.optional(),
  maxPixels: pixels.optional(),
  /** Part of the file's name; upper and lower case are one. */
  name: z.string().min(1).max(200).optional(),
  /** Only photos that were marked as right for some query. */
  marked: z.literal(true).optional(),
  /** Only photos that other files hold too. */
  copies: z.literal(true).optional(),
  favourite: z.literal(true).optional(),
  /** Rated with so many stars or more. */
  minStars: z.int().min(1).max(5).optional(),
  tags: someOf().optional(),
  /** Only photos in this album, which is filled by hand. */
  album: id.optional(),
  /** Only photos on a part of the map by likeness: the corners of a polygon, shares of its sides. Of another map, none. */
  place: z
    .strictObject({
      mapId: id,
      corners: z
        .array(z.tuple([z.number().min(-1).max(2), z.number().min(-1).max(2)]))
        .min(3)
        .max(200),
    })
    .optional(),
  /** Only photos whose code has this number in this subspace. Of another model, none. */
  code: z
    .strictObject({ modelId: id, subspace: z.int().min(0).max(255), centroid: z.int().min(0).max(255) })
    .optional(),
});

const examples = z.array(exampleSchema).max(MOST_EXAMPLES);

export const querySchema = z.strictObject({
  positives: examples.min(1, 'a query wants at least one example'),
  negatives: examples.default([]),
  /** Results that the person marked, which steer the order: right ones stay among the results, wrong ones do not. */
  marks: z
    .strictObject({
      right: z.array(id).max(MOST_MARKS).default([]),
      wrong: z.array(id).max(MOST_MARKS).default([]),
    })
    .optional(),
  filter: filterSchema.optional(),
  /** Leaves out what is less alike than this. */
  cut: z.strictObject({ minScore: share }).optional(),
  sort: z.enum(['likeness', 'date']).default('likeness'),
  /** How much each subspace of the codes counts; as many as the model has subquantizers. */
  subspaceWeights: z.array(z.number().min(0).max(1000)).min(1).max(256).optional(),
});

/** As a query, without any example where a filter alone says what is meant. */
export const albumQuerySchema = querySchema.extend({ positives: examples.default([]) });

export type Box = z.output<typeof boxSchema>;
export type Example = z.output<typeof exampleSchema>;
export type Filter = z.output<typeof filterSchema>;
/** As a caller gives it; what is left out has its usual value. */
export type QueryInput = z.input<typeof querySchema>;
export type Query = z.output<typeof querySchema>;
