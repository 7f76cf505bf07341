import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer as createProxy, request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { isOutOfSpace } from '../../electron/library/out-of-space.ts';
import { bytesHere, fetchPack, lookUpPack, type HubPack } from '../../electron/vision/hub/hub.ts';
import { makeHubFetch } from '../../electron/vision/hub/hub-fetch.ts';
import { offeredPacksSchema, readOfferedPacks, type OfferedPack } from '../../electron/vision/hub/offered-packs.ts';
import { startHub, type Hub } from '../support/hub.ts';
import { temporaryFolder } from '../support/pictures.ts';
import { transformersModel } from '../support/transformers-models.ts';

const REPOSITORY = 'someone/tiny-clip';
const IMAGE = 'onnx/vision_model.onnx';
const TEXT = 'onnx/text_model.onnx';

const offered: OfferedPack = {
  id: 'tiny-clip',
  name: 'Tiny CLIP',
  goodAt: 'words-and-kinds',
  repository: REPOSITORY,
  revision: null,
  licence: 'MIT',
  languages: ['en'],
  multiplyAdds: 1,
  files: { image: IMAGE, text: TEXT },
};

interface Fetched {
  hub: Hub;
  pack: HubPack;
  folder: string;
  files: Map<string, Uint8Array>;
  fetchIt: (signal?: AbortSignal) => Promise<number[]>;
}

async function hubWithPack(): Promise<Fetched> {
  const files = transformersModel('clip');
  files.set('README.md', Buffer.from('# Not needed'));
  // Large enough to be cut in the middle.
  files.set(TEXT, Buffer.concat([files.get(TEXT)!, Buffer.alloc(120_000, 7)]));
  const hub = await startHub(REPOSITORY, files);
  const tools = { hub: hub.address, fetch: makeHubFetch() };
  const pack = await lookUpPack(offered, tools);
  const folder = temporaryFolder();
  const fetchIt = async (signal = new AbortController().signal): Promise<number[]> => {
    const told: number[] = [];
    await fetchPack(pack, folder, tools, (done) => told.push(done), signal);
    return told;
  };
  return { hub, pack, folder, files, fetchIt };
}

const isWhole = ({ pack, folder, files }: Fetched): boolean =>
  pack.files.every(({ path }) => Buffer.from(files.get(path)!).equals(readFileSync(join(folder, path))));

describe('The list of embedders to fetch', () => {
  it('has the form that is expected, and names each once', () => {
    const { packs } = readOfferedPacks();
    expect(packs.length).toBeGreaterThan(2);
    for (const key of ['id', 'name', 'repository'] as const)
      expect(new Set(packs.map((pack) => pack[key])).size).toBe(packs.length);
    for (const { languages, files } of packs) expect(languages.length > 0).toBe(files.text !== undefined);
  });

  it('takes no commit that is none', () => {
    const list = readOfferedPacks();
    const wrong = { ...list, packs: [{ ...list.packs[0], revision: 'main' }] };
    expect(offeredPacksSchema.safeParse(wrong).success).toBe(false);
  });
});

describe('A pack on the hub', () => {
  it('is looked up at one commit, with the size and hash of each file that is needed, and fetched', async () => {
    const fetched = await hubWithPack();
    const { hub, pack, files, folder } = fetched;
    expect(pack).toMatchObject({ hub: hub.address, repository: REPOSITORY, revision: hub.revision, licence: 'mit' });
    expect(pack.files.map(({ path }) => path).sort()).toEqual(
      ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json', IMAGE, TEXT].sort(),
    );
    expect(pack.files.find(({ path }) => path === TEXT)).toEqual({
      path: TEXT,
      bytes: files.get(TEXT)!.length,
      hash: createHash('sha256').update(files.get(TEXT)!).digest('hex'),
    });
    expect(await bytesHere(pack, folder)).toBe(0);
    const told = await fetched.fetchIt();
    expect(isWhole(fetched)).toBe(true);
    const all = pack.files.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(told.at(-1)).toBe(all);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(await bytesHere(pack, folder)).toBe(all);
    // Once it is there, nothing is asked for again.
    hub.asked.length = 0;
    await fetched.fetchIt();
    expect(hub.asked).toEqual([]);
  });

  it('comes from the newer store as from the old one', async () => {
    const fetched = await hubWithPack();
    fetched.hub.faults.xet = true;
    await fetched.fetchIt();
    expect(isWhole(fetched)).toBe(true);
  });

  it('goes on where a connection was cut, without asking anew for what came', async () => {
    const fetched = await hubWithPack();
    fetched.hub.faults.cut = { path: TEXT, after: 50_000, times: 2 };
    await fetched.fetchIt();
    expect(isWhole(fetched)).toBe(true);
    const all = fetched.pack.files.reduce((sum, { bytes }) => sum + bytes, 0);
    // The probes of one byte, and what a hub sends that nobody takes any more, come on top.
    expect(fetched.hub.sent).toBeLessThan(all + 70_000);
  });

  it('goes on after it was stopped, and after the program was', async () => {
    const fetched = await hubWithPack();
    const stop = new AbortController();
    fetched.hub.faults.pause = 30;
    const why = new Error('stopped');
    setTimeout(() => stop.abort(why), 150);
    await expect(fetched.fetchIt(stop.signal)).rejects.toBe(why);
    const here = await bytesHere(fetched.pack, fetched.folder);
    expect(here).toBeGreaterThan(0);
    fetched.hub.faults.pause = 0;
    fetched.hub.sent = 0;
    await fetched.fetchIt();
    expect(isWhole(fetched)).toBe(true);
    // Only what was missing came, and the probes of one byte.
    const all = fetched.pack.files.reduce((sum, { bytes }) => sum + bytes, 0);
    expect(fetched.hub.sent).toBeLessThanOrEqual(all - here + fetched.pack.files.length);
  });

  it('is fetched whole from who knows no ranges', async () => {
    const fetched = await hubWithPack();
    Object.assign(fetched.hub.faults, { xet: true, ignoresRanges: true, cut: { path: TEXT, after: 50_000, times: 1 } });
    await fetched.fetchIt();
    expect(isWhole(fetched)).toBe(true);
  });

  it('with one wrong byte is not kept, and said', async () => {
    const fetched = await hubWithPack();
    fetched.hub.faults.wrong = TEXT;
    await expect(fetched.fetchIt()).rejects.toThrow(/text_model\.onnx is not what 127\.0\.0\.1:\d+ keeps/);
    expect(existsSync(join(fetched.folder, `${TEXT}.part`))).toBe(false);
    fetched.hub.faults.wrong = undefined;
    await fetched.fetchIt();
    expect(isWhole(fetched)).toBe(true);
  });

  it('with a wrong byte in a small file is not kept either', async () => {
    const fetched = await hubWithPack();
    fetched.hub.faults.wrong = 'config.json';
    await expect(fetched.fetchIt()).rejects.toThrow(/config\.json is not what/);
  });

  it.skipIf(!existsSync('/dev/full'))('says that the disk is full', async () => {
    const fetched = await hubWithPack();
    const part = join(fetched.folder, `${TEXT}.part`);
    mkdirSync(dirname(part), { recursive: true });
    symlinkSync('/dev/full', part);
    const trouble = await fetched.fetchIt().catch((error: unknown) => error);
    expect(isOutOfSpace(trouble)).toBe(true);
  });

  it.each([
    [401, /signed in there/],
    [403, /signed in there/],
    [404, /does not have it any more/],
    [429, /asks to wait/],
    [503, /answered with an error \(503\)/],
  ])('that the hub answers with %i for is refused with what to do', async (status, words) => {
    const { hub } = await hubWithPack();
    hub.faults.status = status;
    await expect(lookUpPack(offered, { hub: hub.address, fetch: makeHubFetch() })).rejects.toThrow(words);
  });

  it('is fetched through the proxy that the system names', async () => {
    const { hub } = await hubWithPack();
    const through: string[] = [];
    const proxy = createProxy(({ url, method, headers }, response) => {
      through.push(url!);
      const { pathname, search } = new URL(url!);
      const to = { host: '127.0.0.1', port: new URL(hub.address).port, path: pathname + search, method, headers };
      request(to, (answer) => answer.pipe(response.writeHead(answer.statusCode!, answer.headers))).end();
    });
    await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    try {
      const pack = await lookUpPack(offered, { hub: 'http://hub.example', fetch: makeHubFetch() });
      expect(pack.revision).toBe(hub.revision);
      expect(through[0]).toMatch(/^http:\/\/hub\.example\/api\/models\//);
    } finally {
      vi.unstubAllEnvs();
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it('that cannot be reached is refused with what to do', async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    await new Promise((done) => server.close(done));
    await expect(lookUpPack(offered, { hub: `http://127.0.0.1:${port}`, fetch: makeHubFetch() })).rejects.toThrow(
      /cannot be reached.*connected/,
    );
  });
});
