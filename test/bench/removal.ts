// How long others wait while a folder of 20,000 photos is removed from a library of a million, and what it costs to write
// the codes of a group of photos beside a million others.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import { ContentRemoval } from '../../electron/engine/indexing/content-removal.ts';
import { cataloguePath } from '../../electron/library/catalogue.ts';
import { Library } from '../../electron/library/library.ts';
import { fillCatalogue } from './migration.ts';

const REMOVED = 20_000;
const GROUP = 8;
const GROUPS = 200;

export async function benchRemoval(photos: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-removal-'));
  try {
    fillCatalogue(folder, photos);
    Library.open(folder).close();
    const db = new Database(cataloguePath(folder));
    db.exec(`
      INSERT INTO folder (id, path, device, available, added_at) VALUES (2, '/media/other', 'none', 0, 0);
      UPDATE photo SET folder_id = 2 WHERE id > ${photos - REMOVED};
    `);
    db.close();
    const library = Library.open(folder);
    const times = Array.from({ length: GROUPS }, (_, group) => {
      const encoded = Array.from({ length: GROUP }, (__, i) => ({
        regionId: photos + 1 + group * GROUP + i,
        code8Bit: new Uint8Array(8),
        code4Bit: new Uint8Array(8),
        hidden: new Float32Array(256),
      }));
      const start = performance.now();
      library.inTransaction(() => library.codes.append(1, encoded));
      return performance.now() - start;
    }).sort((a, b) => a - b);
    console.log(`  codes of ${GROUP} photos beside those of ${photos}: ${times[GROUPS / 2].toFixed(2)} ms`);

    library.folders.markRemoved(2, Date.now());
    const removal = new ContentRemoval(library, { forget: () => () => undefined, onPhotosRemoved: () => undefined });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const start = performance.now();
    await removal.removeFolder(2);
    delay.disable();
    console.log(
      `  a folder of ${REMOVED} photos removed in ${((performance.now() - start) / 1000).toFixed(1)} s; others waited ${(delay.percentile(50) / 1e6).toFixed(0)} ms (median), ${(delay.max / 1e6).toFixed(0)} ms at most`,
    );
    library.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
}
