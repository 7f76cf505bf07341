// Drive cards: how soon another library shows and finds the photos of a folder that carries one, beside reading them.
import { cpSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../../electron/engine/engine.ts';
import { cardPath } from '../../electron/library/cards/card-file.ts';
import { seconds } from './indexing.ts';

export async function benchCards(photos: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
  try {
    const drive = join(root, 'drive');
    cpSync(photos, drive, { recursive: true, preserveTimestamps: true });
    const open = (name: string): Promise<Engine> =>
      Engine.open({ libraryPath: join(root, name), watching: false, trainWhileReading: false });
    const first = await open('first');
    let count = 0;
    // Until all are read; training comes after.
    const isRead = (): boolean => {
      const { photos: found, waiting, activity } = first.methods.getStatus();
      count = found;
      return found > 0 && waiting === 0 && activity.doing !== 'walking';
    };
    const read = await until(isRead, () => first.indexOnce([drive]));
    const [{ folderId }] = first.methods.getStatus().folders;
    await first.methods.setDriveCard({ folderId, on: true });
    await first.indexOnce([drive]);
    await first.close();

    const second = await open('second');
    second.start();
    second.methods.pauseIndexing();
    const shown = await until(
      () => timelineOf(second) >= count,
      () => second.methods.addFolder({ path: drive }),
    );
    const compared = await seconds(async () => {
      second.methods.resumeIndexing();
      while (second.methods.getStatus().waiting > 0) await pause();
    });
    const embedded = second.timeSpent.embed;
    await second.close();
    if (embedded > 0) throw new Error('The second library read photos that the card told of.');
    console.log(
      `  ${count} photos, ${(statSync(cardPath(drive)).size / count / 1000).toFixed(1)} kB a photo on the card: shown after ${shown.toFixed(1)} s, compared with their bytes in ${compared.toFixed(1)} s more; reading them took ${read.toFixed(1)} s (${(read / (shown + compared)).toFixed(0)} times)`,
    );
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Seconds until something holds that work brings about, which goes on to its own end. */
async function until(holds: () => boolean, work: () => Promise<unknown>): Promise<number> {
  let working: Promise<unknown> = Promise.resolve();
  const taken = await seconds(async () => {
    working = work();
    while (!holds()) await pause();
  });
  await working;
  return taken;
}

const timelineOf = (engine: Engine): number => Buffer.from(engine.methods.getTimeline().ids, 'base64').length / 4;
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
