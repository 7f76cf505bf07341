import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Query, QueryInput } from '../../../electron/contract/query.ts';
import { querySchema } from '../../../electron/contract/query.ts';
import type { SearchAnswer } from '../../../electron/contract/search.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { dispatch } from '../../../electron/engine/gateway.ts';
import { writeOnnxFile } from '../../support/onnx-files.ts';
import { settle, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { openEngine, photoAt } from '../../support/engines.ts';

interface Asked {
  engine: Engine;
  /** Numbered by their seeds, 0 to 29 in one folder and 30 to 35 in another. */
  paths: string[];
  id: (seed: number) => number;
  folderOf: (seed: number) => string;
  /** Through the gateway, as any face asks. */
  ask: (query: QueryInput, codesOnly?: boolean) => Promise<SearchAnswer>;
  names: (answer: SearchAnswer) => string[];
}

/** @param embedder 'codes' for one that comes with a model, 'features' for one that does not */
async function askable(embedder: 'codes' | 'features'): Promise<Asked> {
  const [one, two] = [temporaryFolder(), temporaryFolder()];
  const paths = [...(await writePictures(one, 30)), ...(await writePictures(two, 6, 30))];
  copyFileSync(paths[4], join(two, 'copy of 4.jpg'));
  settle(join(two, 'copy of 4.jpg'));
  const layout =
    embedder === 'codes' ? undefined : writeOnnxFile(join(temporaryFolder(), 'layout.onnx'), 'layout', 'Layout');
  const engine = await openEngine({ embedder: layout, watching: false });
  await engine.indexOnce([one, two]);
  return {
    engine,
    paths,
    id: (seed) => photoAt(engine, paths[seed]),
    folderOf: (seed) => (seed < 30 ? one : two),
    ask: (query, codesOnly = false) =>
      dispatch(engine.methods, 'searchPhotos', { query, k: 50, codesOnly }) as Promise<SearchAnswer>,
    names: ({ results }) => results.map(({ name }) => name),
  };
}

describe.each(['codes', 'features'] as const)('A query answered by %s', (by) => {
  it('takes several examples, which are not among the results, and their copies come first', async () => {
    const { ask, id, names } = await askable(by);
    const answer = await ask({ positives: [{ photoId: id(4) }, { photoId: id(10) }] });
    expect(answer.by).toBe(by);
    expect(answer.results[0]).toMatchObject({ name: 'copy of 4.jpg', score: 1, rank: 1 });
    expect(names(answer)).toHaveLength(37 - 2);
    expect(names(answer)).not.toContain('10.jpg');
    // Of the two together: neither alone gives this order.
    const alone = await ask({ positives: [{ photoId: id(4) }] });
    expect(names(answer).filter((name) => name !== '10.jpg')).not.toEqual(names(alone));
  });

  it('puts what is like an unwanted example behind', async () => {
    const { ask, id, names } = await askable(by);
    // Pictures of one kind are six seeds apart.
    const mixed = { positives: [{ photoId: id(0) }, { photoId: id(1) }] };
    /** By how many places pictures of the wanted kind come before those of the unwanted one. */
    const lead = (found: string[]): number =>
      [6, 12, 18, 24].reduce((sum, seed) => sum + found.indexOf(`${seed + 1}.jpg`) - found.indexOf(`${seed}.jpg`), 0);
    // Near-duplicates would come first, whatever is not wanted.
    const before = lead(names(await ask(mixed, true)));
    const after = names(await ask({ ...mixed, negatives: [{ photoId: id(31) }] }, true));
    expect(lead(after)).toBeGreaterThan(before);
    expect(after).not.toContain('31.jpg');
  });

  it('finds only what its filter lets through, in the whole depth of the library', async () => {
    const { ask, id, names, folderOf, engine } = await askable(by);
    const inTwo = await ask({ positives: [{ photoId: id(5) }], filter: { folders: [folderOf(30)] } });
    // The original of the copy lies in the other folder.
    expect(names(inTwo).sort()).toEqual([...Array.from({ length: 6 }, (_, i) => `${30 + i}.jpg`), 'copy of 4.jpg']);
    const all = await ask({ positives: [{ photoId: id(5) }] });
    expect(names(all)).toHaveLength(36);
    const day = (from: number): string =>
      new Date(engine.methods.getPhoto({ photoId: id(5) }).takenAt + from * 86_400_000).toISOString().slice(0, 10);
    const none = await ask({ positives: [{ photoId: id(5) }], filter: { from: day(2) } });
    expect(none.results).toEqual([]);
    const until = await ask({ positives: [{ photoId: id(5) }], filter: { to: day(1) } });
    expect(names(until)).toHaveLength(36);
  });

  it('leaves out what is less alike than it asks, and can show what it found by date', async () => {
    const { ask, id, names } = await askable(by);
    const all = await ask({ positives: [{ photoId: id(4) }] });
    const minScore = all.results[2].score;
    expect(minScore).toBeGreaterThan(0);
    const cut = await ask({ positives: [{ photoId: id(4) }], cut: { minScore } });
    expect(names(cut)).toEqual(names(all).slice(0, all.results.filter(({ score }) => score >= minScore).length));
    const byDate = await ask({ positives: [{ photoId: id(4) }], cut: { minScore }, sort: 'date' });
    expect(names(byDate).sort()).toEqual(names(cut).sort());
    const times = byDate.results.map(({ takenAt }) => takenAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(byDate.results.map(({ rank }) => rank)).toEqual(byDate.results.map((_, i) => i + 1));
  });
});

describe('Subspace weights', () => {
  it('change the order by codes as they change it in the re-rank, and are as many as the model has subspaces', async () => {
    const { ask, id, names, engine } = await askable('codes');
    const { M } = { M: engine.methods.getStatus().model!.bits / 8 };
    const positives = [{ photoId: id(4) }];
    const plain = names(await ask({ positives }));
    expect(names(await ask({ positives, subspaceWeights: Array<number>(M).fill(1) }))).toEqual(plain);
    const first = names(await ask({ positives, subspaceWeights: [1, ...Array<number>(M - 1).fill(0)] }));
    expect(first).not.toEqual(plain);
    await expect(ask({ positives, subspaceWeights: [1, 1] })).rejects.toThrow(`Expected ${M} subspace weights`);
  });

  it('leave scores on the scale that they have without weights', async () => {
    const { ask, id, engine } = await askable('codes');
    const M = engine.methods.getStatus().model!.bits / 8;
    const positives = [{ photoId: id(4) }];
    const plain = await ask({ positives });
    const double = await ask({ positives, subspaceWeights: Array<number>(M).fill(2) });
    expect(double.results.map(({ score }) => score.toFixed(4))).toEqual(
      plain.results.map(({ score }) => score.toFixed(4)),
    );
  });

  it('are refused where there is no model yet', async () => {
    const { ask, id } = await askable('features');
    await expect(ask({ positives: [{ photoId: id(4) }], subspaceWeights: [1] })).rejects.toThrow(
      /Subspaces are a model's, and Layout has none yet/,
    );
  });
});

describe('Why a photo is like a query', () => {
  it('is told as shares of the subspaces, which sum up to one; one that is left out has none', async () => {
    const { id, engine } = await askable('codes');
    const query = querySchema.parse({ positives: [{ photoId: id(4) }] });
    const told = await engine.methods.explainResult({ query, photoId: id(10) });
    expect(told!.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
    expect(told!.weights).toEqual(told!.shares.map(() => 1));
    const weights = told!.shares.map((_, m) => (m === 0 ? 0 : 1));
    const without = await engine.methods.explainResult({
      query: { ...query, subspaceWeights: weights },
      photoId: id(10),
    });
    expect(without!.shares[0]).toBeCloseTo(0, 10);
    expect(without!.weights).toEqual(weights);
    expect(without!.shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  });

  it('is not known without a model, nor of a part of a photo', async () => {
    const plain = await askable('features');
    const positives = [{ photoId: plain.id(4) }];
    expect(
      await plain.engine.methods.explainResult({ query: querySchema.parse({ positives }), photoId: plain.id(5) }),
    ).toBeNull();
    const { id, engine } = await askable('codes');
    const box = { x: 0, y: 0, width: 0.5, height: 0.5 };
    const query = querySchema.parse({ positives: [{ photoId: id(4), box }] });
    expect(await engine.methods.explainResult({ query, photoId: id(5) })).toBeNull();
  });

  it('is shown by parts of two photos: a picture set into another one agrees where it lies', async () => {
    const { paths, engine } = await askable('codes');
    const folder = temporaryFolder();
    const [inner, other] = [readFileSync(paths[4]), readFileSync(paths[11])];
    const { width, height } = await sharp(other).metadata();
    const small = await sharp(inner)
      .resize(Math.round(0.35 * width), Math.round(0.35 * height), { fit: 'fill' })
      .toBuffer();
    const set = join(folder, 'set in.jpg');
    await sharp(other)
      .composite([{ input: small, left: Math.round(0.65 * width), top: Math.round(0.65 * height) }])
      .toFile(set);
    settle(set);
    await engine.indexOnce([folder]);
    const pair = { photoId: photoAt(engine, set), otherId: photoAt(engine, paths[11]) };
    const { parts, otherParts } = (await engine.methods.compareParts(pair))!;
    expect([parts.length, otherParts.length]).toEqual([16, 16]);
    const all = [...parts, ...otherParts].map(({ agreement }) => agreement);
    expect([Math.min(...all), Math.max(...all)]).toEqual([0, 1]);
    // What was painted over is what agrees least with the picture as it was.
    const least = parts.toSorted((a, b) => a.agreement - b.agreement)[0].box;
    expect([least.x, least.y].every((place) => place > 0.4)).toBe(true);
  });
});

describe('A query that cannot be answered', () => {
  it('is refused with a sentence that says what to change', async () => {
    const { ask, id } = await askable('codes');
    const positives = [{ photoId: id(4) }];
    const cases: [unknown, RegExp][] = [
      [{ positives: [] }, /a query wants at least one example/],
      [{ positives: Array(40).fill(positives[0]) }, /positives/],
      [{ positives, negatives: positives }, /both wanted and not wanted/],
      [{ positives, filter: { from: '2024-01-02', to: '2024-01-01' } }, /dates contradict each other/],
      [
        { positives: [...positives, { text: 'a beach' }] },
        /knows no words, so that “a beach” cannot be asked for together with pictures/,
      ],
      [{ positives: [{ photoId: id(4), time: 3 }] }, /Moments of a video cannot/],
      [{ positives, marks: { right: [id(5)], wrong: [id(5)] } }, /both wanted and marked as wrong/],
      [{ positives, marks: { wrong: [id(4)] } }, /both wanted and marked as wrong/],
      [{ positives, filter: { minPixels: 2, maxPixels: 1 } }, /sizes contradict each other/],
      [{ positives: [{ photoId: 99_999 }] }, /not in the library any more/],
      [{ positives: [{ exampleId: 99_999 }] }, /no longer held in memory/],
      [{ positives, sort: 'size' }, /wrong shape/],
      [{ positives, cut: { minScore: 2 } }, /wrong shape/],
    ];
    for (const [query, words] of cases) await expect(ask(query as QueryInput)).rejects.toThrow(words);
  });

  it('names an empty box, and one that reaches beyond the picture', () => {
    const boxed = (width: number, x = 0): { success: boolean; error?: { message: string } } =>
      querySchema.safeParse({ positives: [{ photoId: 1, box: { x, y: 0, width, height: 1 } }] });
    expect(boxed(0.5).success).toBe(true);
    expect(boxed(0).error!.message).toMatch(/box is empty/);
    expect(boxed(0.8, 0.5).error!.message).toMatch(/reaches beyond the picture/);
  });

  it('has its usual values where nothing is said', () => {
    const query: Query = querySchema.parse({ positives: [{ photoId: 1 }] });
    expect(query).toEqual({ positives: [{ photoId: 1 }], negatives: [], sort: 'likeness' });
  });
});
