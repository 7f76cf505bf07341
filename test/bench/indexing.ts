// Indexing against the least that must be done: sharp alone making the same thumbnails, and onnxruntime alone
// embedding the same pixels, one thread each, as the engine has on this machine's spare cores.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { openEmbedder } from '../../electron/engine/embedding/choose-embedder.ts';
import { Engine, spareCores } from '../../electron/engine/engine.ts';
import { THUMBNAIL_SIDE } from '../../electron/library/decode/decode.ts';
import { walkFolder } from '../../electron/library/files/walk.ts';

/** @param wanted 'built-in', or an .onnx file */
export async function benchIndexing(photos: string, wanted: string): Promise<void> {
  const paths: string[] = [];
  for await (const finding of walkFolder(photos, { roots: [photos], exclude: [] }))
    if (finding.kind === 'picture') paths.push(finding.file.path);

  sharp.concurrency(1);
  sharp.cache(false);
  const thumbnails = await seconds(async () => {
    for (const path of paths) {
      await sharp(readFileSync(path))
        .autoOrient()
        .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'inside', withoutEnlargement: true })
        .jpeg({ quality: 80 })
        .toBuffer();
    }
  });

  const embedder = await openEmbedder(wanted);
  const { width, height } = embedder.input;
  const picture = new Uint8Array(width * height * 3).fill(120);
  const embedding = await seconds(async () => {
    for (let i = 0; i < paths.length; i += embedder.batch)
      await embedder.embed(Array<Uint8Array>(Math.min(embedder.batch, paths.length - i)).fill(picture));
  });
  await embedder.close();

  const libraryPath = mkdtempSync(join(tmpdir(), 'likeness-bench-'));
  const engine = await Engine.open({
    libraryPath,
    embedder: wanted,
    watching: false,
    trainWhileReading: false,
  });
  const start = performance.now();
  let read = 0;
  engine.onEvent(() => {
    if (read === 0 && engine.methods.getStatus().waiting === 0 && engine.methods.getStatus().photos === paths.length)
      read = (performance.now() - start) / 1000;
  });
  await engine.indexOnce([photos]);
  const whole = (performance.now() - start) / 1000;
  const { model: trained, embedder: used } = engine.methods.getStatus();
  const spent = engine.timeSpent;
  await engine.close();
  rmSync(libraryPath, { recursive: true });

  console.log(`  photos ${paths.length}, spare cores ${spareCores()}`);
  console.log(
    `  sharp alone ${thumbnails.toFixed(1)} s, onnxruntime alone ${embedding.toFixed(1)} s, sum ${(thumbnails + embedding).toFixed(1)} s`,
  );
  console.log(
    `  indexing ${read.toFixed(1)} s, ${(paths.length / read).toFixed(1)} photos a second, ratio ${(read / (thumbnails + embedding)).toFixed(2)} (to stay within 1.6)`,
  );
  const all = spent.decode + spent.embed + spent.write;
  const share = (part: number): string => `${((100 * part) / all).toFixed(0)}%`;
  console.log(
    `  by ${used.name} on ${used.speed?.provider}: of the work, decoding ${share(spent.decode)}, embedding ${share(spent.embed)}, writing ${share(spent.write)}`,
  );
  console.log(`  training ${trained ? trained.seconds.toFixed(1) : '-'} s, the whole ${whole.toFixed(1)} s`);
}

export async function seconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
