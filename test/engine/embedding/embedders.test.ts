import { copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { SearchAnswer } from '../../../electron/contract/search.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { findSimilar } from '../../../electron/engine/reading/similar.ts';
import { thumbnailSuffices } from '../../../electron/engine/embedding/re-embedding.ts';
import { say } from '../../../electron/contract/sentence.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { builtInNetwork } from '../../../electron/vision/built-in.ts';
import { description, onnxFile, writeOnnxFile, type Kind } from '../../support/onnx-files.ts';
import { settle, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { openEngine, photoAt, ready, searchBy, until } from '../../support/engines.ts';

const BUILT_IN = 'Likeness sight 4';

async function libraryOf(
  count: number,
): Promise<{ engine: Engine; folder: string; libraryPath: string; paths: string[] }> {
  const folder = temporaryFolder();
  const libraryPath = temporaryFolder();
  const paths = await writePictures(folder, count);
  const engine = await openEngine({ libraryPath, watching: false });
  await engine.indexOnce([folder]);
  return { engine, folder, libraryPath, paths };
}

const noQuestion = {
  images: [],
  not: [],
  texts: [],
  notTexts: [],
  sort: 'likeness',
  k: 5,
  codesOnly: false,
} as const;

const names = async (engine: Engine): Promise<string[]> =>
  (await engine.methods.listEmbedders()).map(
    ({ name, inUse, coming }) => `${name}${inUse ? ' *' : ''}${coming ? ' >' : ''}`,
  );
const kept = (libraryPath: string): string[] => readdirSync(join(libraryPath, 'embedders')).sort();

describe('A library', () => {
  it('names a photo of which its embedder gives numbers that are not finite, and goes on with the rest', async () => {
    const [folder, libraryPath] = [temporaryFolder(), temporaryFolder()];
    const paths = await writePictures(folder, 5);
    const green = join(folder, 'green.png');
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#0f0' } }).toFile(green);
    settle(green);
    const embedder = writeOnnxFile(join(temporaryFolder(), 'roots.onnx'), 'not finite of green', 'Roots');
    const engine = await openEngine({ libraryPath, watching: false, embedder });
    await engine.indexOnce([folder]);
    expect(engine.methods.listProblems({ start: 0, count: 10 }).problems).toMatchObject([
      { path: green, reason: say`The embedder gave numbers for it that are not finite` },
    ]);
    const { results } = await engine.methods.searchPhotos(searchBy({ photoId: photoAt(engine, paths[0]) }, 10));
    expect(results.length).toBe(4);
  });

  it('is seen by the built-in network, and coded by the model that comes with it, from the first photo on', async () => {
    const { engine, paths } = await libraryOf(8);
    const { embedder, model } = engine.methods.getStatus();
    expect(embedder).toMatchObject({ name: BUILT_IN, dimensions: 256, coming: null, speed: { provider: 'cpu' } });
    expect(embedder.speed!.milliseconds).toBeGreaterThan(0);
    expect(model).toMatchObject({ base: true, bits: 64 });
    const { by, results } = await engine.methods.searchPhotos(
      searchBy({ photoId: photoAt(engine, paths[0]) }, 3, true),
    );
    expect([by, results.length]).toEqual(['codes', 3]);
  });

  it(
    'lets another embedder look at all photos while the one in use answers, then they change places and the old rows go',
    { timeout: 120_000 },
    async () => {
      const { engine, folder, paths } = await libraryOf(40);
      const query = searchBy({ photoId: photoAt(engine, paths[0]) }, 10);
      const dropped = await engine.methods.addExample({
        name: 'one.jpg',
        bytes: new Uint8Array(await engine.getMedia({ kind: 'thumbnail', id: 5 })),
      });
      const before = await engine.methods.searchPhotos(query);
      await engine.methods.addEmbedder({
        name: 'layout.onnx',
        bytes: onnxFile('layout'),
        description: description('Layout'),
      });
      // From the thumbnails: the files may be anywhere.
      for (const path of paths) rmSync(path);

      const answers: Promise<SearchAnswer>[] = [];
      const stop = engine.onEvent(() => {
        if (engine.methods.getStatus().embedder.name === BUILT_IN) answers.push(engine.methods.searchPhotos(query));
      });
      await engine.methods.useEmbedder({ name: 'Layout' });
      expect(await names(engine)).toEqual([`${BUILT_IN} *`, 'Layout >']);
      await until(
        () => engine.methods.getStatus().embedder,
        ({ name }) => name === 'Layout',
      );
      stop();
      expect(answers.length).toBeGreaterThan(0);
      for (const { by, results } of await Promise.all(answers)) {
        expect([by, results]).toEqual(['codes', before.results]);
      }
      const after = await engine.methods.searchPhotos(query);
      expect(after.by).toBe('features');
      expect(after.results).toHaveLength(10);
      // A picture that was dropped before is seen by the new one.
      expect((await engine.methods.searchPhotos(searchBy(dropped, 1, false))).results[0].score).toBeGreaterThan(0.99);
      await until(
        () => engine.library.features.embedders(),
        (rows) => rows.length === 1,
      );
      expect(engine.library.features.count(engine.library.features.embedders()[0].id)).toBe(40);
      expect(await names(engine)).toEqual([BUILT_IN, 'Layout *']);

      await writePictures(folder, 3, 100);
      await engine.indexOnce([folder]);
      expect(engine.methods.getStatus().indexed).toBe(3);
    },
  );

  it(
    'is changed where the person asks, also while work at rest is held, as on battery',
    { timeout: 60_000 },
    async () => {
      const { engine } = await libraryOf(6);
      engine.holdWork(true);
      await engine.methods.addEmbedder({
        name: 'layout.onnx',
        bytes: onnxFile('layout'),
        description: description('Layout'),
      });
      await engine.methods.useEmbedder({ name: 'Layout' });
      await until(
        () => engine.methods.getStatus().embedder,
        ({ name }) => name === 'Layout',
      );
    },
  );

  it('goes on with a change where it was, after a stop in the middle', { timeout: 120_000 }, async () => {
    const { engine, libraryPath } = await libraryOf(40);
    await engine.methods.addEmbedder({
      name: 'layout.onnx',
      bytes: onnxFile('layout'),
      description: description('Layout'),
    });
    const done = new Promise<void>((resolve) => {
      engine.onEvent(({ name, detail }) => {
        if (name === 'activityChanged' && detail.doing === 're-embedding' && detail.done > 0) resolve();
      });
    });
    await engine.methods.useEmbedder({ name: 'Layout' });
    await Promise.race([
      done,
      until(
        () => engine.methods.getStatus().embedder,
        ({ name }) => name === 'Layout',
      ),
    ]);
    await engine.close();
    const again = await openEngine({ libraryPath, watching: false });
    again.start();
    await until(
      () => again.methods.getStatus().embedder,
      ({ name }) => name === 'Layout',
    );
    await ready(again);
    expect(again.library.settings.get('next-embedder')).toBeUndefined();
  });

  it(
    'looks at the file where the thumbnail is too small, and at the thumbnail after all where the file is gone',
    { timeout: 60_000 },
    async () => {
      const folder = temporaryFolder();
      const random = seededRandom(4);
      const panorama = async (name: string): Promise<void> => {
        const pixels = Buffer.from(Uint8Array.from({ length: 80 * 4 * 3 }, () => random.below(256)));
        await sharp(pixels, { raw: { width: 80, height: 4, channels: 3 } })
          .resize(4000, 160, { kernel: 'nearest', fit: 'fill' })
          .png()
          .toFile(join(folder, name));
        settle(join(folder, name));
      };
      await panorama('stays.png');
      await panorama('goes.png');
      const layout = writeOnnxFile(join(temporaryFolder(), 'layout.onnx'), 'layout', 'Layout');
      const featuresBy = (engine: Engine): (Float32Array | undefined)[] =>
        ['stays.png', 'goes.png'].map((name) =>
          engine.library.features.get(
            engine.library.features.embedder(engine.library.settings.get('embedder')!)!.id,
            engine.library.photos.byPath(join(folder, name))!.contentId!,
          ),
        );
      const direct = await openEngine({ watching: false, embedder: layout });
      await direct.indexOnce([folder]);
      const [stays, goes] = featuresBy(direct);

      const engine = await openEngine({ watching: false });
      await engine.indexOnce([folder]);
      rmSync(join(folder, 'goes.png'));
      await engine.addEmbedderFile(layout);
      await engine.methods.useEmbedder({ name: 'Layout' });
      await until(
        () => engine.methods.getStatus().embedder,
        ({ name }) => name === 'Layout',
      );
      const changed = featuresBy(engine);
      expect(changed[0]).toEqual(stays);
      expect(changed[1]).toHaveLength(192);
      expect(changed[1]).not.toEqual(goes);
    },
  );

  it('turns back to the one in use when that is asked for before the change', { timeout: 60_000 }, async () => {
    const { engine } = await libraryOf(12);
    await engine.methods.addEmbedder({
      name: 'layout.onnx',
      bytes: onnxFile('layout'),
      description: description('Layout'),
    });
    engine.methods.pauseIndexing();
    await engine.methods.useEmbedder({ name: 'Layout' });
    await engine.methods.useEmbedder({ name: 'built-in' });
    expect(await names(engine)).toEqual([`${BUILT_IN} *`, 'Layout']);
    engine.methods.resumeIndexing();
    await ready(engine);
    await until(
      () => engine.library.features.embedders(),
      (rows) => rows.length === 1,
    );
    expect(engine.methods.getStatus().embedder).toMatchObject({ name: BUILT_IN, coming: null });
  });

  it('reads its photos anew when its copy of the embedder is gone', { timeout: 60_000 }, async () => {
    const { engine, folder, libraryPath } = await libraryOf(6);
    const layout = writeOnnxFile(join(temporaryFolder(), 'layout.onnx'), 'layout', 'Layout');
    await engine.close();
    const changed = await openEngine({ libraryPath, watching: false, embedder: layout });
    await changed.indexOnce([folder]);
    expect(changed.methods.getStatus().embedder.name).toBe('Layout');
    await changed.close();
    for (const name of kept(libraryPath)) rmSync(join(libraryPath, 'embedders', name));
    const again = await openEngine({ libraryPath, watching: false });
    await again.indexOnce([folder]);
    expect(again.methods.getStatus()).toMatchObject({ indexed: 6, embedder: { name: BUILT_IN } });
  });

  it('takes the built-in network in again where its copy was cut short', { timeout: 60_000 }, async () => {
    const { engine, folder, libraryPath, paths } = await libraryOf(6);
    await engine.close();
    const copy = join(
      libraryPath,
      'embedders',
      kept(libraryPath).find((name) => name.endsWith('.onnx'))!,
    );
    truncateSync(copy, 100_000);
    const beside = await findSimilar({ ...noQuestion, images: [paths[0]], library: libraryPath });
    expect(beside.results).toHaveLength(5);
    const again = await openEngine({ libraryPath, watching: false });
    await again.indexOnce([folder]);
    expect(again.photosIndexed).toBe(0);
    expect(readFileSync(copy).equals(readFileSync(builtInNetwork))).toBe(true);
  });

  it('says so where a file is in the place of the folder of its embedders', async () => {
    const libraryPath = temporaryFolder();
    writeFileSync(join(libraryPath, 'embedders'), '');
    await expect(openEngine({ libraryPath })).rejects.toThrow(/A folder was expected at .*embedders.*Move it away/);
  });
});

describe('An embedder pack', () => {
  it('may have a name that is too long for a file', { timeout: 60_000 }, async () => {
    const engine = await openEngine();
    const added = await engine.methods.addEmbedder({
      name: `${'木'.repeat(250)}.onnx`,
      bytes: onnxFile('layout'),
      description: description('Long'),
    });
    expect(added.name).toBe('Long');
  });

  const refused: [Kind, RegExp][] = [
    ['not finite', /numbers that are not finite/],
    ['always the same', /the same numbers whatever the picture/],
    ['too much memory', /or took more than 4 GiB of memory|Failed to allocate memory/],
    ['another size than it says', /gave 384 numbers a picture where 192 were expected/],
  ];
  it.each(refused)(
    'whose output is %s is refused with the reason, and changes nothing',
    { timeout: 60_000 },
    async (kind, reason) => {
      const engine = await openEngine();
      const before = [await engine.methods.listEmbedders(), kept(engine.library.path)];
      const more = kind === 'another size than it says' ? { output: { dimensions: 192 } } : {};
      const adding = engine.methods.addEmbedder({
        name: 'bad.onnx',
        bytes: onnxFile(kind),
        description: description('Bad', more),
      });
      await expect(adding).rejects.toThrow(/^The model bad\.onnx cannot be used: /);
      await expect(adding).rejects.toThrow(reason);
      expect([await engine.methods.listEmbedders(), kept(engine.library.path)]).toEqual(before);
    },
  );

  it('that is truncated, or no ONNX at all, is refused with the reason', { timeout: 60_000 }, async () => {
    const engine = await openEngine();
    const cut = join(temporaryFolder(), 'cut.onnx');
    copyFileSync(builtInNetwork, cut);
    copyFileSync(builtInNetwork.replace(/onnx$/, 'json'), cut.replace(/onnx$/, 'json'));
    truncateSync(cut, 100_000);
    await expect(engine.addEmbedderFile(cut)).rejects.toThrow(
      /cut\.onnx cannot be used: it is not a model that onnxruntime can load/,
    );
    writeFileSync(cut, 'hello');
    await expect(engine.addEmbedderFile(cut)).rejects.toThrow(/cut\.onnx cannot be used/);
    await expect(engine.addEmbedderFile(join(temporaryFolder(), 'none.onnx'))).rejects.toThrow(
      /none\.onnx cannot be read at/,
    );
    await expect(engine.methods.addEmbedder({ name: 'a.onnx', bytes: onnxFile('layout') })).rejects.toThrow(
      /does not tell input\.mean/,
    );
    await expect(
      engine.methods.addEmbedder({ name: 'a.onnx', bytes: onnxFile('layout'), description: '{' }),
    ).rejects.toThrow(/is not JSON/);
  });

  it(
    'is added once, listed with its facts, and removed unless it is in use or came with Likeness',
    { timeout: 60_000 },
    async () => {
      const engine = await openEngine();
      const given = { name: 'layout.onnx', bytes: onnxFile('layout'), description: description('Layout') };
      expect(await engine.methods.addEmbedder(given)).toMatchObject({
        name: 'Layout',
        dimensions: 192,
        licence: 'CC0-1.0',
        bytes: given.bytes.length + given.description.length,
        builtIn: false,
        inUse: false,
        speed: { provider: 'cpu' },
      });
      await engine.methods.addEmbedder(given);
      expect(await names(engine)).toEqual([`${BUILT_IN} *`, 'Layout']);
      await expect(engine.methods.addEmbedder({ ...given, bytes: onnxFile('contrast') })).rejects.toThrow(
        /named "Layout" already/,
      );
      await expect(engine.methods.removeEmbedder({ name: BUILT_IN })).rejects.toThrow(/came with Likeness/);
      await expect(engine.methods.removeEmbedder({ name: 'Nobody' })).rejects.toThrow(/no embedder named "Nobody"/);
      await expect(engine.methods.useEmbedder({ name: '/etc/x.onnx' })).rejects.toThrow(/no embedder named/);
      await engine.methods.useEmbedder({ name: 'Layout' });
      await expect(engine.methods.removeEmbedder({ name: 'Layout' })).rejects.toThrow(/is in use/);
      await engine.methods.useEmbedder({ name: 'built-in' });
      await engine.methods.removeEmbedder({ name: 'Layout' });
      expect(await names(engine)).toEqual([`${BUILT_IN} *`]);
      expect(kept(engine.library.path)).toHaveLength(2);
    },
  );

  it('is held against what the person marked as right', { timeout: 60_000 }, async () => {
    const { engine, paths } = await libraryOf(30);
    await expect(engine.methods.rankEmbedders()).rejects.toThrow(/Mark some results as right first/);
    // The same kind, and one that nothing would call alike.
    for (const [query, result] of [
      [0, 6],
      [0, 12],
      [1, 3],
    ])
      engine.methods.markResult({
        queryPhotoId: photoAt(engine, paths[query]),
        resultPhotoId: photoAt(engine, paths[result]),
        relevant: true,
      });
    await engine.methods.addEmbedder({
      name: 'layout.onnx',
      bytes: onnxFile('layout'),
      description: description('Layout'),
    });
    const ranked = await engine.methods.rankEmbedders();
    expect(ranked.map(({ ranking }) => [ranking!.marks, ranking!.among])).toEqual([
      [3, 30],
      [3, 30],
    ]);
    for (const { ranking } of ranked) expect(ranking!.share).toBeCloseTo(2 / 3, 5);
  });
});

describe('A thumbnail', () => {
  const input = { width: 224, height: 224, fit: 'cover' as const, resizeShortSide: 256 };
  it('suffices where it has the pixels that an embedder looks at, or all the photo has', () => {
    expect(thumbnailSuffices({ width: 4000, height: 3000 }, input)).toBe(true);
    expect(thumbnailSuffices({ width: 4000, height: 1500 }, input)).toBe(false);
    expect(thumbnailSuffices({ width: 400, height: 90 }, input)).toBe(true);
    expect(thumbnailSuffices({ width: 4000, height: 1500 }, { ...input, resizeShortSide: 96 })).toBe(true);
  });
});
