// What a library holds, read beside whatever program has it open.
import type { Status } from '../../contract/status.ts';
import { summarize } from '../codes/active-model.ts';
import { describeEmbedderInUse, embedderInUse } from '../embedding/choose-embedder.ts';
import { indexLevel } from '../codes/choose-code-index.ts';
import { libraryCounts } from '../status/library-counts.ts';
import { Library } from '../../library/library.ts';

/** What a running engine would say, but for what it is doing; and the size, which takes a look at every row. */
export interface LibraryReport extends Omit<Status, 'activity'> {
  /** Bytes on disk. */
  size: { catalogue: number; thumbnails: number };
}

export function reportOn(libraryPath: string): LibraryReport {
  const library = Library.openReadOnly(libraryPath);
  try {
    const photosOf = library.folders.photoCounts();
    const embedder = embedderInUse(library);
    const model = embedder && library.models.find(embedder.id, 'active');
    return {
      libraryPath,
      folders: library.folders.all().map(({ id, path, available, volumeName, sidecars, card }) => ({
        folderId: id,
        path,
        available,
        drive: volumeName,
        sidecars,
        card,
        photos: photosOf.get(id) ?? 0,
        notice: null,
      })),
      ...libraryCounts(library),
      embedder: describeEmbedderInUse(library),
      model: model ? summarize(model) : null,
      scan: indexLevel(),
      size: { catalogue: library.bytes(), thumbnails: library.contents.thumbnailBytes() },
    };
  } finally {
    library.close();
  }
}
