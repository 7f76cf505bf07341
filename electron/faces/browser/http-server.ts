// The engine and the page over HTTP, on this machine's loopback address only.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { LikenessError, toErrorMessage, type ErrorCode } from '../../contract/errors.ts';
import type { AnyEvent } from '../../contract/events.ts';
import { FILE_LIMITS, takesFile } from '../../contract/files.ts';
import { mediaType, parseMediaPath, parseVideoPath } from '../../contract/media.ts';
import type { Engine } from '../../engine/engine.ts';
import { dispatch } from '../../engine/gateway.ts';
import { COOKIE, refuse, sameToken } from './http-guard.ts';
import { CONTENT_SECURITY_POLICY, type PageFile } from '../page-files.ts';
import { videoResponse } from '../video-response.ts';
import { say, type Sentence } from '../../contract/sentence.ts';

export interface PageServer {
  /** With the token of this launch. */
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 2 ** 20;
const STATUS: Record<ErrorCode, number> = {
  'bad-input': 400,
  'not-found': 404,
  'already-running': 409,
  unreadable: 422,
  changed: 409,
  unsupported: 422,
  unavailable: 503,
  damaged: 500,
  'no-space': 507,
  cancelled: 499,
  internal: 500,
};

/** An engine that may still be opening its library. */
export interface EngineSource {
  readonly engine: Promise<Engine> | Engine;
  /** What takes a while meanwhile, in words. */
  readonly notice?: () => Sentence | null;
}

/** @param port 0 for any that is free */
export async function startPageServer(
  source: EngineSource,
  files: Map<string, PageFile>,
  port: number,
): Promise<PageServer> {
  const token = randomBytes(32).toString('base64url');
  const streams = new Set<ServerResponse>();
  const server: Server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => sendError(response, error));
  });
  const boundPort = (): number => (server.address() as AddressInfo).port;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { headers, method = 'GET' } = request;
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    // The printed address is taken once: the token moves into a cookie, out of sight of history and referrers.
    const keyed =
      method === 'GET' && url.pathname === '/' && sameToken(url.searchParams.get('token') ?? undefined, token);
    const facts = {
      method,
      host: headers.host,
      origin: headers.origin,
      site: keyed ? undefined : headers['sec-fetch-site'],
      cookie: keyed ? `${COOKIE}-${boundPort()}=${token}` : headers.cookie,
    };
    const refusal = refuse(facts, boundPort(), token);
    if (refusal) {
      response.writeHead(refusal.status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(refusal.reason);
      return;
    }
    if (keyed) {
      response
        .writeHead(303, {
          Location: '/',
          'Set-Cookie': `${COOKIE}-${boundPort()}=${token}; HttpOnly; SameSite=Strict; Path=/`,
        })
        .end();
      return;
    }
    if (method === 'POST' && url.pathname.startsWith('/api/')) await callMethod(request, response, url);
    else if (method !== 'GET') throw new LikenessError('bad-input', say`${method} is not understood here.`);
    else if (url.pathname === '/events') openStream(response);
    else await sendFile(response, url.pathname, headers.range);
  }

  async function callMethod(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const method = url.pathname.slice('/api/'.length);
    let input: unknown;
    if (takesFile(method))
      input = { ...Object.fromEntries(url.searchParams), bytes: await readBody(request, FILE_LIMITS[method]) };
    else {
      const body = await readBody(request, MAX_MESSAGE_BYTES);
      try {
        input = JSON.parse(body.toString('utf8'));
      } catch (error) {
        throw new LikenessError('bad-input', say`The message to ${method} is not JSON.`, { cause: error });
      }
    }
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { methods, log } = await source.engine;
    const onFault = (asked: string, error: unknown): void => log.failed(asked, error);
    const output = await dispatch(methods, method, input, gone.signal, onFault).catch((error: unknown) => {
      // Broken off because whoever asked has gone: nobody is left to tell.
      if (gone.signal.aborted) return undefined;
      throw error;
    });
    if (gone.signal.aborted) return;
    response
      .writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
      .end(JSON.stringify(output));
  }

  function openStream(response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    response.write(': hello\n\n');
    streams.add(response);
    const send = (event: AnyEvent): unknown => response.write(`data: ${JSON.stringify(event)}\n\n`);
    const notice = source.notice?.() ?? null;
    if (notice !== null) send({ name: 'libraryOpening', detail: { notice } });
    let closed = false;
    let stop = (): void => undefined;
    Promise.resolve(source.engine).then(
      (engine) => {
        if (!closed) stop = engine.onEvent(send);
      },
      () => response.end(),
    );
    response.on('close', () => {
      closed = true;
      stop();
      streams.delete(response);
    });
  }

  async function sendFile(response: ServerResponse, path: string, range: string | undefined): Promise<void> {
    const videoId = parseVideoPath(path);
    if (videoId !== undefined) {
      const { status, headers, body } = videoResponse(await (await source.engine).getVideo(videoId), range);
      response.writeHead(status, headers);
      // A page that has seen enough closes the connection; that is no error.
      if (body) await pipeline(body, response).catch(() => response.destroy());
      else response.end();
      return;
    }
    const media = parseMediaPath(path);
    if (media) {
      const jpeg = await (await source.engine).getMedia(media);
      // A content's thumbnail never changes; what is made of a photo's file may.
      const isFixed = media.kind === 'thumbnail' || media.kind === 'frame' || media.kind === 'example';
      response
        .writeHead(200, {
          'Content-Type': mediaType(media),
          'Cache-Control': isFixed ? 'private, max-age=31536000, immutable' : 'no-store',
        })
        .end(jpeg);
      return;
    }
    const file = files.get(path);
    if (!file) throw new LikenessError('not-found', say`There is nothing at ${path}.`);
    response
      .writeHead(200, {
        'Content-Type': file.type,
        'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        'Cache-Control': 'no-cache',
      })
      .end(file.bytes);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE' ? 'another program uses it; leave out --port for a free one' : error.message;
      reject(new LikenessError('bad-input', say`Port ${port} cannot be used: ${reason}.`, { cause: error }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    address: `http://127.0.0.1:${boundPort()}/?token=${token}`,
    port: boundPort(),
    async close() {
      for (const stream of streams) stream.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > limit) throw new LikenessError('bad-input', say`The message is larger than ${limit / 2 ** 20} MiB.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function sendError(response: ServerResponse, error: unknown): void {
  const message = toErrorMessage(error);
  if (message.code === 'internal') console.error(error);
  if (response.headersSent) {
    response.end();
    return;
  }
  response.writeHead(STATUS[message.code], { 'Content-Type': 'application/json' }).end(JSON.stringify(message));
}
