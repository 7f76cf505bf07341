// Copies of a photo as people make them, to see whether search finds the original from them.
import sharp from 'sharp';
import type { RawEdits } from './raw-edits.ts';
import { renderPreview } from './decode.ts';

/** Pixels that edits are made from at most; an embedder looks at fewer. */
const SIDE = 1024;

/**
 * @param bytes a whole file
 * @returns three JPEGs: cropped, brightened, recompressed at half the size
 * @throws LikenessError 'unreadable' with the reason in words
 */
export async function editedCopies(bytes: Uint8Array, edits?: RawEdits): Promise<Uint8Array[]> {
  const upright = await renderPreview(bytes, SIDE, edits);
  const { width, height } = await sharp(upright).metadata();
  const part = (side: number): number => Math.max(1, Math.round(side * 0.8));
  const crop = {
    left: Math.floor(width * 0.05),
    top: Math.floor(height * 0.12),
    width: part(width),
    height: part(height),
  };
  return Promise.all([
    sharp(upright).extract(crop).jpeg({ quality: 90 }).toBuffer(),
    sharp(upright).modulate({ brightness: 1.3, saturation: 1.1 }).jpeg({ quality: 90 }).toBuffer(),
    sharp(upright)
      .resize({ width: Math.max(1, Math.round(width / 2)) })
      .jpeg({ quality: 30 })
      .toBuffer(),
  ]);
}
