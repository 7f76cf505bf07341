// What the person says of results.
import { z } from 'zod';
import { id, method } from './method.ts';

export const reviewMethods = {
  /** Marks a result as right for its query, or takes the mark back: new models are held against such marks. */
  markResult: method(z.strictObject({ queryPhotoId: id, resultPhotoId: id, relevant: z.boolean() })).returning<null>(),
} as const;
