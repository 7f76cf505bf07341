// What a method of the contract is, and the pieces that several inputs are made of.
import { z } from 'zod';

export const id = z.int().min(1).max(Number.MAX_SAFE_INTEGER);
export const path = z.string().min(1).max(32_767);
export const none = z.strictObject({});

/** Ties a schema for the input to the type of the output, which only the engine makes. */
export function method<Input extends z.ZodType>(input: Input) {
  return { returning: <Output>() => ({ input, output: undefined as unknown as Output }) };
}
