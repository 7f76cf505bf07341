import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { missingShared, shared } from '../environment.ts';
import { temporaryFolder } from '../pictures.ts';
import { openEngine, photoAt, searchBy } from './engines.ts';

const odd = join(shared, 'data/odd-files');

describe.skipIf(missingShared())('The odd files', () => {
  it("are each indexed, listed with a reason, or none of a picture's; orientations find each other; memory stays small", async () => {
    const engine = await openEngine({
      libraryPath: temporaryFolder(),
      embedder: join(shared, 'models/mobilenetv2-imagenet-224.onnx'),
    });
    const { ignored } = await engine.indexOnce([odd]);
    const files = readdirSync(odd, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const { photos, indexed, problems, waiting } = engine.getStatus();
    expect(waiting).toBe(0);
    expect(indexed + problems + ignored).toBe(files.length);
    expect(photos).toBe(indexed + problems);
    // What is passed over is two palettes in text and a file whose picture signature was broken on purpose.
    expect(ignored).toBe(3);
    for (const { reason } of engine.listProblems({ start: 0, count: 1000 }).problems)
      expect(reason).toMatch(/^[A-Z].{10,}/);

    for (const kind of ['Landscape', 'Portrait']) {
      for (let orientation = 0; orientation <= 8; orientation++) {
        const photoId = photoAt(engine, join(odd, 'orientation', `${kind}_${orientation}.jpg`));
        const { results } = await engine.searchPhotos(searchBy({ photoId }, 8, false));
        expect(results.every(({ name }) => name.startsWith(kind))).toBe(true);
      }
    }
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 30);
  });
});
