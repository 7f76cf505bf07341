import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import sharp from 'sharp';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { afterAll, describe, expect, it } from 'vitest';
import { readModel, writeModel } from '../../../electron/deepquan/model/model-file.ts';
import { ActiveModel } from '../../../electron/engine/codes/active-model.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { SEGMENT_SIZE } from '../../../electron/library/rows/code-rows.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { settle, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { openEngine, photoIdsOf, photoAt, searchBy, until } from '../../support/engines.ts';
import { inEnglish, say } from '../../../electron/contract/sentence.ts';

const PHOTOS = 262;

const home = mkdtempSync(join(tmpdir(), 'likeness-models-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Trained {
  folder: string;
  libraryPath: string;
  paths: string[];
}

/** Photos, and a library that has learned from them: trained once, and copied for each test. */
let trained: Promise<Trained> | undefined;

async function train(): Promise<Trained> {
  const [folder, libraryPath] = [join(home, 'photos'), join(home, 'library')];
  const paths = await writePictures(folder, PHOTOS);
  const engine = await openEngine({ libraryPath });
  await engine.indexOnce([folder]);
  await engine.close();
  return { folder, libraryPath, paths };
}

async function trainedEngine(): Promise<Trained & { engine: Engine }> {
  const { folder, libraryPath, paths } = await (trained ??= train());
  const copy = join(temporaryFolder(), 'library');
  cpSync(libraryPath, copy, { recursive: true });
  const engine = await openEngine({ libraryPath: copy });
  await engine.indexOnce([folder]);
  return { engine, folder, paths, libraryPath: copy };
}

const settled = (engine: Engine): Promise<unknown> =>
  until(
    () => engine.methods.getModelCard(),
    ({ training }) => !training,
    120,
  );

/** Pictures unlike those of the other kinds: noise in one colour. */
async function writeNoise(folder: string, count: number): Promise<void> {
  const random = seededRandom(77);
  for (let i = 0; i < count; i++) {
    const pixels = Buffer.from(Uint8Array.from({ length: 48 * 36 * 3 }, () => random.below(256)));
    const path = join(folder, `noise ${i}.jpg`);
    await sharp(pixels, { raw: { width: 48, height: 36, channels: 3 } })
      .resize(160, 120, { kernel: 'nearest' })
      .jpeg()
      .toFile(path);
    settle(path);
  }
}

describe('Models of a library', () => {
  it(
    'are tuned when new photos lie far from those learned from, kept beside their successor, and gone back to',
    { timeout: 240_000 },
    async () => {
      const { engine, folder } = await trainedEngine();
      const first = engine.methods.getModelCard();
      // It took the place of the model that came with Likeness, and was held against that.
      expect(first).toMatchObject({
        model: { base: false },
        previous: { base: true },
        comparison: { edited: { queries: expect.any(Number) as number } },
        drift: null,
      });

      const noise = temporaryFolder();
      await writeNoise(noise, 80);
      await engine.indexOnce([folder, noise]);
      await settled(engine);
      const second = engine.methods.getModelCard();
      expect(second.reason).toBeNull();
      expect(second.model!.modelId).not.toBe(first.model!.modelId);
      expect(second.model!.trainedOn).toBeGreaterThan(first.model!.trainedOn);
      expect(second.previous!.modelId).toBe(first.model!.modelId);
      // Tuned, not learned anew.
      expect(engine.library.models.find(1, 'active')!.startedOn).toBe(first.model!.trainedOn);
      const { edited } = second.comparison!;
      expect(edited!.queries).toBeGreaterThan(10);
      expect(edited!.after).toBeGreaterThan(0.3);

      // Broken off on the way back, it is still there to go back to.
      engine.methods.restorePreviousModel();
      engine.methods.cancelTraining();
      await settled(engine);
      expect(engine.methods.getModelCard()).toMatchObject({
        model: { modelId: second.model!.modelId },
        previous: { modelId: first.model!.modelId },
      });

      // Photos that came since have no code of the first model until it is gone back to.
      engine.methods.restorePreviousModel();
      await settled(engine);
      const back = engine.methods.getModelCard();
      expect(back.model!.modelId).toBe(first.model!.modelId);
      expect(back.previous!.modelId).toBe(second.model!.modelId);
      const coded = [...engine.library.codes.segments(first.model!.modelId)].flatMap(({ regions }) => [...regions]);
      expect(coded.toSorted((a, b) => a - b)).toEqual(engine.library.features.regionIds(1));
    },
  );

  it(
    'are not taken when they do worse: the one there is goes on, and the reason is shown',
    { timeout: 120_000 },
    async () => {
      const { engine, paths } = await trainedEngine();
      const row = engine.library.models.find(1, 'active')!;
      const good = readModel(row.weights);
      // A network that sees nothing: every photo gets the same hidden vector.
      const blind = {
        ...good,
        network: {
          ...good.network,
          encode1: { ...good.network.encode1, weights: good.network.encode1.weights.map(() => 0) },
        },
      };
      engine.library.models.add({ ...row, weights: Buffer.from(writeModel(blind)) });
      engine.start();
      const card = await until(
        () => engine.methods.getModelCard(),
        ({ reason }) => reason !== null,
        60,
      );
      expect(inEnglish(card.reason!)).toMatch(
        /not taken, because it is worse.*of edited copies, \d+% find their originals \(before: \d+%\)/,
      );
      expect(card.model!.modelId).toBe(row.id);
      // What the codes of the one that stays cost is measured all the same.
      engine.library.models.setOperatingPoint(row.id, JSON.stringify({ ...card.model!.operatingPoints!, photos: 100 }));
      await engine.close();
      const again = await openEngine({ libraryPath: engine.library.path });
      again.library.models.add({ ...row, weights: Buffer.from(writeModel(blind)) });
      again.start();
      await until(
        () => again.methods.getModelCard(),
        ({ reason, model }) => reason !== null && model!.operatingPoints!.photos === PHOTOS,
        60,
      );
      const { by, results } = await again.methods.searchPhotos(
        searchBy({ photoId: photoAt(again, paths[0]) }, 5, false),
      );
      expect([by, results.length]).toEqual(['codes', 5]);
    },
  );

  it('are set aside when their codes cannot be written, and not taken up again', { timeout: 120_000 }, async () => {
    const { engine } = await trainedEngine();
    const row = engine.library.models.find(1, 'active')!;
    engine.library.models.add({ ...row, weights: Buffer.from('no model') });
    engine.start();
    const card = await until(
      () => engine.methods.getModelCard(),
      ({ reason, training }) => reason !== null && !training,
      60,
    );
    expect(inEnglish(card.reason!)).toMatch(/The last training failed, so search goes on as before: /);
    expect(card.model!.modelId).toBe(row.id);
    expect(engine.library.models.has(1, 'encoding')).toBe(false);
    engine.methods.trainModel();
    expect((await settled(engine)) as object).toMatchObject({ reason: null });
  });

  it('go on answering when the library shrinks below what they were trained on', { timeout: 120_000 }, async () => {
    const { engine: first, folder, paths, libraryPath } = await trainedEngine();
    const { modelId } = first.methods.getModelCard().model!;
    // A folder of its own, so that nothing else misses what goes.
    const few = temporaryFolder();
    for (const path of paths.slice(0, 12)) cpSync(path, join(few, basename(path)), { preserveTimestamps: true });
    await first.indexOnce([few]);
    const { id: folderId } = first.library.folders.all().find(({ path }) => path === folder)!;
    await first.methods.removeFolder({ folderId });
    await first.close();
    const engine = await openEngine({ libraryPath });
    await engine.indexOnce([few]);
    engine.methods.trainModel();
    expect((await settled(engine)) as object).toMatchObject({
      model: { modelId, trainedOn: expect.any(Number) as number },
      reason: say`Training needs ${256} photos; until then, search goes on as before.`,
    });
    const photoId = photoAt(engine, join(few, '0.jpg'));
    const { by, results } = await engine.methods.searchPhotos(searchBy({ photoId }, 20));
    expect([by, results.length]).toEqual(['codes', 11]);
  });

  it('leave search as it is when their training is cancelled, and say so', { timeout: 120_000 }, async () => {
    const { engine, paths } = await trainedEngine();
    const { modelId } = engine.methods.getModelCard().model!;
    engine.methods.trainModel();
    await until(
      () => engine.methods.getStatus().activity,
      ({ doing, done }) => doing === 'training' && done > 0,
      60,
    );
    expect(() => engine.methods.restorePreviousModel()).toThrow(/A training is under way/);
    engine.methods.cancelTraining();
    await settled(engine);
    expect(engine.methods.getModelCard()).toMatchObject({
      model: { modelId },
      reason: say`The training was cancelled, so search goes on as before.`,
    });
    expect((await engine.methods.searchPhotos(searchBy({ photoId: photoAt(engine, paths[0]) }, 5, false))).by).toBe(
      'codes',
    );
  });

  it(
    'learn from photos mirrored and cropped, and leave search as it is when that is broken off',
    { timeout: 120_000 },
    async () => {
      const { engine } = await trainedEngine();
      const { modelId } = engine.methods.getModelCard().model!;
      engine.methods.trainModel();
      const { total } = await until(
        () => engine.methods.getStatus().activity,
        ({ doing, done }) => doing === 'viewing' && done > 0,
        60,
      );
      // All but those that are held out to judge by.
      expect(total).toBeGreaterThan(0.85 * PHOTOS);
      expect(total).toBeLessThan(PHOTOS);
      engine.methods.cancelTraining();
      await settled(engine);
      expect(engine.methods.getModelCard()).toMatchObject({
        model: { modelId },
        reason: say`The training was cancelled, so search goes on as before.`,
      });
    },
  );

  it.each(['viewing', 'training', 'comparing'])(
    'do not keep the engine from closing while it is %s',
    { timeout: 120_000 },
    async (stage) => {
      const { engine } = await trainedEngine();
      engine.methods.trainModel();
      await until(
        () => engine.methods.getStatus().activity,
        ({ doing }) => doing === stage,
        60,
      );
      await engine.close();
    },
  );

  it('are held against what the person marked as right', { timeout: 120_000 }, async () => {
    const { engine, paths } = await trainedEngine();
    const [query, result] = [photoAt(engine, paths[3]), photoAt(engine, paths[9])];
    const marks = async (): Promise<number[]> =>
      (await engine.methods.searchPhotos(searchBy({ photoId: query }, 300, false))).results
        .filter(({ relevant }) => relevant)
        .map(({ photoId }) => photoId);
    expect(await marks()).toEqual([]);
    engine.methods.markResult({ queryPhotoId: query, resultPhotoId: result, relevant: true });
    engine.methods.markResult({ queryPhotoId: query, resultPhotoId: photoAt(engine, paths[15]), relevant: true });
    engine.methods.markResult({ queryPhotoId: query, resultPhotoId: photoAt(engine, paths[15]), relevant: false });
    expect(await marks()).toEqual([result]);
    engine.methods.trainModel();
    await settled(engine);
    expect(engine.methods.getModelCard().comparison!.marked).toMatchObject({ queries: 1 });
    expect(() => engine.methods.markResult({ queryPhotoId: 99_999, resultPhotoId: result, relevant: true })).toThrow(
      /not in the library/,
    );
  });
});

describe('A model whose codes are being read', () => {
  it('holds in the end what the catalogue holds, whatever comes and goes meanwhile', { timeout: 60_000 }, async () => {
    const { engine } = await trainedEngine();
    const { library } = engine;
    const row = library.models.find(1, 'active')!;
    const id = library.models.add(row);
    const { M, dsub } = readModel(row.weights).codebooks;
    const encoded = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({
        regionId: from + i,
        code8Bit: new Uint8Array(M).fill(i & 255),
        code4Bit: new Uint8Array(M),
        hidden: new Float32Array(M * dsub),
      }));
    const write = (of: ReturnType<typeof encoded>): void => library.inTransaction(() => library.codes.append(id, of));
    write(encoded(1, 2 * SEGMENT_SIZE + 100));
    const model = ActiveModel.of(library.models.find(1, 'encoding')!);
    const reading = model.readCodes(library);
    // One of a segment that was read already, one of a segment that was not; and some that come.
    const gone = [5, 2 * SEGMENT_SIZE + 7];
    const db = new Database(cataloguePath(library.path));
    db.exec(`INSERT INTO code_tombstone VALUES (${gone.join('), (')})`);
    db.close();
    model.index.remove(Uint32Array.from(gone));
    write(encoded(3 * SEGMENT_SIZE, 50));
    await reading;
    write(encoded(4 * SEGMENT_SIZE, SEGMENT_SIZE));
    model.catchUp(library);
    expect(model.index.size).toBe(3 * SEGMENT_SIZE + 100 + 50 - gone.length);
    expect([...model.index.codesOf([...gone, 6, 4 * SEGMENT_SIZE]).keys()]).toEqual([6, 4 * SEGMENT_SIZE]);
    library.models.retire(id);
  });
});

describe('A library of one picture three hundred times over', () => {
  it('holds one content, and search shows its copies', async () => {
    const folder = temporaryFolder();
    const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#446688' } })
      .jpeg()
      .toBuffer();
    for (let i = 0; i < 300; i++) {
      await sharp(picture).toFile(join(folder, `${i}.jpg`));
      settle(join(folder, `${i}.jpg`));
    }
    const engine = await openEngine();
    await engine.indexOnce([folder]);
    const [photoId] = photoIdsOf(engine);
    expect((await engine.methods.searchPhotos(searchBy({ photoId }, 1000, false))).results).toHaveLength(299);
    expect(engine.methods.getModelCard().model!.base).toBe(true);
    expect(() => engine.methods.restorePreviousModel()).toThrow('There is no earlier model to go back to.');
  });
});
