import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { writeOnnxFile } from '../../support/onnx-files.ts';
import { kindOf, makePicture, settle, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { openEngine, photoAt, searchBy, until } from '../../support/engines.ts';
import { say } from '../../../electron/contract/sentence.ts';

/** An embedder that tells the kinds of test pictures apart by their colours. */
const layout = (): string => writeOnnxFile(join(temporaryFolder(), 'layout.onnx'), 'layout', 'Layout');
const seedOf = (name: string): number => Number(basename(name, '.jpg'));

describe('A small library', () => {
  it('is searched over the features where its embedder came without a model: best first, without the query, copies at 1', async () => {
    const folder = temporaryFolder();
    const paths = await writePictures(folder, 30);
    copyFileSync(paths[4], join(folder, 'copy of 4.jpg'));
    settle(join(folder, 'copy of 4.jpg'));
    const engine = await openEngine({ embedder: layout() });
    await engine.indexOnce([folder]);
    const answer = await engine.methods.searchPhotos(searchBy({ photoId: photoAt(engine, paths[4]) }, 5, false));
    expect(answer.by).toBe('features');
    expect(answer.results[0]).toMatchObject({ name: 'copy of 4.jpg', score: 1, rank: 1 });
    expect(answer.results.map(({ name }) => name)).not.toContain('4.jpg');
    expect(answer.results.slice(1).every(({ name }) => kindOf(seedOf(name)) === kindOf(4))).toBe(true);
    const scores = answer.results.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('is searched by a picture from outside, which is not added', async () => {
    const folder = temporaryFolder();
    const paths = await writePictures(folder, 20);
    const engine = await openEngine({ embedder: layout() });
    await engine.indexOnce([folder]);
    const edited = await sharp(readFileSync(paths[7])).resize(120).jpeg({ quality: 60 }).toBuffer();
    const { exampleId } = await engine.methods.addExample({ name: 'edited.jpg', bytes: edited });
    const { results } = await engine.methods.searchPhotos(searchBy({ exampleId }, 3, false));
    expect(results[0].name).toBe('7.jpg');
    expect(engine.methods.getStatus().photos).toBe(20);
    const same = await engine.methods.addExample({ name: 'same.jpg', bytes: readFileSync(paths[7]) });
    expect(
      (await engine.methods.searchPhotos(searchBy({ exampleId: same.exampleId }, 1, false))).results[0],
    ).toMatchObject({
      name: '7.jpg',
      score: 1,
    });
    await expect(engine.methods.addExample({ name: 'note.txt', bytes: Buffer.from('hello') })).rejects.toThrow(
      /note\.txt cannot be searched by/,
    );
  });

  it('puts nearly the same picture first, whatever was learned of it', async () => {
    const folder = temporaryFolder();
    const paths = await writePictures(folder, 30);
    const engine = await openEngine();
    await engine.indexOnce([folder]);
    const db = new Database(cataloguePath(engine.library.path));
    const contentOf = (seed: number): number =>
      engine.methods.getPhoto({ photoId: photoAt(engine, paths[seed]) }).contentId;
    const setHidden = db.prepare(
      'UPDATE hidden SET vector = (SELECT vector FROM hidden WHERE region_id = ?) WHERE region_id = ?',
    );
    expect(setHidden.run(contentOf(8), contentOf(7)).changes).toBe(1);
    db.close();
    const edited = await sharp(readFileSync(paths[7])).jpeg({ quality: 70 }).toBuffer();
    const { exampleId } = await engine.methods.addExample({ name: 'edited.jpg', bytes: edited });
    const { by, results } = await engine.methods.searchPhotos(searchBy({ exampleId }, 10, false));
    expect(by).toBe('codes');
    expect(results[0].name).toBe('7.jpg');
    const scores = results.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('lists what cannot be read with its reason, and reads it again when asked', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 2);
    const bad = join(folder, 'bad.jpg');
    writeFileSync(bad, 'this is text');
    settle(bad);
    const engine = await openEngine();
    await engine.indexOnce([folder]);
    const { total, problems } = engine.methods.listProblems({ start: 0, count: 10 });
    expect(total).toBe(1);
    expect(problems[0]).toMatchObject({
      path: bad,
      reason: say`It is named like a picture but does not hold one that can be read`,
    });
    writeFileSync(bad, await makePicture(3));
    settle(bad);
    engine.methods.retryProblems({});
    await until(
      () => engine.methods.getStatus(),
      ({ waiting }) => waiting === 0,
    );
    expect(engine.methods.getStatus()).toMatchObject({ indexed: 3, problems: 0 });
    expect(engine.methods.getPhoto({ photoId: photoAt(engine, bad) })).toMatchObject({ width: 160, height: 120 });
  });

  it('opens and shows its photos by the desktop it was given, and says so where it has none', async () => {
    const folder = temporaryFolder();
    const [path] = await writePictures(folder, 1);
    const asked: [string, string][] = [];
    const note = (what: string) => (file: string) => Promise.resolve(void asked.push([what, file]));
    const engine = await openEngine({
      desktop: { openFile: note('open'), showInFolder: note('show'), moveToTrash: note('trash') },
    });
    await engine.indexOnce([folder]);
    const photoId = photoAt(engine, path);
    await engine.methods.openPhoto({ photoId });
    await engine.methods.revealPhoto({ photoId });
    expect(asked).toEqual([
      ['open', path],
      ['show', path],
    ]);
    // What the system would run by its name.
    for (const name of ['run.jar', 'page.hta', 'shell.cmd', 'shell.command', 'page.xhtml', 'none']) {
      const odd = join(folder, name);
      writeFileSync(odd, await makePicture(2));
      settle(odd);
      await engine.indexOnce([folder]);
      asked.length = 0;
      await expect(engine.methods.openPhoto({ photoId: photoAt(engine, odd) })).rejects.toThrow(
        /name does not say so\. It was shown in its folder and not opened/,
      );
      expect(asked).toEqual([['show', odd]]);
    }
    await engine.close();
    const command = await openEngine({ libraryPath: engine.library.path });
    await expect(command.methods.openPhoto({ photoId })).rejects.toThrow(/from the window or the browser page/);
  });

  it('stops with a sentence when the disk is full, loses nothing, and goes on when there is room', async () => {
    const folder = temporaryFolder();
    await writePictures(folder, 40);
    const engine = await openEngine({ embedder: layout() });
    engine.library.limitPages(engine.library.pageCount() + 30);
    await expect(engine.indexOnce([folder])).rejects.toThrow(/disk that holds the library is full.*Nothing is lost/);
    const before = engine.methods.getStatus();
    expect(before.activity.doing).toBe('stopped');
    expect(before.waiting).toBeGreaterThan(0);
    engine.library.limitPages(0);
    engine.methods.resumeIndexing();
    await engine.indexOnce([folder]);
    expect(engine.methods.getStatus()).toMatchObject({ photos: 40, indexed: 40, waiting: 0, problems: 0 });
    expect(engine.library.integrity()).toBe('ok');
  });
});

describe('A library of 256 photos and more', () => {
  it(
    'is learned from, answers by codes and by hidden vectors, takes new photos in, and is learned from again as it grows',
    { timeout: 180_000 },
    async () => {
      const [folder, libraryPath] = [temporaryFolder(), temporaryFolder()];
      const paths = await writePictures(folder, 258);
      const engine = await openEngine({ libraryPath });
      await engine.indexOnce([folder]);
      const first = engine.methods.getStatus().model!;
      expect(first).toMatchObject({ bits: 64, backend: 'wasm' });
      // A few are held out, to compare models by.
      expect(first.trainedOn).toBeGreaterThan(258 * 0.9);
      expect(first.trainedOn).toBeLessThan(258);
      const precision = async (codesOnly: boolean): Promise<number> => {
        let right = 0;
        for (let seed = 0; seed < 60; seed++) {
          const { by, results } = await engine.methods.searchPhotos(
            searchBy({ photoId: photoAt(engine, paths[seed]) }, 10, codesOnly),
          );
          expect(by).toBe('codes');
          right += results.filter(({ name }) => kindOf(seedOf(name)) === kindOf(seed)).length;
        }
        return right / 600;
      };
      expect(await precision(true)).toBeGreaterThan(0.9);
      expect(await precision(false)).toBeGreaterThan(0.9);

      // A new photo is found at once, by the model that is there.
      const [added] = await writePictures(folder, 1, 300);
      await engine.indexOnce([folder]);
      expect(engine.methods.getStatus().model!.modelId).toBe(first.modelId);
      const photoId = photoAt(engine, added);
      expect((await engine.methods.searchPhotos(searchBy({ photoId }, 5, false))).results).toHaveLength(5);
      expect(
        (await engine.methods.searchPhotos(searchBy({ photoId: photoAt(engine, paths[0]) }, 300, false))).results.map(
          (r) => r.photoId,
        ),
      ).toContain(photoId);

      // Grown to twice its size, it is learned anew; every photo has a code of the new model, and the old is kept.
      await writePictures(folder, 260, 400);
      await engine.indexOnce([folder]);
      const second = engine.methods.getStatus().model!;
      expect(second.modelId).not.toBe(first.modelId);
      expect(second.trainedOn).toBeGreaterThan(519 * 0.9);
      const regions = [...engine.library.codes.segments(second.modelId)].flatMap((segment) => [...segment.regions]);
      expect(regions.toSorted((a, b) => a - b)).toEqual(engine.library.features.regionIds(1));
      expect(engine.methods.getModelCard()).toMatchObject({
        previous: { modelId: first.modelId },
        comparison: { edited: { before: expect.any(Number) as number } },
      });
    },
  );
});
