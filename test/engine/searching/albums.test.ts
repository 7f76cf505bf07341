import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { QueryInput } from '../../../electron/contract/query.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { dispatch } from '../../../electron/engine/gateway.ts';
import { makePicture, temporaryFolder, writePicture, writePictures } from '../../support/pictures.ts';
import { openEngine, photoAt } from '../../support/engines.ts';

const add = (engine: Engine, name: string, query: QueryInput | object): Promise<{ albumId: number }> =>
  dispatch(engine.methods, 'addAlbum', { name, query }) as Promise<{ albumId: number }>;

it('An album counts what it holds and what is new in it, and keeps its examples when files move', async () => {
  const folder = temporaryFolder();
  const paths = await writePictures(folder, 12);
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  const { albumId } = await add(engine, 'Stripes', { positives: [{ photoId: photoAt(engine, paths[0]) }] });
  await add(engine, 'Eights', { filter: { name: '8' } });
  const [eights, stripes] = await engine.methods.listAlbums();
  expect(eights).toMatchObject({ name: 'Eights', photos: 1, fresh: 0, unavailable: null });
  expect(stripes).toMatchObject({ name: 'Stripes', fresh: 0, unavailable: null });

  await writePicture(join(folder, '18.jpg'), 18);
  renameSync(paths[0], join(folder, 'renamed.jpg'));
  await engine.indexOnce([folder]);
  const [eightsThen, stripesThen] = await engine.methods.listAlbums();
  expect(eightsThen).toMatchObject({ photos: 2, fresh: 1 });
  expect(stripesThen).toMatchObject({ fresh: 1, unavailable: null });
  // Opened, it asks by the file that holds the example today, and nothing in it is new.
  const { query } = engine.methods.openAlbum({ albumId });
  expect(query.positives).toEqual([{ photoId: photoAt(engine, join(folder, 'renamed.jpg')) }]);
  expect((await engine.methods.listAlbums())[1]).toMatchObject({ fresh: 0 });
  engine.methods.removeAlbum({ albumId });
  expect((await engine.methods.listAlbums()).map(({ name }) => name)).toEqual(['Eights']);
});

it('What cannot be kept is refused in words', async () => {
  const folder = temporaryFolder();
  const paths = await writePictures(folder, 3);
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  const positives = [{ photoId: photoAt(engine, paths[0]) }];
  await add(engine, 'One', { positives });
  await expect(add(engine, 'One', { positives })).rejects.toThrow(/There is an album named “One”/);
  await expect(add(engine, 'All', {})).rejects.toThrow(/All photos are no album/);
  await expect(add(engine, ' ', { positives })).rejects.toThrow(/wrong shape/);
  await expect(add(engine, 'Gone', { positives: [{ photoId: 9999 }] })).rejects.toThrow(/not in the library any more/);
  const { exampleId } = await engine.methods.addExample({ name: 'x.jpg', bytes: new Uint8Array(await makePicture(5)) });
  await expect(add(engine, 'Outside', { positives: [{ exampleId }] })).rejects.toThrow(
    /from outside the library cannot be kept/,
  );
  expect(() => engine.methods.openAlbum({ albumId: 77 })).toThrow(/not there any more/);
});
