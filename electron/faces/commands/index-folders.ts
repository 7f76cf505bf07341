// `likeness index`: the engine run once, to the end.
import { resolve } from 'node:path';
import type { ModelSummary } from '../../contract/models.ts';
import type { Activity } from '../../contract/status.ts';
import { Engine } from '../../engine/engine.ts';
import type { TimeSpent } from '../../engine/indexing/indexer.ts';

export interface IndexReport {
  photos: number;
  /** Photos read in this run. */
  indexed: number;
  unchanged: number;
  ignored: number;
  failed: { path: string; reason: string }[];
  seconds: number;
  /** Milliseconds of work, summed over all cores: the shares of time in decoding, embedding and writing. */
  spent: TimeSpent;
  model: ModelSummary | null;
}

export async function indexFolders(
  folders: readonly string[],
  options: { library: string; embedder?: string },
  onActivity: (activity: Activity) => void,
): Promise<IndexReport> {
  const start = performance.now();
  const engine = await Engine.open({
    libraryPath: resolve(options.library),
    embedder: options.embedder,
    watching: false,
    trainWhileReading: false,
  });
  try {
    engine.onEvent((event) => {
      if (event.name === 'activityChanged') onActivity(event.detail);
    });
    const counts = await engine.indexOnce(folders);
    const { photos, problems, model } = engine.methods.getStatus();
    const failed = engine.library.photos.problems(0, problems).map(({ path, reason }) => ({ path, reason }));
    return {
      photos,
      indexed: engine.photosIndexed,
      unchanged: counts.unchanged,
      ignored: counts.ignored,
      failed,
      seconds: (performance.now() - start) / 1000,
      spent: engine.timeSpent,
      model,
    };
  } finally {
    await engine.close();
  }
}
