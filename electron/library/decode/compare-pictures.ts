// Whether pictures are copies of one another, by the pixels of their thumbnails.
import sharp from 'sharp';
import { comparable, correlation, GREY_SIDE, type ComparedPicture } from '../../numeric/picture-correlation.ts';

/**
 * @param picture JPEG
 * @param others JPEGs
 * @returns the correlation of each with the picture, as in numeric/picture-correlation.ts
 */
export async function comparePictures(picture: Uint8Array, others: readonly Uint8Array[]): Promise<number[]> {
  const one = await read(picture);
  return Promise.all(others.map(async (other) => correlation(one, await read(other))));
}

async function read(jpeg: Uint8Array): Promise<ComparedPicture> {
  const { data, info } = await sharp(jpeg)
    .resize(GREY_SIDE, GREY_SIDE, { fit: 'inside' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return comparable({ width: info.width, height: info.height, pixels: Float32Array.from(data) });
}
