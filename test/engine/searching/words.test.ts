import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Example } from '../../../electron/contract/query.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { cosine } from '../../../electron/numeric/vectors.ts';
import { openEngine, photoAt } from '../../support/engines.ts';
import { settle, temporaryFolder } from '../../support/pictures.ts';
import { writeTransformersModel } from '../../support/transformers-models.ts';
import { writeColours, type Colour } from '../../support/colours.ts';

const ask = (
  engine: Engine,
  positives: Example[],
  negatives: Example[] = [],
): ReturnType<Engine['methods']['searchPhotos']> =>
  engine.methods.searchPhotos({ query: { positives, negatives, sort: 'likeness' }, k: 20, codesOnly: false });

async function pathsFor(engine: Engine, positives: Example[], negatives?: Example[]): Promise<string[]> {
  const { results } = await ask(engine, positives, negatives);
  return results.map(({ photoId }) => engine.methods.getPhoto({ photoId }).path);
}

/** How much a word says of a colour, as the small model learned it: a cosine of standardized colours. */
const says =
  (word: Colour) =>
  (colour: Colour): number => {
    const [means, deviations] = [
      [0.4815, 0.4578, 0.4082],
      [0.2686, 0.2613, 0.2758],
    ];
    return cosine(
      Float32Array.from(word),
      colour.map((value, i) => (value / 255 - means[i]) / deviations[i]),
    );
  };
const redness = says([1, -0.5, -0.5]);
const blueness = says([-0.5, -0.5, 1]);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

async function libraryOfColours(count: number): Promise<{ engine: Engine; colours: Map<string, Colour> }> {
  const folder = temporaryFolder();
  const colours = await writeColours(folder, count);
  const engine = await openEngine({ embedder: writeTransformersModel('clip'), watching: false });
  await engine.indexOnce([folder]);
  return { engine, colours };
}

describe('Words', () => {
  it('find photos that show what they say, where the embedder knows them', async () => {
    const { engine, colours } = await libraryOfColours(40);
    expect(await engine.methods.listEmbedders()).toMatchObject([{ name: 'tiny-clip', words: true, inUse: true }]);
    const reddest = [...colours.keys()].sort((a, b) => redness(colours.get(b)!) - redness(colours.get(a)!));
    const answer = await ask(engine, [{ text: 'red' }]);
    expect(answer.by).toBe('features');
    const found = answer.results.map(({ photoId }) => engine.methods.getPhoto({ photoId }).path);
    expect(reddest.slice(0, 10)).toEqual(expect.arrayContaining(found.slice(0, 5)));
    // What is red stands out; what is not has no score.
    expect(answer.results[0].group).toMatch(/alike/);
    expect(answer.results.at(-1)!.score).toBeLessThan(answer.results[0].score);
  });

  it(
    'find them by codes too, alone, with others that are not meant, and with a photo',
    { timeout: 120_000 },
    async () => {
      const { engine, colours } = await libraryOfColours(400);
      const of = (paths: readonly string[], measure: (colour: Colour) => number): number =>
        mean(paths.slice(0, 10).map((path) => measure(colours.get(path)!)));
      const best = (measure: (colour: Colour) => number): string[] =>
        [...colours.keys()].sort((a, b) => measure(colours.get(b)!) - measure(colours.get(a)!)).slice(0, 10);

      const answer = await ask(engine, [{ text: 'red' }]);
      expect(answer.by).toBe('codes');
      const found = await pathsFor(engine, [{ text: 'red' }]);
      expect(of(found, redness)).toBeGreaterThan(0.9 * of(best(redness), redness));

      const purest = await pathsFor(engine, [{ text: 'bright' }], [{ text: 'red' }]);
      expect(of(purest, redness)).toBeLessThan(of(await pathsFor(engine, [{ text: 'bright' }]), redness));

      // A blue photo and "red" together: redder than what is like the photo, bluer than what is red.
      const photo = best(blueness)[0];
      const photoId = photoAt(engine, photo);
      const both = await pathsFor(engine, [{ text: 'red' }, { photoId }]);
      expect(of(both, redness)).toBeGreaterThan(of(await pathsFor(engine, [{ photoId }]), redness));
      expect(of(both, blueness)).toBeGreaterThan(of(found, blueness));
    },
  );

  it('find photos by names of files and folders, days and tags, whatever the embedder', async () => {
    const root = join(temporaryFolder(), 'Holidays');
    const names = ['Italy 2019/beach_at_noon.png', 'Italy 2019/IMG_0042.png', 'Été/Plage.png', 'home.png'];
    const paths: string[] = [];
    for (const [i, name] of names.entries()) {
      const file = join(root, name);
      mkdirSync(join(file, '..'), { recursive: true });
      await sharp({ create: { width: 40, height: 40, channels: 3, background: { r: 60 * i, g: 99, b: 200 } } })
        .png()
        .toFile(file);
      settle(file, new Date(Date.UTC(2020, 11, 24 + i, 12)));
      paths.push(file);
    }
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([root]);
    const found = async (text: string, not: Example[] = []): Promise<string[]> => {
      const { by, results } = await ask(engine, [{ text }], not);
      expect(by).toBe('names');
      expect(results.every(({ group }) => group === 'named')).toBe(true);
      return results.map(({ name }) => name).sort();
    };
    expect(await found('beach')).toEqual(['beach_at_noon.png']);
    expect(await found('ITALY bea')).toEqual(['beach_at_noon.png']);
    expect(await found('italy')).toEqual(['IMG_0042.png', 'beach_at_noon.png']);
    expect(await found('italy', [{ text: 'noon' }])).toEqual(['IMG_0042.png']);
    expect(await found('ete')).toEqual(['Plage.png']);
    expect(await found('dezember 2020')).toHaveLength(4);
    expect(await found('2020-12-26')).toEqual(['Plage.png']);
    expect(await found('holidays')).toHaveLength(4);
    expect(await found('nowhere')).toEqual([]);

    const photoIds = [photoAt(engine, paths[3])];
    engine.methods.setTags({ photoIds, add: ['Grand Canyon'], remove: [] });
    expect(await found('canyon')).toEqual(['home.png']);
    engine.methods.setHidden({ photoIds, hidden: true });
    expect(await found('canyon')).toEqual([]);
  });

  it('with a photo, and an embedder that knows no words, are refused with what to do', async () => {
    const folder = temporaryFolder();
    const [path] = (await writeColours(folder, 3)).keys();
    const engine = await openEngine({ watching: false });
    await engine.indexOnce([folder]);
    await expect(ask(engine, [{ text: 'red' }, { photoId: photoAt(engine, path) }])).rejects.toThrow(
      /knows no words, so that “red” cannot be asked for together with pictures/,
    );
  });

  it('and a part of a picture are not asked for together', async () => {
    const { engine, colours } = await libraryOfColours(3);
    const [path] = colours.keys();
    const box = { x: 0, y: 0, width: 0.5, height: 0.5 };
    const photoId = photoAt(engine, path);
    await expect(async () => ask(engine, [{ text: 'red' }, { photoId, box }])).rejects.toThrow(
      /cannot be asked for together yet/,
    );
  });

  it('are kept in an album that goes on asking', async () => {
    const { engine } = await libraryOfColours(20);
    const { albumId } = engine.methods.addAlbum({
      name: 'Red ones',
      query: { positives: [{ text: 'red' }], negatives: [], sort: 'likeness' },
    });
    expect(engine.methods.openAlbum({ albumId }).query.positives).toEqual([{ text: 'red' }]);
    expect((await engine.methods.listAlbums())[0]).toMatchObject({ name: 'Red ones', unavailable: null });
  });
});
