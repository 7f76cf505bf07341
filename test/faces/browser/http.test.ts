import { request } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { refuse, type RequestFacts } from '../../../electron/faces/browser/http-guard.ts';
import { startPageServer, type PageServer } from '../../../electron/faces/browser/http-server.ts';
import { loadPageFiles } from '../../../electron/faces/page-files.ts';
import { makePicture, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { LikenessError } from '../../../electron/contract/errors.ts';
import { openEngine, photoAt, until } from '../../support/engines.ts';
import { description, onnxFile } from '../../support/onnx-files.ts';
import { verbatim } from '../../../electron/contract/sentence.ts';

const own: RequestFacts = {
  method: 'GET',
  host: '127.0.0.1:80',
  origin: undefined,
  site: 'same-origin',
  cookie: 'x=1; likeness-80=key',
};

describe('The loopback guard', () => {
  it('lets the page that was handed the key pass', () => {
    expect(refuse(own, 80, 'key')).toBeNull();
    expect(refuse({ ...own, method: 'POST', origin: 'http://127.0.0.1:80' }, 80, 'key')).toBeNull();
  });

  it('refuses a name rebound to this machine, whatever else it has', () => {
    for (const host of [undefined, 'evil.example:80', '127.0.0.1', '127.0.0.1:81', '127.0.0.1:80.evil.example'])
      expect(refuse({ ...own, host }, 80, 'key')?.status).toBe(403);
  });

  it('refuses another page, by its Origin or by its site', () => {
    expect(refuse({ ...own, origin: 'http://evil.example' }, 80, 'key')?.status).toBe(403);
    expect(refuse({ ...own, origin: 'null' }, 80, 'key')?.status).toBe(403);
    expect(refuse({ ...own, site: 'cross-site' }, 80, 'key')?.status).toBe(403);
    expect(refuse({ ...own, site: 'same-site' }, 80, 'key')?.status).toBe(403);
    expect(refuse({ ...own, method: 'POST' }, 80, 'key')?.status).toBe(403);
  });

  it('refuses who has no key, a wrong one, or part of it', () => {
    for (const cookie of [undefined, '', 'likeness-80=', 'likeness-80=kez', 'likeness-80=keykey', 'likeness-81=key'])
      expect(refuse({ ...own, cookie }, 80, 'key')?.status).toBe(401);
  });
});

interface Answer {
  status: number;
  body: string;
  headers: Record<string, string | string[] | undefined>;
}

function ask(
  server: PageServer,
  path: string,
  options: { method?: string; cookie?: string; body?: string | Buffer; host?: string; origin?: string | null } = {},
): Promise<Answer> {
  const own = `127.0.0.1:${server.port}`;
  const headers: Record<string, string> = { host: options.host ?? own };
  if (options.cookie) headers.cookie = options.cookie;
  if (options.method === 'POST' && options.origin !== null) headers.origin = options.origin ?? `http://${own}`;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port: server.port, path, method: options.method ?? 'GET', headers },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode!,
            body: Buffer.concat(parts).toString('latin1'),
            headers: response.headers,
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body);
  });
}

/** The cookie that the printed address is exchanged for. */
async function keyOf(server: PageServer): Promise<string> {
  const { pathname, search } = new URL(server.address);
  const entry = await ask(server, pathname + search);
  return entry.headers['set-cookie']![0].split(';')[0];
}

describe('The loopback server', () => {
  it('hands its key to the printed address alone, and then answers every method and picture', async () => {
    const folder = temporaryFolder();
    const [path] = await writePictures(folder, 3);
    const engine = await openEngine();
    await engine.indexOnce([folder]);
    const server = await startPageServer({ engine }, loadPageFiles(), 0);
    onTestFinished(() => server.close());
    expect(new URL(server.address).hostname).toBe('127.0.0.1');
    expect((await ask(server, '/')).status).toBe(401);
    expect((await ask(server, '/?token=wrong')).status).toBe(401);
    expect(
      (await ask(server, new URL(server.address).pathname + new URL(server.address).search, { host: 'evil.example' }))
        .status,
    ).toBe(403);
    const entry = await ask(server, new URL(server.address).pathname + new URL(server.address).search);
    expect(entry.status).toBe(303);
    expect(entry.headers['set-cookie']![0]).toMatch(/HttpOnly; SameSite=Strict/);
    const cookie = entry.headers['set-cookie']![0].split(';')[0];

    const page = await ask(server, '/', { cookie });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect(page.body).toContain('<title>Likeness</title>');
    const call = (method: string, input: unknown): Promise<Answer> =>
      ask(server, `/api/${method}`, {
        method: 'POST',
        cookie,
        body: typeof input === 'string' ? input : JSON.stringify(input),
      });
    expect(JSON.parse((await call('getStatus', {})).body)).toMatchObject({ photos: 3 });
    const photoId = photoAt(engine, path);
    expect(JSON.parse((await call('searchPhotos', { query: { positives: [{ photoId }] } })).body)).toMatchObject({
      by: 'codes',
    });
    const { contentId } = engine.methods.getPhoto({ photoId });
    for (const picture of [`/media/thumbnail/${contentId}`, `/media/preview/${photoId}`]) {
      const answer = await ask(server, picture, { cookie });
      expect(answer.headers['content-type']).toBe('image/jpeg');
      expect(answer.body.slice(0, 2)).toBe('\xff\xd8');
    }
    const example = await ask(server, '/api/addExample?name=a.jpg', {
      method: 'POST',
      cookie,
      body: await makePicture(2),
    });
    expect(example.body).toMatch(/^\{"exampleId":\d+\}$/);

    // What has the wrong shape is answered in words, and nothing is lost.
    const wrong: [string, unknown, RegExp][] = [
      ['searchPhotos', { query: { positives: [{ photoId: -1 }] } }, /wrong shape/],
      ['searchPhotos', { query: {} }, /"query.positives" of searchPhotos/],
      ['searchPhotos', { query: { positives: [] } }, /at least one example/],
      ['getStatus', { extra: 1 }, /getStatus has a wrong shape/],
      ['addFolder', { path: 7 }, /"path" of addFolder/],
      ['constructor', {}, /no method named/],
      ['getStatus', '{not json', /is not JSON/],
      ['getPhoto', { photoId: 999 }, /not in the library any more/],
    ];
    for (const [method, input, words] of wrong) {
      const answer = await call(method, input);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect((JSON.parse(answer.body) as { message: string }).message).toMatch(words);
    }
    expect((await ask(server, '/media/thumbnail/../../etc/passwd', { cookie })).status).toBe(404);
    expect((await ask(server, '/api/getStatus', { method: 'POST', cookie, body: '{}', origin: null })).status).toBe(
      403,
    );
    expect(engine.methods.getStatus().photos).toBe(3);
  });

  it('takes in an embedder as the body of a message, and says why where it does not', async () => {
    const engine = await openEngine();
    const server = await startPageServer({ engine }, loadPageFiles(), 0);
    onTestFinished(() => server.close());
    const cookie = await keyOf(server);
    const add = (query: object, body: Uint8Array): Promise<Answer> =>
      ask(server, `/api/addEmbedder?${new URLSearchParams({ name: 'layout.onnx', ...query })}`, {
        method: 'POST',
        cookie,
        body: Buffer.from(body),
      });
    const refused = await add({ description: description('Layout') }, Buffer.from('hello'));
    expect([refused.status, (JSON.parse(refused.body) as { message: string }).message]).toEqual([
      400,
      expect.stringMatching(/^The model layout\.onnx cannot be used: it is not a model/),
    ]);
    expect(JSON.parse((await add({ description: description('Layout') }, onnxFile('layout'))).body)).toMatchObject({
      name: 'Layout',
      inUse: false,
    });
    expect((await engine.methods.listEmbedders()).map(({ name }) => name)).toContain('Layout');
  });

  it('breaks a search off when whoever asked has gone, and still answers one that fails', async () => {
    const engine = await openEngine();
    const server = await startPageServer({ engine }, loadPageFiles(), 0);
    onTestFinished(() => server.close());
    const cookie = await keyOf(server);
    const body = JSON.stringify({ query: { positives: [{ photoId: 1 }] } });
    const begun = Promise.withResolvers<AbortSignal>();
    engine.methods.searchPhotos = (_, signal) => {
      begun.resolve(signal!);
      return new Promise((__, reject) => signal!.addEventListener('abort', () => reject(signal!.reason as Error)));
    };
    const asking = request({
      host: '127.0.0.1',
      port: server.port,
      path: '/api/searchPhotos',
      method: 'POST',
      headers: { host: `127.0.0.1:${server.port}`, origin: `http://127.0.0.1:${server.port}`, cookie },
    });
    asking.on('error', () => undefined);
    asking.end(body);
    const signal = await begun.promise;
    expect(signal.aborted).toBe(false);
    asking.destroy();
    await until(() => signal.aborted, Boolean);

    engine.methods.searchPhotos = () => Promise.reject(new LikenessError('unavailable', 'The scan is at rest.'));
    const failed = await ask(server, '/api/searchPhotos', { method: 'POST', cookie, body });
    expect([failed.status, JSON.parse(failed.body)]).toEqual([
      503,
      { code: 'unavailable', message: 'The scan is at rest.', said: verbatim('The scan is at rest.') },
    ]);
  });
});
