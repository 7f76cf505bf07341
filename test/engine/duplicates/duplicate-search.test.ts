import pLimit from 'p-limit';
import { expect, it, onTestFinished } from 'vitest';
import { DuplicateSearch } from '../../../electron/engine/duplicates/duplicate-search.ts';
import type { EmbeddingSpace } from '../../../electron/engine/embedding/embedding-space.ts';
import { Library } from '../../../electron/library/library.ts';
import { ReaderPool } from '../../../electron/library/decode/reader-pool.ts';
import { withDuplicates } from '../../support/duplicates.ts';

it('A search for duplicates that is closed does not begin again, though what ends lets others begin', async () => {
  const { libraryPath } = await withDuplicates();
  const library = Library.open(libraryPath);
  const readers = new ReaderPool(1);
  onTestFinished(async () => {
    await readers.close();
    library.close();
  });
  const space = { row: library.features.embedders()[0] } as unknown as EmbeddingSpace;
  const search: DuplicateSearch = new DuplicateSearch(
    { library, readers, semaphore: pLimit(1), space: () => space },
    {
      onProgress: () => undefined,
      onSwitched: () => search.work(),
      onEnded: () => search.work(),
      onTrouble: (sentence) => expect.unreachable(JSON.stringify(sentence)),
    },
  );
  search.wanted();
  expect(search.isWorking).toBe(true);
  await search.close();
  expect(search.isWorking).toBe(false);
  expect(library.duplicates.reviewedCount()).toBe(0);
});
