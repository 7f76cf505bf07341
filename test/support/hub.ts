// A hub on the loopback address: as much of the Hugging Face hub's protocol as fetching a model takes, and faults on demand.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Faults {
  /** Cuts the connection after so many bytes of a file, so many times. */
  cut: { path: string; after: number; times: number } | undefined;
  /** A file one byte of which is another. */
  wrong: string | undefined;
  /** Answers everything with this status. */
  status: number | undefined;
  /** Sends all of a large file, whatever part is asked for. */
  ignoresRanges: boolean;
  /** Says that large files lie in its newer store, as the real one does. */
  xet: boolean;
  /** Milliseconds between pieces of a file. */
  pause: number;
}

export interface Hub {
  readonly address: string;
  readonly faults: Faults;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** Bytes of files that were sent. */
  sent: number;
  readonly revision: string;
}

/** Files from here on are kept as Git LFS keeps them: by their SHA-256. */
const LARGE = 1000;
const PAGE = 3;
const PIECE = 16_384;

/** @param files of one repository, by their paths. HF_ENDPOINT names the hub until the test ends */
export async function startHub(repository: string, files: ReadonlyMap<string, Uint8Array>): Promise<Hub> {
  const revision = createHash('sha1').update(repository).digest('hex');
  const faults: Faults = {
    cut: undefined,
    wrong: undefined,
    status: undefined,
    ignoresRanges: false,
    xet: false,
    pause: 0,
  };
  const asked: string[] = [];
  const state = { sent: 0 };
  const names = [...files.keys()].sort();

  const entryOf = (path: string): object => {
    const bytes = files.get(path)!;
    const gitHash = createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
    const lfs = { oid: createHash('sha256').update(bytes).digest('hex'), size: bytes.length, pointerSize: 130 };
    return { type: 'file', path, size: bytes.length, oid: gitHash, ...(bytes.length >= LARGE && { lfs }) };
  };

  const sendFile = async (path: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const bytes = Buffer.from(files.get(path)!);
    if (faults.wrong === path) bytes[Math.floor(bytes.length / 2)] ^= 1;
    const range =
      faults.ignoresRanges && bytes.length >= LARGE
        ? undefined
        : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
    const start = range ? Number(range[1]) : 0;
    const end = range?.[2] ? Math.min(Number(range[2]) + 1, bytes.length) : bytes.length;
    response.writeHead(range ? 206 : 200, {
      'Content-Length': end - start,
      ETag: `"${createHash('sha256').update(path).digest('hex')}"`,
      ...(range && { 'Content-Range': `bytes ${start}-${end - 1}/${bytes.length}` }),
    });
    for (let at = start; at < end; at += PIECE) {
      const piece = bytes.subarray(at, Math.min(end, at + PIECE));
      const { cut } = faults;
      if (cut && cut.path === path && cut.times > 0 && at + piece.length - start > cut.after) {
        cut.times--;
        response.write(piece.subarray(0, Math.max(0, cut.after - (at - start))));
        await new Promise((resolve) => setTimeout(resolve, 20));
        response.destroy();
        return;
      }
      if (response.destroyed) return;
      state.sent += piece.length;
      response.write(piece);
      if (faults.pause > 0) await new Promise((resolve) => setTimeout(resolve, faults.pause));
    }
    response.end();
  };

  const json = (response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void => {
    response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
    response.end(JSON.stringify(value));
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://hub');
    const path = decodeURIComponent(url.pathname);
    asked.push(path);
    if (faults.status !== undefined) {
      response.writeHead(faults.status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: 'as it was told' }));
      return;
    }
    const known = (one: string): boolean => [revision, 'main'].includes(one);
    const info = /^\/api\/models\/(.+)\/revision\/([^/]+)$/.exec(path);
    if (info?.[1] === repository && known(info[2])) {
      json(response, {
        _id: '1',
        id: repository,
        sha: revision,
        cardData: { license: 'mit' },
        lastModified: '2026-01-01',
      });
      return;
    }
    const tree = /^\/api\/models\/(.+)\/tree\/([^/]+)$/.exec(path);
    if (tree?.[1] === repository && known(tree[2])) {
      // A page at a time.
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const next = `http://${request.headers.host}${url.pathname}?recursive=true&cursor=${from + PAGE}`;
      const more: Record<string, string> = from + PAGE < names.length ? { Link: `<${next}>; rel="next"` } : {};
      json(response, names.slice(from, from + PAGE).map(entryOf), more);
      return;
    }
    const resolve = /^\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    if (resolve?.[1] === repository && known(resolve[2]) && files.has(resolve[3])) {
      const bytes = files.get(resolve[3])!;
      if (bytes.length < LARGE) void sendFile(resolve[3], request, response);
      else if (faults.xet && request.headers.accept?.includes('xet-fileinfo')) {
        const base = `http://${request.headers.host}`;
        response.writeHead(200, {
          'Content-Type': 'application/vnd.xet-fileinfo+json',
          'X-Linked-Size': String(bytes.length),
          'X-Linked-ETag': '"etag"',
          'X-Xet-Hash': 'f'.repeat(64),
          Link: `<${base}/xet>; rel="xet-reconstruction-info", <${base}/token>; rel="xet-auth"`,
        });
        response.end('{}');
      } else {
        response.writeHead(302, {
          Location: `/cdn/${resolve[3]}`,
          'X-Linked-Size': String(bytes.length),
          'X-Linked-ETag': '"etag"',
        });
        response.end();
      }
      return;
    }
    const cdn = /^\/cdn\/(.+)$/.exec(path);
    if (cdn && files.has(cdn[1])) {
      void sendFile(cdn[1], request, response);
      return;
    }
    response.writeHead(404, { 'Content-Type': 'application/json', 'X-Error-Code': 'EntryNotFound' });
    response.end(JSON.stringify({ error: 'Not found' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const before = process.env.HF_ENDPOINT;
  process.env.HF_ENDPOINT = address;
  onTestFinished(() => {
    if (before === undefined) delete process.env.HF_ENDPOINT;
    else process.env.HF_ENDPOINT = before;
    server.closeAllConnections();
    server.close();
  });
  return {
    address,
    faults,
    asked,
    revision,
    get sent() {
      return state.sent;
    },
    set sent(value: number) {
      state.sent = value;
    },
  };
}
