import { expect, it } from 'vitest';
import { ActiveModel } from '../../../electron/engine/codes/active-model.ts';
import { Library } from '../../../electron/library/library.ts';
import { openEngine, photoAt, searchBy } from '../../support/engines.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';

it('A photo is found once, by the region of it that is nearest, and the answer says which', async () => {
  const [folder, libraryPath] = [temporaryFolder(), temporaryFolder()];
  const paths = await writePictures(folder, 20);
  const first = await openEngine({ libraryPath, watching: false });
  await first.indexOnce([folder]);
  await first.close();

  // A tile of photo 3 that looks as photo 8 does, and a frame of photo 3 that looks as photo 10 does.
  const library = Library.open(libraryPath);
  const contentOf = (seed: number): number => library.photos.byPath(paths[seed])!.contentId!;
  const featureOf = (seed: number): Float32Array => library.features.get(1, library.regions.wholeOf(contentOf(seed))!)!;
  const box = { x: 0.5, y: 0.25, width: 0.25, height: 0.5 };
  const model = ActiveModel.load(library, 1)!;
  library.inTransaction(() => {
    const [tile, frame] = [
      library.regions.add(contentOf(3), 'tile', box),
      library.regions.add(contentOf(3), 'frame', null, 12.5),
    ];
    for (const [region, seed] of [
      [tile, 8],
      [frame, 10],
    ]) {
      library.features.insert(1, region, featureOf(seed));
      library.codes.append(model.id, [model.encode(region, featureOf(seed))]);
    }
  });
  library.close();

  const engine = await openEngine({ libraryPath, watching: false });
  const hitOf = async (seed: number): Promise<unknown> => {
    const { results } = await engine.methods.searchPhotos(searchBy({ photoId: photoAt(engine, paths[seed]) }, 50));
    const found = results.filter(({ name }) => name === '3.jpg');
    expect(found).toHaveLength(1);
    expect(results).toHaveLength(19);
    return found[0].hit;
  };
  expect(await hitOf(8)).toEqual({ kind: 'tile', box, time: null, frameId: null });
  expect(await hitOf(10)).toEqual({ kind: 'frame', box: null, time: 12.5, frameId: expect.any(Number) as number });
  expect(await hitOf(9)).toMatchObject({ box: null });
  // Deleted with its photo, whatever it has.
  const { folderId } = engine.methods.getStatus().folders[0];
  await engine.methods.removeFolder({ folderId });
  expect(engine.library.features.count(1)).toBe(0);
  expect(engine.library.codes.hiddenOf(model.id, [1, 21, 22]).size).toBe(0);
});
