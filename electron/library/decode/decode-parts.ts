// What an embedder looks at of parts of a picture, each as if it were a picture of its own.
import sharp from 'sharp';
import type { PixelRequest } from '../../contract/pixels.ts';
import type { Box } from '../rows/region-rows.ts';
import type { RawEdits } from './raw-edits.ts';
import { LARGEST_WORKING_SIDE, openPicture, pixelsFor, readWorking } from './decode.ts';

interface Size {
  width: number;
  height: number;
}

/**
 * @param bytes a whole file
 * @param boxes shares of the upright picture's sides
 * @returns uint8, (height, width, 3), of the requested size, for each box
 * @throws LikenessError 'unreadable' with the reason in words
 */
export async function decodeParts(
  bytes: Uint8Array,
  boxes: readonly Box[],
  request: PixelRequest,
  edits?: RawEdits,
): Promise<Uint8Array[]> {
  const source = await openPicture(bytes, { edits });
  const scale = Math.min(
    1,
    sideScale(source, boxes, request),
    LARGEST_WORKING_SIDE / Math.max(source.width, source.height),
  );
  const size = { width: scaled(source.width, scale), height: scaled(source.height, scale) };
  const { working } = await readWorking(source, size);
  return Promise.all(
    boxes.map((box) => {
      const part = pixelBox(box, size);
      return pixelsFor(sharp(working, { raw: { ...size, channels: 3 } }).extract(part), part, request);
    }),
  );
}

/** A box in whole pixels, at least one. */
export function pixelBox(box: Box, { width, height }: Size): Size & { left: number; top: number } {
  const left = Math.min(width - 1, Math.round(box.x * width));
  const top = Math.min(height - 1, Math.round(box.y * height));
  return {
    left,
    top,
    width: Math.max(1, Math.min(width - left, Math.round(box.width * width))),
    height: Math.max(1, Math.min(height - top, Math.round(box.height * height))),
  };
}

/** By how much a picture may be scaled so that each part still has the pixels that the embedder looks at. */
export function sideScale({ width, height }: Size, boxes: readonly Box[], request: PixelRequest): number {
  const wanted = request.fit === 'cover' ? request.resizeShortSide : Math.min(request.width, request.height);
  return Math.max(...boxes.map((box) => wanted / Math.min(box.width * width, box.height * height)));
}

const scaled = (side: number, by: number): number => Math.max(1, Math.round(side * by));
