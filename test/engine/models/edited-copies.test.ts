import { statSync, utimesSync } from 'node:fs';
import pLimit from 'p-limit';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { embedEditedCopies } from '../../../electron/engine/models/edited-copies.ts';
import { ReaderPool } from '../../../electron/library/decode/reader-pool.ts';
import type { Embedder } from '../../../electron/vision/embedder.ts';
import { openEngine } from '../../support/engines.ts';
import { makePicture, temporaryFolder, writePictures } from '../../support/pictures.ts';

it('A file that was replaced since it was read is not what models are judged by', async () => {
  const folder = temporaryFolder();
  const [same, replaced] = await writePictures(folder, 2);
  const engine = await openEngine({ watching: false });
  await engine.indexOnce([folder]);
  const { library } = engine;
  const [stays, changes] = [same, replaced].map((path) =>
    library.regions.wholeOf(library.photos.byPath(path)!.contentId!)!,
  );
  const before = statSync(replaced);
  await sharp(await makePicture(77)).toFile(replaced);
  utimesSync(replaced, before.atime, new Date(before.mtimeMs + 5000));

  const readers = new ReaderPool(1);
  onTestFinished(() => readers.close());
  const embedder = {
    input: { width: 32, height: 32, fit: 'fill', resizeShortSide: 32 },
    embed: (pictures: readonly Uint8Array[]) => Promise.resolve(pictures.map(() => new Float32Array(4))),
  } as unknown as Embedder;
  const edited = await embedEditedCopies([stays, changes], { library, readers, embedder, semaphore: pLimit(1) });
  expect(edited.map(({ regionId }) => regionId)).toEqual([stays]);
});
