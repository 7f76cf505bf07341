// Files that are still being written are left alone until they come to rest.
import type { FileStamp } from './read-file.ts';
import { sameStamp } from './read-file.ts';

/** Milliseconds a file must have stayed the same. Copying programs pause for less. */
export const REST = 1500;

/**
 * Whether a file can be read now. One that was last written a while ago can; one that was written just now
 * (or, by a clock that is off, in the future) only once it was seen twice, REST apart, in the same state.
 * @param seen what it was when first looked at, and when, by the clock that never goes back (performance.now)
 * @param now milliseconds, by that clock
 * @param today milliseconds since 1970
 */
export function hasSettled(
  current: FileStamp,
  seen: { stamp: FileStamp; at: number } | undefined,
  now: number,
  today = Date.now(),
): boolean {
  if (current.modifiedAt <= today - REST) return true;
  return seen !== undefined && sameStamp(seen.stamp, current) && now - seen.at >= REST;
}
