import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInNetwork } from '../../../electron/vision/built-in.ts';
import { ThreadedEmbedder } from '../../../electron/vision/workers/embedder-threads.ts';
import { openOnnxEmbedder } from '../../../electron/vision/onnx/onnx-embedder.ts';
import { writeOnnxFile } from '../../support/onnx-files.ts';
import { temporaryFolder } from '../../support/pictures.ts';

describe('An embedder in threads', () => {
  it('gives what it gives in this thread, in the order of the pictures, and lets this thread go on meanwhile', async () => {
    const [here, there] = [
      await openOnnxEmbedder(builtInNetwork),
      await ThreadedEmbedder.open(builtInNetwork, 'cpu', 2),
    ];
    for (const fact of ['name', 'fingerprint', 'licence', 'dimensions', 'input', 'batch'] as const)
      expect(there[fact]).toEqual(here[fact]);
    const side = here.input.width;
    // More than one batch, the last of them not full.
    const pictures = Array.from({ length: 2 * there.batch + 3 }, (_, n) =>
      new Uint8Array(side * side * 3).fill(10 * n),
    );
    const expected = await here.embed(pictures);
    let beats = 0;
    const beat = setInterval(() => beats++, 2);
    const [some, others] = await Promise.all([there.embed(pictures), there.embed(pictures.toReversed())]);
    clearInterval(beat);
    expect(some).toEqual(expected);
    expect(others).toEqual(expected.toReversed());
    // In this thread there would be no more than one a batch.
    expect(beats).toBeGreaterThan(10);
    await Promise.all([here.close(), there.close()]);
  });

  it('changes what runs it while pictures are under way, and gives the same', async () => {
    const embedder = await ThreadedEmbedder.open(builtInNetwork, 'cpu', 1);
    const side = embedder.input.width;
    const pictures = [90, 91, 92].map((value) => new Uint8Array(side * side * 3).fill(value));
    const underWay = embedder.embed(pictures);
    await embedder.moveTo('cpu');
    expect(await embedder.embed(pictures)).toEqual(await underWay);
    await embedder.close();
  });

  it('stays with what runs it where another does not start', async () => {
    const embedder = await ThreadedEmbedder.open(builtInNetwork, 'cpu', 1);
    await expect(embedder.moveTo('abacus')).rejects.toThrow();
    expect(embedder.provider).toBe('cpu');
    expect(await embedder.embed([new Uint8Array(embedder.input.width ** 2 * 3)])).toHaveLength(1);
    await embedder.close();
  });

  it('is refused in words where its file is damaged or gone', async () => {
    const file = writeOnnxFile(join(temporaryFolder(), 'layout.onnx'), 'layout', 'Layout');
    await (await ThreadedEmbedder.open(file, 'cpu', 1)).close();
    await expect(ThreadedEmbedder.open(`${file}.gone`, 'cpu', 1)).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/cannot be read at/) as string,
    });
  });
});
