// Pictures that come along, for the first start.
import { z } from 'zod';
import { id, method, none } from './method.ts';

export const sampleMethods = {
  /** Those that are offered to be searched by. */
  listSamples: method(none).returning<{ sampleIds: number[] }>(),
  /** The others most like one, best first. */
  searchSamples: method(z.strictObject({ sampleId: id })).returning<{ sampleIds: number[] }>(),
} as const;
