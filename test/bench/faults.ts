// A catalogue damaged at a hundred random places: what a start makes of it, and that it ends with all photos there.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LikenessError } from '../../electron/contract/errors.ts';
import { Engine } from '../../electron/engine/engine.ts';
import { writeBackup } from '../../electron/library/care/backups.ts';
import { cataloguePath } from '../../electron/library/catalogue.ts';
import { damageAtRandom } from '../support/damage.ts';
import { writePictures } from '../support/pictures.ts';

const PHOTOS = 24;
const PLACES = 100;

type Outcome = 'not met' | 'put right at once' | 'met in use, put right by the next start';

export async function benchFaults(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-faults-'));
  const [photos, whole] = [join(folder, 'photos'), join(folder, 'whole')];
  try {
    await writePictures(photos, PHOTOS);
    await lookThrough(whole, photos);
    writeBackup(whole, Date.now());
    const counts = new Map<Outcome, number>();
    const start = performance.now();
    for (let seed = 0; seed < PLACES; seed++) {
      const library = join(folder, String(seed));
      cpSync(whole, library, { recursive: true });
      const what = damageAtRandom(cataloguePath(library), seed);
      const outcome = await outcomeOf(library, photos).catch((error: unknown) => {
        console.log(`  ${seed}: ${what}: ${String(error)}`);
        process.exitCode = 1;
        return undefined;
      });
      if (outcome) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      rmSync(library, { recursive: true });
    }
    const told = [...counts].map(([outcome, n]) => `${outcome} ${n}`).join('; ');
    console.log(`  a catalogue of ${PHOTOS} photos damaged at ${PLACES} places, one a time: ${told}`);
    console.log(`  ${((performance.now() - start) / 1000 / PLACES).toFixed(1)} s each, all photos looked through`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function outcomeOf(library: string, photos: string): Promise<Outcome> {
  try {
    return (await lookThrough(library, photos)) ? 'put right at once' : 'not met';
  } catch (error) {
    if (!(error instanceof LikenessError) || error.code !== 'damaged') throw error;
    await lookThrough(library, photos);
    return 'met in use, put right by the next start';
  }
}

/** @returns whether the catalogue was put right */
async function lookThrough(libraryPath: string, photos: string): Promise<boolean> {
  let healed = false;
  const engine = await Engine.open({
    libraryPath,
    watching: false,
    trainWhileReading: false,
    onOpening: () => (healed = true),
  });
  try {
    await engine.indexOnce([photos]);
    const { photos: count } = engine.methods.getStatus();
    if (count !== PHOTOS) throw new Error(`${count} photos are there; ${PHOTOS} were expected`);
  } finally {
    await engine.close();
  }
  return healed;
}
