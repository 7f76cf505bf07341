import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import { ZipTarget } from '../../electron/engine/export/targets.ts';
import { temporaryFolder } from '../support/pictures.ts';

const LARGE = 150 * 2 ** 20;

describe('A zip file of copies', () => {
  it('takes a video in that is not held in memory, between others, and passes over one that is gone', async () => {
    const [folder, out] = [temporaryFolder(), temporaryFolder()];
    const video = join(folder, 'video.mp4');
    writeFileSync(video, 'the beginning');
    truncateSync(video, LARGE);
    const zip = new ZipTarget(out);
    const before = process.memoryUsage().arrayBuffers;
    await zip.put('first', '.jpg', { bytes: Buffer.from('first') }, new Date());
    await zip.put('video', '.mp4', { file: video }, new Date());
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(LARGE / 2);
    await expect(zip.put('gone', '.jpg', { file: join(folder, 'gone.jpg') }, new Date())).rejects.toThrow('ENOENT');
    await zip.put('last', '.jpg', { bytes: Buffer.from('last') }, new Date());
    const entries = await sizesIn(await zip.finish());
    expect(entries).toEqual({ 'first.jpg': 5, 'video.mp4': LARGE, 'last.jpg': 4 });
  });

  it('leaves nothing when it is not wanted any more while a file is taken in', async () => {
    const [folder, out] = [temporaryFolder(), temporaryFolder()];
    const video = join(folder, 'video.mp4');
    writeFileSync(video, '');
    truncateSync(video, LARGE);
    const zip = new ZipTarget(out);
    const refused = expect(zip.put('video', '.mp4', { file: video }, new Date())).rejects.toThrow();
    await zip.abandon();
    await refused;
    expect(readdirSync(out)).toEqual([]);
  });
});

async function sizesIn(path: string): Promise<Record<string, number>> {
  const zip = await promisify<string, yauzl.ZipFile>(yauzl.open)(path);
  const sizes: Record<string, number> = {};
  zip.on('entry', (entry: yauzl.Entry) => (sizes[entry.fileName] = entry.uncompressedSize));
  await new Promise((resolve) => zip.on('end', resolve));
  return sizes;
}
