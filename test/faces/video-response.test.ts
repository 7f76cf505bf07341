import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { videoResponse } from '../../electron/faces/video-response.ts';
import { temporaryFolder } from '../support/pictures.ts';

async function ask(range?: string) {
  const path = join(temporaryFolder(), 'a.mp4');
  writeFileSync(path, '0123456789');
  const { status, headers, body } = videoResponse({ path, type: 'video/mp4', size: 10 }, range);
  return [status, headers['Content-Range'], headers['Content-Length'], body && (await text(body))];
}

describe('A video that a page asks for', () => {
  it('is sent whole where no part is named, or none that is understood', async () => {
    const whole = [200, undefined, '10', '0123456789'];
    expect(await ask()).toEqual(whole);
    for (const range of ['nonsense', 'lines=1-2', 'bytes=a-b', 'bytes=0-1,4-5', 'bytes=5-2'])
      expect(await ask(range)).toEqual(whole);
  });

  it('is sent in the part that is named', async () => {
    expect(await ask('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '3', '234']);
    expect(await ask('bytes=7-')).toEqual([206, 'bytes 7-9/10', '3', '789']);
    expect(await ask('bytes=-2')).toEqual([206, 'bytes 8-9/10', '2', '89']);
    expect(await ask('bytes=8-100')).toEqual([206, 'bytes 8-9/10', '2', '89']);
  });

  it('has no part behind its end', async () => {
    expect(await ask('bytes=10-')).toEqual([416, 'bytes */10', undefined, undefined]);
  });
});
