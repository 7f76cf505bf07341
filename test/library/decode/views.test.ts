import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { PixelRequest } from '../../../electron/contract/pixels.ts';
import { decodePixels } from '../../../electron/library/decode/decode.ts';
import { decodeViews, VIEWS } from '../../../electron/library/decode/views.ts';
import { makePicture } from '../../support/pictures.ts';

const requests: PixelRequest[] = [
  { width: 32, height: 32, fit: 'cover', resizeShortSide: 36 },
  { width: 40, height: 24, fit: 'fill', resizeShortSide: 24 },
];

describe.each(requests)('Views of a picture, $fit', (request) => {
  const size = request.width * request.height * 3;

  it('are as large as the embedder asks, and the same for the same seed', async () => {
    const picture = await makePicture(3, 300, 200);
    const views = await decodeViews(picture, request, 7);
    expect(views.map(({ length }) => length)).toEqual(Array.from({ length: VIEWS }, () => size));
    expect(await decodeViews(picture, request, 7)).toEqual(views);
    expect((await decodeViews(picture, request, 8))[1]).not.toEqual(views[1]);
  });

  it('begin with the picture mirrored', async () => {
    const picture = await makePicture(3, 300, 200);
    const [mirrored] = await decodeViews(picture, request, 7);
    const straight = await decodePixels(await sharp(picture).flop().png().toBuffer(), request);
    const apart = mirrored.reduce((sum, value, i) => sum + Math.abs(value - straight[i]), 0) / size;
    expect(apart).toBeLessThan(2);
    expect(mirrored).not.toEqual(await decodePixels(picture, request));
  });

  it('are there of a picture of one pixel, too', async () => {
    const dot = await sharp({ create: { width: 1, height: 1, channels: 3, background: '#f80' } })
      .png()
      .toBuffer();
    expect((await decodeViews(dot, request, 1)).map(({ length }) => length)).toEqual([size, size]);
  });
});
