// How long a catalogue of a million photos takes to come up from the schema before regions, and that the thread that
// answers the page is free meanwhile.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import Database from 'better-sqlite3';
import { cataloguePath } from '../../electron/library/catalogue.ts';
import { Library } from '../../electron/library/library.ts';
import { migrations } from '../../electron/library/migrations/all.ts';
import { upgradeCatalogue } from '../../electron/library/upgrade.ts';

const BEFORE_REGIONS = 5;
const BLOCK = 16_384;

export async function benchMigration(photos: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-migration-'));
  try {
    fillCatalogue(folder, photos);
    const megabytes = statSync(cataloguePath(folder)).size / 2 ** 20;
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const start = performance.now();
    await upgradeCatalogue(folder, () => undefined);
    const seconds = (performance.now() - start) / 1000;
    delay.disable();
    const library = Library.open(folder);
    const features = library.features.count(1);
    library.close();
    if (features !== photos) throw new Error(`Expected ${photos} features afterwards, got ${features}`);
    console.log(
      `  ${photos} photos, ${megabytes.toFixed(0)} MiB: ${seconds.toFixed(1)} s; longest wait on the main thread ${(delay.max / 1e6).toFixed(0)} ms`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A catalogue as the version before regions wrote it, with small thumbnails. */
export function fillCatalogue(folder: string, photos: number): void {
  const db = new Database(cataloguePath(folder));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  db.transaction(() => {
    for (const migration of migrations.slice(0, BEFORE_REGIONS)) migration(db);
    db.pragma(`user_version = ${BEFORE_REGIONS}`);
    const numbers = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${photos})`;
    db.exec(`
      INSERT INTO folder (id, path, device, available, added_at) VALUES (1, '/media/none', 'none', 0, 0);
      ${numbers} INSERT INTO content (id, hash, width, height, format, colour, taken_at)
        SELECT i, randomblob(32), 4000, 3000, 'jpeg', 0, i * 60000 FROM n;
      ${numbers} INSERT INTO thumbnail SELECT i, randomblob(200) FROM n;
      ${numbers} INSERT INTO photo (id, folder_id, path, size, modified_at, content_id, state, taken_at)
        SELECT i, 1, '/media/none/' || i || '.jpg', 1000, 0, i, 'indexed', i * 60000 FROM n;
      INSERT INTO embedder VALUES (1, 'none', 'None', 256, 0);
      ${numbers} INSERT INTO feature SELECT 1, i, zeroblob(512) FROM n;
      ${numbers} INSERT INTO hidden SELECT 1, i, zeroblob(512) FROM n;
    `);
    const block = db.prepare('INSERT INTO code_block VALUES (1, ?, ?, zeroblob(?), zeroblob(?))');
    for (let at = 0; at < photos; at += BLOCK) {
      const ids = Uint32Array.from({ length: Math.min(BLOCK, photos - at) }, (_, i) => at + i + 1);
      block.run(at / BLOCK, new Uint8Array(ids.buffer), ids.length * 8, ids.length * 8);
    }
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
