import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';
import { embedderInUse } from '../../electron/engine/choose-embedder.ts';
import { Library } from '../../electron/library/library.ts';
import { seededRandom } from '../../electron/numeric/random.ts';
import { runLikeness } from '../faces/run-likeness.ts';
import { temporaryFolder, writePictures } from '../pictures.ts';
import { until } from './engines.ts';

const KILLS = 20;
const KILLS_WHILE_READING = 12;
const PHOTOS = 270;

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function readCounts(path: string): { indexed: number } {
  const library = Library.openReadOnly(path);
  try {
    return library.photos.counts();
  } finally {
    library.close();
  }
}

it('Killed twenty times at random moments of reading and training, a library is whole, complete, and without doubles', { timeout: 300_000 }, async () => {
  const [folder, path] = [temporaryFolder(), temporaryFolder()];
  const paths = await writePictures(folder, PHOTOS);
  const random = seededRandom(Date.now() & 0xffff);
  const progress = new Set<number>();
  let duringTraining = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = spawn(process.execPath, ['electron/cli.ts', 'index', folder, '--library', path, '--json'], { stdio: 'ignore', detached: true });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (kill < KILLS_WHILE_READING) await sleep(900 + random.uniform() * 1800);
    else {
      // The later ones once all is read: while it trains, writes codes, or puts the model in its place.
      await until(() => readCounts(path).indexed, (indexed) => indexed === PHOTOS || child.exitCode !== null, 60);
      await sleep(random.uniform() * 4000);
    }
    // The whole group: the reader processes too.
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It had come to its end by itself.
    }
    await ended;
    const library = Library.open(path);
    expect(library.integrity()).toBe('ok');
    const { indexed } = library.photos.counts();
    progress.add(indexed);
    if (indexed === PHOTOS && !library.models.find(1, 'active')) duringTraining++;
    library.close();
  }
  // The kills met it at different places, and it went on from each.
  expect(progress.size).toBeGreaterThan(3);
  expect(duringTraining).toBeGreaterThan(0);
  console.log(`killed with ${[...progress].join(', ')} photos read; ${duringTraining} times before a model was there`);

  const report = await runLikeness(['index', folder, '--library', path, '--json']);
  expect(report.stderr).toBe('');
  expect(JSON.parse(report.stdout)).toMatchObject({ photos: PHOTOS, failed: [], model: { trainedOn: PHOTOS } });
  const library = Library.openReadOnly(path);
  expect(library.integrity()).toBe('ok');
  expect(library.photos.counts()).toEqual({ photos: PHOTOS, indexed: PHOTOS, waiting: 0, failed: 0 });
  const { id } = embedderInUse(library)!;
  const contents = library.features.contentIds(id);
  expect(new Set(paths.map((file) => library.photos.byPath(file)!.contentId)).size).toBe(PHOTOS);
  expect(contents).toHaveLength(PHOTOS);
  const model = library.models.find(id, 'active')!;
  const coded = [...library.models.blocks(model.id)].flatMap((block) => [...block.contents]).sort((a, b) => a - b);
  expect(coded).toEqual(contents);
  expect(contents.every((content) => library.models.hidden(model.id, content) && library.contents.thumbnail(content))).toBe(true);
  library.close();
});
