import { createWriteStream, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { label, openDataset } from '../../electron/evaluation/dataset.ts';
import { makePicture, temporaryFolder } from '../support/pictures.ts';
import { runLikeness } from '../support/run-likeness.ts';

const found = (...names: string[]) =>
  names.map((name) => ({ name, size: 1, read: () => Promise.resolve(new Uint8Array()) }));
const inside = (items: readonly { labels: readonly string[]; query: boolean }[]) =>
  items.map((item) => `${item.labels.join('+')}${item.query ? '?' : ''}`);

describe('A data set', () => {
  it('takes classes from folders, and queries from test/ where there is one', () => {
    expect(inside(label(found('train/cat/1.jpg', 'train/dog/1.jpg', 'test/cat/1.jpg', 'train/dog/note.txt')))).toEqual([
      'cat?',
      'cat',
      'dog',
    ]);
    expect(inside(label(found('set/train/cat/1.jpg', 'set/test/cat/2.jpg')))).toEqual(['cat?', 'cat']);
  });

  it('draws queries by a seed where it does not say which they are, the same each time', () => {
    const names = Array.from({ length: 40 }, (_, i) => `${i % 2 ? 'cat' : 'dog'}/${i}.jpg`);
    const items = label(found(...names));
    expect(items.filter(({ query }) => query)).toHaveLength(4);
    expect(items.map(({ name, query }) => [name, query])).toEqual(
      label(found(...names.toReversed())).map(({ name, query }) => [name, query]),
    );
    expect(label(found(...names), 10)).toHaveLength(20);
  });

  it('is the same from a folder and from a zip of it', async () => {
    const folder = temporaryFolder();
    const zip = new ZipFile();
    for (const name of ['train/a/1.jpg', 'train/b/2.jpg', 'test/a/3.jpg']) {
      mkdirSync(join(folder, 'data', name, '..'), { recursive: true });
      writeFileSync(join(folder, 'data', name), await makePicture(name.length));
      zip.addFile(join(folder, 'data', name), `data/${name}`);
    }
    zip.end();
    await pipeline(zip.outputStream, createWriteStream(join(folder, 'data.zip')));
    const [plain, zipped] = [await openDataset(join(folder, 'data')), await openDataset(join(folder, 'data.zip'))];
    expect(zipped.items.map(({ name, labels, query, size }) => [name, labels, query, size])).toEqual(
      plain.items.map(({ name, labels, query, size }) => [`data/${name}`, labels, query, size]),
    );
    expect(Buffer.from(await zipped.items[1].read())).toEqual(readFileSync(join(folder, zipped.items[1].name)));
    zipped.close();
  });

  it('that is none is refused with what was expected', async () => {
    await expect(openDataset(temporaryFolder())).rejects.toThrow(
      /holds no labelled photos. Expected folders named after classes/,
    );
    await expect(openDataset('/nowhere/at/all')).rejects.toThrow(/there is nothing of that name/);
    const text = join(temporaryFolder(), 'text.zip');
    writeFileSync(text, 'this is no zip');
    await expect(openDataset(text)).rejects.toThrow(/neither a folder nor a zip that can be read/);
  });
});

describe('likeness eval', () => {
  it('prints a table or JSON, writes a page, and leaves out what cannot be read', { timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    const data = join(folder, 'kinds');
    for (let seed = 0; seed < 90; seed++) {
      mkdirSync(join(data, `kind ${seed % 6}`), { recursive: true });
      writeFileSync(join(data, `kind ${seed % 6}`, `${seed}.jpg`), await makePicture(seed));
    }
    writeFileSync(join(data, 'kind 0', 'broken.jpg'), 'not a picture');
    const page = join(folder, 'report.html');
    const run = await runLikeness(
      ['eval', data, '--bits', '16', '--methods', 'lsh,deepquan,exact', '--report', page, '--json'],
      { XDG_CACHE_HOME: folder },
    );
    // A line for each as it comes: methods run side by side.
    expect(run.stderr.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^deepquan at 16 bits: mAP@1000 .* to learn and encode$/),
      expect.stringMatching(/^exact: mAP@1000 .* to learn and encode$/),
      expect.stringMatching(/^lsh at 16 bits: mAP@1000 .* to learn and encode$/),
    ]);
    const report = JSON.parse(run.stdout) as {
      queries: number;
      photos: number;
      unreadable: { name: string }[];
      results: { method: string; bits: number | null; mAP: number }[];
    };
    expect(report.queries + report.photos).toBe(90);
    expect(report.unreadable.map(({ name }) => name)).toEqual(['kind 0/broken.jpg']);
    expect(report.results.map(({ method, bits }) => [method, bits])).toEqual([
      ['lsh', 16],
      ['deepquan', 16],
      ['exact', null],
    ]);
    expect(report.results[1].mAP).toBeGreaterThan(0.6);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('<th scope="row">deepquan</th>');
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3)/);

    // From the features kept, and in words.
    const again = await runLikeness(['eval', data, '--bits', '16', '--methods', 'exact'], { XDG_CACHE_HOME: folder });
    expect(again.stdout).toMatch(/could not be read: 1\n/);
    expect(again.stdout).toMatch(/method +bits +bytes +mAP@1000/);
  });

  it(
    'goes on where it was broken off, and gives the same digits when it runs afresh',
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder();
      const data = join(folder, 'kinds');
      for (let seed = 0; seed < 60; seed++) {
        mkdirSync(join(data, `kind ${seed % 6}`), { recursive: true });
        writeFileSync(join(data, `kind ${seed % 6}`, `${seed}.jpg`), await makePicture(seed));
      }
      const evaluate = async (...more: string[]): Promise<{ results: object[]; progress: string }> => {
        const run = await runLikeness(['eval', data, '--bits', '16', '--json', ...more], { XDG_CACHE_HOME: folder });
        expect(run.code).toBe(0);
        const { results } = JSON.parse(run.stdout) as { results: Record<string, unknown>[] };
        const without = results.map((result) =>
          Object.fromEntries(Object.entries(result).filter(([key]) => !/Seconds$|Milliseconds$/.test(key))),
        );
        return { results: without, progress: run.stderr };
      };
      const first = await evaluate('--methods', 'itq');
      const second = await evaluate('--methods', 'itq,deepquan,deepquan-linear,rabitq');
      expect(second.progress).toMatch(
        /^itq at 16 bits: .*; kept from an earlier run\n(.*\n)*deepquan at 16 bits: .* to learn/,
      );
      expect(second.results[0]).toEqual(first.results[0]);
      expect(second.results[1]).toMatchObject({ gain: { over: 'deepquan-linear' } });
      const third = await evaluate('--methods', 'itq,deepquan,deepquan-linear,rabitq', '--afresh');
      expect(third.progress).not.toMatch(/kept/);
      expect(third.results).toEqual(second.results);
    },
  );

  it('says before the work that its report cannot be written', { timeout: 60_000 }, async () => {
    const data = temporaryFolder();
    for (const [kind, seed] of [
      ['a', 1],
      ['a', 2],
      ['b', 3],
      ['b', 4],
    ] as const) {
      mkdirSync(join(data, kind), { recursive: true });
      writeFileSync(join(data, kind, `${seed}.jpg`), await makePicture(seed));
    }
    const cache = temporaryFolder();
    const run = await runLikeness(['eval', data, '--report', join(data, 'nowhere', 'report.html')], {
      XDG_CACHE_HOME: cache,
    });
    expect(run).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The report cannot be written to') as string,
    });
    expect(readdirSync(cache)).toEqual([]);
  });

  it('refuses methods and bits that there are not', { timeout: 60_000 }, async () => {
    expect(await runLikeness(['eval', '.', '--methods', 'magic'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Expected some of lsh, sh, itq') as string,
    });
    expect(await runLikeness(['eval', '.', '--bits', '12'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('from 8 to 256 in steps of 8') as string,
    });
  });
});
