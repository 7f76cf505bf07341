// Looking through a folder of unchanged files again, as at every start, beside the bare walk; and what watching it takes.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Library } from '../../electron/library/library.ts';
import { syncOf } from './rescan-sync.ts';

/** Files in a folder. */
const FOLDER = 1000;

export async function benchRescan(files: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'likeness-rescan-'));
  const photos = join(folder, 'photos');
  const library = Library.open(join(folder, 'library'));
  try {
    for (let at = 0; at < files; at += FOLDER) {
      const inside = join(photos, String(at / FOLDER));
      mkdirSync(inside, { recursive: true });
      for (let i = at; i < Math.min(files, at + FOLDER); i++) writeFileSync(join(inside, `IMG_${i}.jpg`), '');
    }
    const bare = await timed(() => walkBare(photos));
    const sync = syncOf(library, false);
    const row = await sync.add(photos);
    const first = await timed(() => sync.start(row));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const again = await timed(() => sync.start(row));
    delay.disable();
    await sync.close();
    const count = library.photos.counts().photos;
    if (count !== files) throw new Error(`Expected ${files} photos, got ${count}`);
    console.log(
      `  ${files} files: readdir and stat alone ${bare.toFixed(1)} s; found for the first time ${first.toFixed(1)} s; unchanged ${again.toFixed(1)} s (${(again / bare).toFixed(2)} times), longest wait ${(delay.max / 1e6).toFixed(0)} ms`,
    );
    execFileSync(process.execPath, [join(import.meta.dirname, 'rescan-watched.ts'), library.path], {
      stdio: 'inherit',
    });
  } finally {
    library.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function walkBare(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await walkBare(path);
    else await stat(path);
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
