// Who may talk to the loopback server: the browser that was handed this launch's token, from its own page.
import { timingSafeEqual } from 'node:crypto';
import { parseCookie } from 'cookie';

export interface RequestFacts {
  method: string;
  host: string | undefined;
  origin: string | undefined;
  /** Sec-Fetch-Site, which browsers set and pages cannot. */
  site: string | undefined;
  cookie: string | undefined;
}

export interface Refusal {
  status: 400 | 401 | 403;
  reason: string;
}

export const COOKIE = 'likeness';

/**
 * Why a request is refused, or null where it may pass. A foreign Host means that a name was rebound to this
 * machine; a foreign Origin, that another page sent it; no token, that another user or program did.
 */
export function refuse(facts: RequestFacts, port: number, token: string): Refusal | null {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (facts.host === undefined || !hosts.includes(facts.host)) {
    return { status: 403, reason: `This address answers only as ${hosts[0]}.` };
  }
  if (facts.origin !== undefined && facts.origin !== `http://${facts.host}`) {
    return { status: 403, reason: 'Requests from other pages are refused.' };
  }
  if (facts.method !== 'GET' && facts.origin === undefined) {
    return { status: 403, reason: 'A request that changes something must say which page it comes from.' };
  }
  if (facts.site !== undefined && facts.site !== 'same-origin' && facts.site !== 'none') {
    return { status: 403, reason: 'Requests from other pages are refused.' };
  }
  if (!sameToken(parseCookie(facts.cookie ?? '')[`${COOKIE}-${port}`], token)) {
    return {
      status: 401,
      reason: 'Open the address that Likeness printed when it started; it carries the key for this launch.',
    };
  }
  return null;
}

export function sameToken(given: string | undefined, token: string): boolean {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
