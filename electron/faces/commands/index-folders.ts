// `likeness index`: the engine run once, to the end.
import { resolve } from 'node:path';
import type { ModelSummary } from '../../contract/models.ts';
import type { Activity } from '../../contract/status.ts';
import { Engine } from '../../engine/engine.ts';
import { inEnglish } from '../../contract/sentence.ts';

export interface IndexReport {
  photos: number;
  /** Photos read in this run. */
  indexed: number;
  unchanged: number;
  ignored: number;
  /** Videos that wait for the page or the window, which take them apart. */
  videosWaiting: number;
  failed: { path: string; reason: string }[];
  seconds: number;
  /** Milliseconds of work, summed over all cores: the shares of time in decoding, embedding and writing. */
  spent: Engine['timeSpent'];
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
    onOpening: (notice) => console.error(inEnglish(notice)),
  });
  try {
    engine.onEvent((event) => {
      if (event.name === 'activityChanged') onActivity(event.detail);
    });
    const counts = await engine.indexOnce(folders);
    const { photos, videosWaiting, model } = engine.methods.getStatus();
    const failed = allProblems(engine);
    return {
      photos,
      indexed: engine.photosIndexed,
      unchanged: counts.unchanged,
      ignored: counts.ignored,
      videosWaiting,
      failed,
      seconds: (performance.now() - start) / 1000,
      spent: engine.timeSpent,
      model,
    };
  } finally {
    await engine.close();
  }
}

function allProblems({ methods }: Engine): IndexReport['failed'] {
  const failed: IndexReport['failed'] = [];
  for (;;) {
    const { problems } = methods.listProblems({ start: failed.length, count: 1000 });
    if (problems.length === 0) return failed;
    failed.push(...problems.map(({ path, reason }) => ({ path, reason: inEnglish(reason) })));
  }
}
