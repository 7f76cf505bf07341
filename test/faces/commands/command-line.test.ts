import { spawn } from 'node:child_process';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LibraryReport } from '../../../electron/engine/reading/library-report.ts';
import { Library } from '../../../electron/library/library.ts';
import { nodeTooOld } from '../../../electron/faces/node-version.ts';
import { tenGigapixelPng } from '../../support/gigapixel-png.ts';
import { writeOnnxFile } from '../../support/onnx-files.ts';
import { settle, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { runLikeness } from '../../support/run-likeness.ts';

describe('The command line', () => {
  it('is told where a folder lies now, and says what is wrong where that cannot be', async () => {
    const [folder, library] = [join(temporaryFolder(), 'photos'), temporaryFolder()];
    await writePictures(folder, 3);
    await runLikeness(['index', folder, '--library', library]);
    const moved = join(temporaryFolder(), 'elsewhere');
    renameSync(folder, moved);
    const unknown = await runLikeness(['relocate', '/nowhere', moved, '--library', library]);
    expect(unknown).toMatchObject({ code: 1, stderr: `The library has no folder /nowhere. It has: ${folder}.\n` });
    const done = await runLikeness(['relocate', folder, moved, '--library', library]);
    expect(done).toMatchObject({
      code: 0,
      stdout: `${folder} is at ${moved} now, with 3 photos. None was read again.\n`,
    });
    const again = await runLikeness(['index', moved, '--library', library, '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ photos: 3, indexed: 0, unchanged: 3 });
  });

  it('indexes, searches and reports, as one JSON object each, with nothing else on standard output', async () => {
    const [folder, library] = [temporaryFolder(), temporaryFolder()];
    const paths = await writePictures(folder, 12);
    writeFileSync(join(folder, 'text.jpg'), 'this is text');
    writeFileSync(join(folder, 'huge.png'), tenGigapixelPng());
    writeFileSync(join(folder, 'notes.txt'), 'not a picture and not named like one');
    for (const name of ['text.jpg', 'huge.png']) settle(join(folder, name));
    const indexed = await runLikeness(['index', folder, '--library', library, '--json']);
    expect(indexed.code).toBe(0);
    expect(JSON.parse(indexed.stdout)).toMatchObject({
      photos: 14,
      indexed: 12,
      unchanged: 0,
      ignored: 1,
      model: { base: true },
    });
    const { failed } = JSON.parse(indexed.stdout) as { failed: { path: string; reason: string }[] };
    expect(failed.map(({ path }) => path)).toEqual([join(folder, 'huge.png'), join(folder, 'text.jpg')]);
    expect(failed[0].reason).toMatch(/100000 x 100000 pixels/);

    const again = await runLikeness(['index', folder, '--library', library, '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ photos: 14, indexed: 0, unchanged: 14 });

    const similar = await runLikeness(['similar', paths[3], '-k', '4', '--library', library, '--json']);
    const answer = JSON.parse(similar.stdout) as {
      query: string;
      results: { path: string; score: number; rank: number }[];
      milliseconds: number;
    };
    expect(answer.query).toBe(paths[3]);
    expect(answer.results.map(({ rank }) => rank)).toEqual([1, 2, 3, 4]);
    expect(answer.results.map(({ path }) => path)).not.toContain(paths[3]);
    expect(answer.results.map(({ path }) => path)).toContain(paths[9]);

    const status = await runLikeness(['status', '--library', library, '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({
      photos: 14,
      indexed: 12,
      problems: 2,
      folders: [{ path: folder, photos: 14 }],
    });
  });

  it('asks by several images, without others, narrowed, cut and sorted', async () => {
    const [folder, library] = [temporaryFolder(), temporaryFolder()];
    const paths = await writePictures(join(folder, 'A'), 12);
    const others = await writePictures(join(folder, 'B'), 6, 12);
    await runLikeness(['index', folder, '--library', library]);
    type Answer = { query: string; results: { path: string; score: number; group: string; box: unknown }[] };
    const ask = async (...args: string[]): Promise<Answer> => {
      const { code, stdout, stderr } = await runLikeness(['similar', ...args, '--library', library, '--json']);
      expect([code, stderr]).toEqual([0, '']);
      return JSON.parse(stdout) as Answer;
    };
    const two = await ask(paths[0], paths[1], '--not', paths[7]);
    expect(two.query).toBe(paths[0]);
    expect(two.results).toHaveLength(15);
    for (const path of [paths[0], paths[1], paths[7]]) expect(two.results.map((one) => one.path)).not.toContain(path);
    expect(Object.keys(two.results[0]).sort()).toEqual(['box', 'group', 'path', 'rank', 'score', 'time']);

    const inB = await ask(paths[0], '--folder', join(folder, 'B'));
    expect(inB.results.map(({ path }) => path).sort()).toEqual([...others].sort());
    expect((await ask(paths[0], '--name', '1', '--to', '2020-01-01')).results).toEqual([]);
    expect((await ask(paths[0], '--name', '17')).results.map(({ path }) => path)).toEqual([others[5]]);
    const opened = Library.open(library);
    const five = [opened.photos.byPath(others[5])!.id];
    opened.annotations.set(five, 'stars', 4);
    opened.annotations.set(five, 'favourite', 1);
    opened.annotations.tag(five, 'Lake');
    opened.close();
    const said = await ask(paths[0], '--favourite', '--stars', '3', '--tag', 'lake');
    expect(said.results.map(({ path }) => path)).toEqual([others[5]]);
    expect((await ask(paths[0], '--stars', '5')).results).toEqual([]);
    const all = (await ask(paths[0])).results;
    const cut = (await ask(paths[0], '--min-score', '0.9')).results;
    expect(cut).toEqual(all.filter(({ score }) => score >= 0.9).map((one, i) => ({ ...one, rank: i + 1 })));
    const byDate = (await ask(paths[0], '--sort', 'date')).results;
    expect(byDate.every(({ group }) => group !== 'less')).toBe(true);
    // Without parts, a crop is compared with photos as wholes.
    const cropped = await ask(paths[0], '--crop', '0,0,1,1');
    expect(cropped.results).toHaveLength(17);
    expect(cropped.results.every(({ box }) => box === null)).toBe(true);

    const refused = await runLikeness(['similar', paths[0], '--not', paths[0], '--library', library]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/is both wanted and not wanted/)]);
    const contradiction = ['--from', '2024-01-02', '--to', '2024-01-01'];
    const dates = await runLikeness(['similar', paths[0], ...contradiction, '--library', library]);
    expect([dates.code, dates.stderr]).toEqual([1, expect.stringMatching(/The dates contradict each other/)]);
  });

  it('exits with 2 for wrong usage and 1 for what failed, each with a sentence', async () => {
    const library = temporaryFolder();
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'empty'));
    const labelled = temporaryFolder();
    for (const name of ['a', 'b']) await writePictures(join(labelled, name), 3);
    const cases: [string[], number, RegExp][] = [
      [['index'], 2, /missing required argument/],
      [['index', folder, '--frobnicate'], 2, /unknown option '--frobnicate'/],
      [['similar', 'x.jpg', '-k', 'many'], 2, /whole number from 1 to 10000/],
      [['similar', 'x.jpg', '--crop', '0.5,0,0.6,1'], 2, /x,y,width,height.*reaches beyond the picture/],
      [['similar', 'x.jpg', '--crop', '0,0,1'], 2, /Expected x,y,width,height/],
      [['similar', 'x.jpg', '--from', '2024-02-30'], 2, /Expected a day, as 2024-12-24/],
      [['similar', 'x.jpg', '--day', '24.12.'], 2, /Expected a month and a day, as 12-24/],
      [['similar', 'x.jpg', '--min-score', '7'], 2, /Expected a number from 0 to 1/],
      [['similar', 'x.jpg', '--stars', '6'], 2, /whole number from 1 to 5/],
      [['similar', 'x.jpg', '--sort', 'size'], 2, /Allowed choices are likeness, date/],
      [['dance'], 2, /unknown command/],
      [
        ['eval', labelled, '--bits', '24', '--methods', 'opq,pq'],
        1,
        /^Features of 256 dimensions cannot be coded by opq at 24 bits\. Choose other/,
      ],
      [['eval', labelled, '--bits', '16,256', '--methods', 'kmh'], 1, /cannot be coded by kmh at 256 bits/],
      [['index', join(folder, 'missing'), '--library', library], 1, /cannot be used: it is not there/],
      [['index', folder, '--library', library, '--embedder', 'nobody'], 1, /no embedder named "nobody"/],
      [
        ['serve', join(folder, 'missing'), '--library', temporaryFolder(), '--no-open'],
        1,
        /cannot be used: it is not there/,
      ],
      [['similar', join(folder, 'x.jpg'), '--library', library], 1, /cannot be read: it is not there/],
      [['status', '--library', join(folder, 'nothing')], 1, /no library/],
      [['--help'], 0, /(?:)/],
    ];
    for (const [args, code, words] of cases) {
      const result = await runLikeness(args);
      expect(result.stderr).toMatch(words);
      expect(result.code).toBe(code);
    }
  });

  it('lists, adds, uses and removes embedders', { timeout: 120_000 }, async () => {
    const [folder, library] = [temporaryFolder(), temporaryFolder()];
    await writePictures(folder, 6);
    const run = async (...args: string[]): Promise<string> => {
      const result = await runLikeness(['embedder', ...args, '--library', library]);
      expect([result.code, result.code === 0 ? '' : result.stderr]).toEqual([0, '']);
      return result.stdout;
    };
    expect(JSON.parse(await run('list', '--json'))).toMatchObject({
      embedders: [{ builtIn: true, inUse: true, dimensions: 256 }],
    });
    await runLikeness(['index', folder, '--library', library]);
    const file = writeOnnxFile(join(temporaryFolder(), 'layout.onnx'), 'layout', 'Layout');
    expect(await run('add', file)).toMatch(
      /Layout\n {4}192 dimensions, 0\.0 MB, CC0-1\.0, [\d.]+ ms a photo by cpu.*\n.*embedder use "Layout"/,
    );
    expect(await run('use', 'Layout')).toBe('Search answers by Layout now.\n');
    expect(await run('list')).toMatch(/^ {2}Likeness sight \d+ \(came with Likeness\)\n.*\n\* Layout\n/);
    expect(JSON.parse((await runLikeness(['status', '--library', library, '--json'])).stdout)).toMatchObject({
      embedder: { name: 'Layout', coming: null },
      model: null,
    });
    await run('use', 'built-in');
    await run('remove', 'Layout');
    expect((JSON.parse(await run('list', '--json')) as { embedders: unknown[] }).embedders).toHaveLength(1);
    const refused = await runLikeness(['embedder', 'add', join(folder, '0.jpg'), '--library', library]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/^The model 0\.jpg cannot be used: /)]);
  });

  it('says that another program has the library, and still searches and reports beside it', async () => {
    const [folder, library] = [temporaryFolder(), temporaryFolder()];
    const [path] = await writePictures(folder, 4);
    await runLikeness(['index', folder, '--library', library]);
    const server = spawn(process.execPath, ['electron/cli.ts', 'serve', '--library', library, '--no-open'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await new Promise<string>((resolve) =>
      server.stdout.on(
        'data',
        (text: Buffer) => /http:\S+/.exec(text.toString()) && resolve(/http:\S+/.exec(text.toString())![0]),
      ),
    );
    onTestFinished(() => void server.kill('SIGKILL'));
    try {
      const second = await runLikeness(['index', folder, '--library', library]);
      expect(second.code).toBe(1);
      expect(second.stderr).toContain(`already running on the library ${library}`);
      expect(second.stderr).toContain(address);
      expect((await runLikeness(['similar', path, '--library', library, '--json'])).code).toBe(0);
      // A second page for the same library is the first one, which gets the folders.
      const another = temporaryFolder();
      await writePictures(another, 2, 20);
      const again = await runLikeness(['serve', another, '--library', library, '--no-open']);
      expect([again.code, again.stdout]).toEqual([0, `Likeness is already running. Its page is at ${address}\n`]);
      const { folders } = JSON.parse(
        (await runLikeness(['status', '--library', library, '--json'])).stdout,
      ) as LibraryReport;
      expect(folders.map((one) => one.path).sort()).toEqual([folder, another].sort());
      const missing = await runLikeness(['serve', join(another, 'none'), '--library', library, '--no-open']);
      expect([missing.code, missing.stderr]).toEqual([1, expect.stringMatching(/cannot be used: it is not there/)]);
      expect((await runLikeness(['status', '--library', library, '--json'])).code).toBe(0);
    } finally {
      server.kill('SIGINT');
      await new Promise((resolve) => server.once('exit', resolve));
    }
    expect((await runLikeness(['index', folder, '--library', library])).code).toBe(0);
  });

  it('knows which Node will do', () => {
    expect(nodeTooOld('20.20.2')).toMatch(/needs Node 24.11 or newer; this is Node 20.20.2/);
    expect(nodeTooOld('24.10.9')).not.toBeNull();
    expect(nodeTooOld('24.11.0')).toBeNull();
    expect(nodeTooOld('25.0.0')).toBeNull();
  });
});
