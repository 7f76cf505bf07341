// What came of a call that crosses to another thread, process or page: errors lose their class on the way.
import { fromErrorMessage, LikenessError, toErrorMessage, type ErrorMessage } from './errors.ts';

export type Outcome<T> = { ok: T } | { error: ErrorMessage };

/** Catches what is meant to be read; anything else that is thrown is a fault of ours and is thrown on. */
export async function toOutcome<T>(work: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: await work() };
  } catch (error) {
    if (error instanceof LikenessError) return { error: toErrorMessage(error) };
    throw error;
  }
}

/** @throws LikenessError as it was thrown on the other side */
export function fromOutcome<T>(outcome: Outcome<T>): T {
  if ('ok' in outcome) return outcome.ok;
  throw fromErrorMessage(outcome.error);
}
