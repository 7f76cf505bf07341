import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { SearchAnswer } from '../../../electron/contract/search.ts';
import type { Engine } from '../../../electron/engine/engine.ts';
import { makePicture, settle, temporaryFolder, writePictures } from '../../support/pictures.ts';
import { openEngine, photoAt, searchBy } from '../../support/engines.ts';

const groupOf = ({ results }: SearchAnswer, name: string): string =>
  results.find((result) => result.name === name)!.group;
const asked = (engine: Engine, path: string): Promise<SearchAnswer> =>
  engine.methods.searchPhotos(searchBy({ photoId: photoAt(engine, path) }, 100));

it('Edited copies are the same picture, with scores near 1, and come before all others', async () => {
  const folder = temporaryFolder();
  const paths = await writePictures(folder, 30);
  const original = sharp(await makePicture(200, 480, 360));
  await original.clone().toFile(join(folder, 'original.jpg'));
  await original.clone().flop().jpeg({ quality: 60 }).toFile(join(folder, 'mirrored.jpg'));
  await original.clone().resize(240).linear(1.3, 0).jpeg().toFile(join(folder, 'small and bright.jpg'));
  await original
    .clone()
    .extract({ left: 40, top: 30, width: 400, height: 300 })
    .jpeg()
    .toFile(join(folder, 'cropped.jpg'));
  const edited = ['mirrored.jpg', 'small and bright.jpg', 'cropped.jpg'];
  for (const name of ['original.jpg', ...edited]) settle(join(folder, name));
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  const answer = await asked(engine, join(folder, 'original.jpg'));
  for (const name of edited) expect([name, groupOf(answer, name)]).toEqual([name, 'same']);
  const same = answer.results.filter(({ group }) => group === 'same');
  expect(answer.results.slice(0, same.length)).toEqual(same);
  for (const { score } of same) expect(score).toBeGreaterThan(0.9);
  // A picture of another kind is a stranger.
  const stranger = answer.results.at(-1)!;
  expect([stranger.group, stranger.score < 0.2]).toEqual(['less', true]);
  expect(answer.more).toBe(false);
  expect((await engine.methods.searchPhotos(searchBy({ photoId: photoAt(engine, paths[0]) }, 5))).more).toBe(true);
});
