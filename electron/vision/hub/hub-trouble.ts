// What went wrong on the way to the hub, in words that say what to do.
import { LikenessError } from '../../contract/errors.ts';
import { say } from '../../contract/sentence.ts';

/** @param host that was asked; @param status HTTP's; undefined where nothing was answered */
export function hubTrouble(host: string, status: number | undefined, cause?: unknown): LikenessError {
  const says =
    status === undefined
      ? say`${host} cannot be reached. Is this machine connected, and is a proxy set where one is needed (HTTPS_PROXY)? What came so far is kept.`
      : status === 401 || status === 403
        ? say`${host} gives this out only to those who are signed in there. Fetch it by hand, and add its folder.`
        : status === 404
          ? say`${host} does not have it any more under that name. Fetch it by hand from where it is now, and add its folder.`
          : status === 429
            ? say`${host} asks to wait: too much was asked for from here. Go on in some minutes; what came so far is kept.`
            : say`${host} answered with an error (${status}). Go on later; what came so far is kept.`;
  return new LikenessError('unavailable', says, { cause });
}
