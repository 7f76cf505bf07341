import pLimit from 'p-limit';
import { expect, it, onTestFinished } from 'vitest';
import { embedViews } from '../../../electron/engine/models/view-features.ts';
import { ReaderPool } from '../../../electron/library/decode/reader-pool.ts';
import type { Embedder } from '../../../electron/vision/embedder.ts';
import { openEngine } from '../../support/engines.ts';
import { temporaryFolder, writePictures } from '../../support/pictures.ts';

const embedder = {
  dimensions: 2,
  input: { width: 32, height: 32, fit: 'fill', resizeShortSide: 32 },
  embed(pictures: readonly Uint8Array[]) {
    if (pictures.length === 0) throw new Error('A network does not run on nothing');
    return Promise.resolve(pictures.map(() => Float32Array.of(7, 7)));
  },
} as unknown as Embedder;

it('Photos whose views cannot be made stand in for themselves, and nothing goes on once it is broken off', async () => {
  const folder = temporaryFolder();
  const paths = await writePictures(folder, 6);
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  const { library } = engine;
  const contentIds = paths.map((path) => library.photos.byPath(path)!.contentId!);
  const regionIds = contentIds.map((id) => library.regions.wholeOf(id)!);
  const own = Float32Array.from({ length: 12 }, (_, i) => i);
  const readers = new ReaderPool(1);
  onTestFinished(() => readers.close());
  const abort = new AbortController();
  const tools = { library, readers, embedder, semaphore: pLimit(1), signal: abort.signal, onProgress: () => undefined };

  const thumbnail = library.regions.thumbnail.bind(library.regions);
  library.regions.thumbnail = (id) => {
    if (regionIds.indexOf(id) > 3) return undefined;
    return id === regionIds[1] ? Buffer.from('damaged') : thumbnail(id);
  };
  const views = await embedViews(regionIds, own, tools);
  for (const rows of views) expect([...rows]).toEqual([7, 7, 2, 3, 7, 7, 7, 7, 8, 9, 10, 11]);

  const done: number[] = [];
  const broken = embedViews(regionIds, own, {
    ...tools,
    onProgress: (count) => {
      done.push(count);
      abort.abort();
    },
  });
  await expect(broken).rejects.toThrow(/abort/i);
  expect(done).toEqual([4]);
});
