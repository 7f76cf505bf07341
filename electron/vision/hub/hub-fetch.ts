// The one way out of this machine: through the proxy that the system names, where it names one.
import { EnvHttpProxyAgent, fetch } from 'undici';
import { environment } from '../../contract/environment.ts';

/** Milliseconds without a sign of the other side. */
const PATIENCE = 60_000;
const HERE = 'localhost,127.0.0.1,[::1]';

/** fetch, by way of HTTP_PROXY and HTTPS_PROXY but for what NO_PROXY names. */
export function makeHubFetch(): typeof globalThis.fetch {
  const dispatcher = new EnvHttpProxyAgent({
    noProxy: [environment().noProxy, HERE].filter(Boolean).join(','),
    headersTimeout: PATIENCE,
    bodyTimeout: PATIENCE,
  });
  const viaProxy = (input: string | URL, init: object = {}): Promise<unknown> => fetch(input, { ...init, dispatcher });
  return viaProxy as unknown as typeof globalThis.fetch;
}
