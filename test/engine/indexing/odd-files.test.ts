import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingShared, shared } from '../../support/environment.ts';
import { temporaryFolder } from '../../support/pictures.ts';
import { openEngine, photoAt, searchBy } from '../../support/engines.ts';
import { inEnglish } from '../../../electron/contract/sentence.ts';

const odd = join(shared, 'data/odd-files');

/** Bytes, of each reader process that this process started. */
function peakMemoryOfReaders(): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      if (parent !== process.pid || !command.includes('reader-process')) return [];
      return [Number(/^VmHWM:\s+(\d+) kB/m.exec(status)![1]) * 1024];
    } catch {
      // It ended meanwhile.
      return [];
    }
  });
}

describe.skipIf(missingShared())('The odd files', () => {
  it("are each indexed, listed with a reason, or none of a picture's; orientations find each other; memory stays small", async () => {
    const engine = await openEngine({
      libraryPath: temporaryFolder(),
      embedder: join(shared, 'models/mobilenetv2-imagenet-224.onnx'),
    });
    const { ignored } = await engine.indexOnce([odd]);
    const files = readdirSync(odd, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const { photos, indexed, problems, waiting } = engine.methods.getStatus();
    expect(waiting).toBe(0);
    expect(indexed + problems + ignored).toBe(files.length);
    expect(photos).toBe(indexed + problems);
    // What is passed over is two palettes in text and a file whose picture signature was broken on purpose.
    expect(ignored).toBe(3);
    for (const { reason } of engine.methods.listProblems({ start: 0, count: 1000 }).problems)
      expect(inEnglish(reason)).toMatch(/^[A-Z].{10,}/);

    for (const kind of ['Landscape', 'Portrait']) {
      for (let orientation = 0; orientation <= 8; orientation++) {
        const photoId = photoAt(engine, join(odd, 'orientation', `${kind}_${orientation}.jpg`));
        const { results } = await engine.methods.searchPhotos(searchBy({ photoId }, 8, false));
        expect(results.every(({ name }) => name.startsWith(kind))).toBe(true);
      }
    }
    // Of the processes that open files, the most that each ever took.
    if (process.platform === 'linux') {
      const peaks = peakMemoryOfReaders();
      expect(peaks.length).toBeGreaterThan(0);
      for (const bytes of peaks) expect(bytes).toBeLessThan(2 ** 30);
    }
  });
});
