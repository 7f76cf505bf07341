import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { embedderInUse } from '../../../electron/engine/embedding/choose-embedder.ts';
import { LikenessError } from '../../../electron/contract/errors.ts';
import { cataloguePath } from '../../../electron/library/catalogue.ts';
import { Library } from '../../../electron/library/library.ts';
import { seededRandom } from '../../../electron/numeric/random.ts';
import { runLikeness } from '../../support/run-likeness.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';
import { until } from '../../support/engines.ts';

const KILLS = 20;
const KILLS_WHILE_READING = 12;
const PHOTOS = 270;

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function indexedIn(path: string): number {
  if (!existsSync(cataloguePath(path))) return 0;
  let library: Library;
  try {
    library = Library.openReadOnly(path);
  } catch (error) {
    // The first start is just making it.
    if (error instanceof LikenessError && error.code === 'unsupported') return 0;
    throw error;
  }
  const { indexed } = library.photos.counts();
  library.close();
  return indexed;
}

it(
  'Killed twenty times at random moments of reading and training, a library is whole, complete, and without doubles',
  { timeout: 300_000 },
  async () => {
    const [folder, path] = [temporaryFolder(), temporaryFolder()];
    const paths = await writePictures(folder, PHOTOS);
    const random = seededRandom(Date.now() & 0xffff);
    const progress = new Set<number>();
    let duringTraining = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, ['electron/cli.ts', 'index', folder, '--library', path, '--json'], {
        stdio: 'ignore',
        detached: true,
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // The first ones after some more photos are read; the later ones once all is read: while it trains, writes
      // codes, or puts the model in its place.
      const target =
        kill < KILLS_WHILE_READING ? Math.min(PHOTOS, Math.max(...progress, 0) + random.below(30)) : PHOTOS;
      await until(
        () => indexedIn(path),
        (indexed) => indexed >= target || child.exitCode !== null,
        60,
      );
      await sleep(random.uniform() * (kill < KILLS_WHILE_READING ? 400 : 4000));
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
      if (indexed === PHOTOS && library.models.find(1, 'active')?.startedOn === 0) duringTraining++;
      library.close();
    }
    // The kills met it at different places, and it went on from each.
    expect(progress.size).toBeGreaterThan(3);
    expect(duringTraining).toBeGreaterThan(0);
    console.log(
      `killed with ${[...progress].join(', ')} photos read; ${duringTraining} times before a model was tuned`,
    );

    const report = await runLikeness(['index', folder, '--library', path, '--json']);
    expect(report.stderr).toBe('');
    expect(JSON.parse(report.stdout)).toMatchObject({ photos: PHOTOS, failed: [], model: { bits: 64, base: false } });
    const library = Library.openReadOnly(path);
    expect(library.integrity()).toBe('ok');
    expect(library.photos.counts()).toEqual({
      photos: PHOTOS,
      indexed: PHOTOS,
      waiting: 0,
      failed: 0,
      videosWaiting: 0,
    });
    const { id } = embedderInUse(library)!;
    const regions = library.features.regionIds(id);
    expect(new Set(paths.map((file) => library.photos.byPath(file)!.contentId)).size).toBe(PHOTOS);
    expect(regions).toHaveLength(PHOTOS);
    const model = library.models.find(id, 'active')!;
    const coded = [...library.codes.segments(model.id)]
      .flatMap((segment) => [...segment.regions])
      .sort((a, b) => a - b);
    expect(coded).toEqual(regions);
    expect(
      [...library.regions.find(regions).values()].every(
        (region) => library.codes.hidden(model.id, region.id) && library.contents.thumbnail(region.contentId),
      ),
    ).toBe(true);
    library.close();
  },
);
